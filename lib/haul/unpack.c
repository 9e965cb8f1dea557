#include "haul/unpack.h"

#include <stdio.h>

#include "core/utc.h"
#include "feed/csv.h"
#include "feed/rates.h"
#include "feed/zip.h"

/* What becomes of a row: a candle, or of funding a payment. */
struct pass {
	const struct bulk_file *file;
	int64_t since, until;
	struct tell_series *series; /* NULL: it is only looked at */
	int64_t rows;
	bool micros;
};

static enum err check_time(const struct pass *p, int64_t t_ms, struct error *e)
{
	char text[UTC_TEXT];

	if (t_ms >= p->file->first && t_ms < p->file->end)
		return OK;
	return error_set(e, ERR_DATA, "%s is not of this %s", utc_format(t_ms, text), p->file->daily ? "day" : "month");
}

static bool is_wanted(const struct pass *p, int64_t t_ms)
{
	return p->series && t_ms >= p->since && t_ms < p->until;
}

/* *line: where it ended. */
static enum err pass_candles(struct pass *p, struct zip *zip, long *line, struct error *e)
{
	struct feed_series known = { p->file->market, p->file->interval, "" };
	struct candle c;
	struct csv *csv;
	bool end;
	enum err rc;

	snprintf(known.symbol, sizeof known.symbol, "%s", p->file->symbol);
	rc = csv_new(zip_input(zip), &known, &csv, e);
	if (rc)
		return rc;
	csv_exact(csv);
	while (!(rc = csv_next(csv, &c, &end, e)) && !end) {
		rc = check_time(p, c.bar.open_time, e);
		if (!rc && is_wanted(p, c.bar.open_time))
			rc = tell_candle(p->series, &c, e);
		if (rc)
			break;
		p->rows++;
	}
	p->micros = csv_is_micros(csv);
	*line = csv_line(csv);
	csv_free(csv);
	return rc;
}

static enum err pass_payments(struct pass *p, struct zip *zip, long *line, struct error *e)
{
	struct rates rates;
	struct funding f;
	bool end;
	enum err rc;

	rates_init(&rates, zip_input(zip), p->file->symbol);
	while (!(rc = rates_next(&rates, &f, &end, e)) && !end) {
		rc = check_time(p, f.funding_time, e);
		if (!rc && is_wanted(p, f.funding_time))
			rc = tell_payment(p->series, &f, e);
		if (rc)
			break;
		p->rows++;
	}
	*line = rates.text.line;
	rates_release(&rates);
	return rc;
}

static enum err run_pass(struct pass *p, const struct buf *data, struct error *e)
{
	char name[BULK_NAME_SIZE], entry[BULK_NAME_SIZE + 4], message[sizeof e->message];
	struct error why = { 0 };
	struct zip *zip;
	long line = 0;
	enum err rc;

	snprintf(entry, sizeof entry, "%s.csv", bulk_name(p->file, name));
	rc = zip_open(data->data, data->len, entry, bulk_text_max(p->file), &zip, e);
	if (rc)
		return rc;
	rc = p->file->interval < 0 ? pass_payments(p, zip, &line, &why) : pass_candles(p, zip, &line, &why);
	zip_close(zip);
	if (!rc && p->rows == 0)
		return error_set(e, ERR_DATA, "'%s' has no rows", entry);
	if (rc == ERR_DATA && line) {
		snprintf(message, sizeof message, "%s:%ld: %s%s%.300s", entry, line, why.field, why.field[0] ? ": " : "", why.message);
		return error_set(e, rc, "%s", message);
	}
	*e = why;
	return rc;
}

enum err unpack_check(const struct bulk_file *f, const struct buf *zip, struct error *e)
{
	struct pass p = { .file = f };

	return run_pass(&p, zip, e);
}

enum err unpack_tell(const struct bulk_file *f, const struct buf *zip, int64_t since, int64_t until, struct tell_series *s, enum time_unit *unit,
	struct error *e)
{
	struct pass p = { .file = f, .since = since, .until = until, .series = s };
	enum err rc = run_pass(&p, zip, e);

	*unit = p.micros ? TIME_UNIT_US : TIME_UNIT_MS;
	return rc;
}
