/* Decimal text reads back as written, and arithmetic that reports no overflow can be undone. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/dec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void round_trip(dec v)
{
	char text[DEC_TEXT];
	dec back;

	if (!dec_parse(text, dec_format(v, text), &back) || back != v)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	dec v, abc[3];
	bool bad = false, worse = false;

	if (dec_parse((const char *)data, n, &v))
		round_trip(v);
	if (n < sizeof abc)
		return 0;
	memcpy(abc, data, sizeof abc);
	for (int i = 0; i < 3; i++) {
		if (abc[i] == DEC_NONE)
			return 0;
		round_trip(abc[i]);
	}
	v = dec_add(abc[0], abc[1], &bad);
	if (!bad && dec_sub(v, abc[1], &worse) != abc[0])
		abort();
	/* down <= nearest <= up in magnitude, at most one unit apart */
	bad = false;
	v = dec_mul_div(abc[0], abc[1], abc[2], ROUND_UP, &bad);
	if (!bad) {
		dec down = dec_mul_div(abc[0], abc[1], abc[2], ROUND_DOWN, &bad), even = dec_mul_div(abc[0], abc[1], abc[2], ROUND_HALF_EVEN, &bad);

		if (bad || (even != down && even != v) || v - down > 1 || v - down < -1)
			abort();
	}
	return 0;
}
