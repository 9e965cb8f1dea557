/*
 * The candle codec against the JSON parser: a canonical line, changed as the input says (position, kind of change,
 * byte), reads alike on both paths. A leading blank keeps a line off the fast path.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/record.h"

static const char line[] = "{\"kind\":\"candle\",\"v\":1,\"market\":\"spot\",\"symbol\":\"BTCUSDT\",\"interval\":\"4h\",\"open_time\":1714521600000,"
	"\"open\":\"60672.00000000\",\"high\":\"60841.63000000\",\"low\":\"59765.01000000\",\"close\":\"60068.56000000\",\"volume\":\"3952.28133000\","
	"\"close_time\":1714535999999,\"quote_volume\":\"238324137.21946100\",\"trades\":208634,\"taker_buy_volume\":\"1923.10371000\","
	"\"taker_buy_quote_volume\":\"115957405.86540210\",\"ema\":-1.5e-05,\"why\":\"x\"}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct candle a = { 0 }, b = { 0 };
	struct error ea = { 0 }, eb = { 0 };
	struct buf wa = { 0 }, wb = { 0 };
	char *text = malloc(sizeof line + n + 2);
	size_t len = sizeof line - 1;
	enum err fast;

	text[0] = ' ';
	memcpy(text + 1, line, sizeof line);
	for (; n >= 4; data += 4, n -= 4) {
		size_t at = 1 + ((size_t)data[0] << 8 | data[1]) % len;

		if (data[3] == 0)
			continue;
		if (data[2] % 3 == 0) {
			text[at] = (char)data[3];
		} else if (data[2] % 3 == 1) {
			memmove(text + at + 1, text + at, len + 1 - at);
			text[at] = (char)data[3];
			len++;
		} else if (len > 1) {
			memmove(text + at, text + at + 1, len - at);
			len--;
		}
	}
	text[len + 1] = '\0';
	fast = candle_read(text + 1, len, &a, &ea);
	if (fast != candle_read(text, len + 1, &b, &eb) || strcmp(ea.field, eb.field) != 0)
		abort();
	if (fast == OK) {
		candle_write(&a, &wa);
		candle_write(&b, &wb);
		if (strcmp(wa.data, wb.data) != 0 || candle_check(&a, NULL) != candle_check(&b, NULL))
			abort();
	}
	buf_release(&wa);
	buf_release(&wb);
	free(text);
	return 0;
}
