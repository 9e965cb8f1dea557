#include "sim/bulk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "feed/bulk.h"
#include "feed/zip.h"
#include "sim/funding.h"
#include "sim/klines.h"

#define MICROS_SINCE INT64_C(1735689600000) /* 2025-01-01: files of spot, in microseconds */
#define HEADER_SINCE INT64_C(1640995200000) /* 2022-01-01: files of um, with a header */
#define BOMB_BYTES ((size_t)64 << 20)

bool sim_bulk_symbol(const char *path, char symbol[SYMBOL_SIZE])
{
	struct bulk_file f;
	bool checksum;

	if (!bulk_path_read(path, &f, &checksum))
		return false;
	memcpy(symbol, f.symbol, SYMBOL_SIZE);
	return true;
}

static void add_decimal(struct buf *b, dec v)
{
	char text[DEC_TEXT];

	dec_format(v == DEC_NONE ? 0 : v, text);
	buf_addf(b, ",%s", text);
}

static void add_bar(const struct bulk_file *f, const struct bar *b, struct buf *text)
{
	bool micros = f->market == MARKET_SPOT && f->first >= MICROS_SINCE;

	buf_addf(text, "%" PRId64, micros ? b->open_time * 1000 : b->open_time);
	add_decimal(text, b->open);
	add_decimal(text, b->high);
	add_decimal(text, b->low);
	add_decimal(text, b->close);
	add_decimal(text, b->volume);
	buf_addf(text, ",%" PRId64, micros ? (b->close_time + 1) * 1000 - 1 : b->close_time);
	add_decimal(text, b->quote_volume);
	buf_addf(text, ",%" PRId64, b->trades == INT_NONE ? 0 : b->trades);
	add_decimal(text, b->taker_buy_volume);
	add_decimal(text, b->taker_buy_quote_volume);
	buf_adds(text, ",0\n");
}

static enum err candles_text(struct sim_market *m, size_t pair, const struct bulk_file *f, int64_t now_ms, struct buf *text, struct error *e)
{
	struct sim_window w = { .start_ms = f->first, .end_ms = f->end - 1, .limit = (size_t)bulk_bars(f) };
	struct bar *bars = malloc(w.limit * sizeof *bars);
	size_t n;
	enum err rc = bars ? sim_klines(m, pair, (enum interval)f->interval, &w, now_ms, bars, &n, e) : error_memory(e);

	if (!rc && n && f->market == MARKET_UM && f->first >= HEADER_SINCE)
		buf_adds(text, "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n");
	for (size_t i = 0; !rc && i < n; i++)
		add_bar(f, &bars[i], text);
	free(bars);
	return rc;
}

static enum err payments_text(struct sim_market *m, const struct bulk_file *f, struct buf *text, struct error *e)
{
	size_t most = (size_t)bulk_bars(f), n;
	struct funding *rows = malloc(most * sizeof *rows);
	char rate[DEC_TEXT];
	enum err rc = rows ? sim_payments(m, f->symbol, f->first, f->end - 1, most, rows, &n, e) : error_memory(e);

	if (!rc && n)
		buf_adds(text, "calc_time,funding_interval_hours,last_funding_rate\n");
	for (size_t i = 0; !rc && i < n; i++) {
		dec_format(rows[i].rate, rate);
		buf_addf(text, "%" PRId64 ",", rows[i].funding_time);
		if (rows[i].interval_hours != INT_NONE)
			buf_addf(text, "%" PRId64, rows[i].interval_hours);
		buf_addf(text, ",%s\n", rate);
	}
	free(rows);
	return rc;
}

/* What a fault makes of the text before it is packed. */
static void spoil_text(int kind, struct buf *text)
{
	char *zeros;

	if (kind == SIM_FAULT_BOMB) {
		zeros = buf_reserve(text, BOMB_BYTES);
		if (zeros) {
			memset(zeros, '0', BOMB_BYTES);
			text->len += BOMB_BYTES;
		}
	} else if (kind == SIM_FAULT_FOREIGN) {
		buf_clear(text);
		buf_adds(text, "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n1,2.5,3,1,1,1704067200000,true\n");
	}
}

static enum err make_text(const struct sim_request *q, const struct bulk_file *f, struct buf *text, struct error *e)
{
	struct sim_market *m = q->state->market;
	int pair = sim_market_find(m, f->symbol);
	enum err rc;

	if (pair < 0 || q->now_ms < bulk_published(f))
		return OK;
	rc = f->interval < 0 ? payments_text(m, f, text, e) : candles_text(m, (size_t)pair, f, q->now_ms, text, e);
	if (!rc && text->len && q->fault)
		spoil_text(q->fault->kind, text);
	return rc;
}

static enum err make_zip(const struct sim_request *q, const char *name, const struct buf *text, struct buf *zip, struct error *e)
{
	char entry[BULK_NAME_SIZE + 4];
	enum err rc;

	snprintf(entry, sizeof entry, "%s.csv", name);
	rc = text->failed ? error_memory(e) : zip_write(entry, text->data, text->len, zip, e);
	if (!rc && q->fault && q->fault->kind == SIM_FAULT_TORN)
		zip->len /= 2;
	return rc;
}

static enum err add_checksum(const char *name, const struct buf *zip, struct buf *out, struct error *e)
{
	struct digest *d = digest_new();
	char hex[DIGEST_HEX];

	if (!d)
		return error_memory(e);
	digest_add(d, zip->data, zip->len);
	digest_hex(d, hex);
	digest_free(d);
	buf_addf(out, "%s  %s.zip\n", hex, name);
	return OK;
}

void sim_get_bulk(const struct sim_request *q, struct sim_answer *a)
{
	struct buf text = { 0 }, zip = { 0 };
	struct error e = { 0 };
	struct bulk_file f;
	char name[BULK_NAME_SIZE];
	bool checksum = false, known = bulk_path_read(q->path, &f, &checksum);
	enum err rc = known ? make_text(q, &f, &text, &e) : OK;

	if (!rc && text.len == 0)
		sim_not_found(a);
	if (!rc && text.len)
		rc = make_zip(q, bulk_name(&f, name), &text, checksum ? &zip : &a->body, &e);
	if (!rc && text.len && checksum)
		rc = add_checksum(name, &zip, &a->body, &e);
	if (!rc && text.len)
		a->type = checksum ? "binary/octet-stream" : "application/zip";
	if (rc)
		sim_fail(q, a, &e);
	buf_release(&text);
	buf_release(&zip);
}
