/*
 * The CSV reader: any text is read to its end without harm, the same rows and errors come out however the text is cut
 * into pieces, and what is read as a candle can be written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feed/csv.h"
#include "model/record.h"

struct text {
	const uint8_t *s;
	size_t n, at, piece;
};

static enum err read_text(void *ctx, char *data, size_t n, size_t *got, struct error *e)
{
	struct text *t = ctx;

	(void)e;
	*got = t->n - t->at < t->piece ? t->n - t->at : t->piece;
	if (*got > n)
		*got = n;
	memcpy(data, t->s + t->at, *got);
	t->at += *got;
	return OK;
}

/* Everything that comes out, as text. */
static void read_all(const uint8_t *s, size_t n, size_t piece, struct buf *out)
{
	struct text t = { s, n, 0, piece };
	struct feed_series series = { MARKET_SPOT, INTERVAL_4H, "BTCUSDT" };
	struct csv *csv;
	struct candle c;
	struct error e = { 0 };
	bool end = false;
	enum err rc;

	if (csv_new((struct csv_input){ read_text, &t }, &series, &csv, &e))
		abort();
	while (!end) {
		rc = csv_next(csv, &c, &end, &e);
		if (rc)
			buf_addf(out, "%ld %s %s\n", e.line, e.field, e.message);
		else if (!end)
			candle_write(&c, out);
	}
	csv_free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf whole = { 0 }, pieces = { 0 };
	size_t piece = n ? 1 + data[0] % 50 : 1;

	read_all(data, n, n + 1, &whole);
	read_all(data, n, piece, &pieces);
	if (whole.len != pieces.len || (whole.len && memcmp(whole.data, pieces.data, whole.len) != 0))
		abort();
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}
