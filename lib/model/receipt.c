#include "model/receipt.h"

#include <string.h>

#include "core/utc.h"
#include "model/interval.h"

static const char *const series_names[] = { "candles", "funding", NULL };
static const char *const units[] = { "ms", "us", NULL };
const char *const *const receipt_series_names = series_names;

#define F(member) FIELD(receipt, member)

const struct field receipt_fields[RECEIPT_FIELDS] = {
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "interval", FIELD_ENUM, F(interval), FIELD_NULL, NULL, "length of the bar; null: funding", interval_names, 0, 0, NULL },
	{ "series", FIELD_ENUM, F(series), 0, NULL, "what the rows are", series_names, 0, 0, NULL },
	{ "source", FIELD_TEXT, F(source), 0, NULL, "the file's path at its host, or its name; the request's path", NULL, 0, 0, NULL },
	{ "sha256", FIELD_TEXT, F(sha256), FIELD_NULL, NULL, "of the file as it came, in hex; null: a request", NULL, 0, 0, NULL },
	{ "rows", FIELD_INT, F(rows), FIELD_MIN, NULL, "how many rows it closes", NULL, 0, 0, NULL },
	{ "first", FIELD_TIME, F(first), FIELD_NULL, "ms UTC", "open or funding time of the first of them; of no rows: of the first that was asked for, and is not there; null: nothing was", NULL, 0, 0, NULL },
	{ "last", FIELD_TIME, F(last), FIELD_NULL, "ms UTC", "open or funding time of the last of them", NULL, 0, 0, NULL },
	{ "gaps", FIELD_INT, F(gaps), FIELD_NULL | FIELD_MIN, "bars", "missing from first to last; null: funding, which keeps no grid", NULL, 0, 0, NULL },
	{ "time_unit", FIELD_ENUM, F(time_unit), 0, NULL, "of the times at the source", units, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when it was fetched", NULL, 0, 0, NULL },
};

bool receipt_is_lack(const struct receipt *r)
{
	return r->rows == 0 && r->first != TIME_NONE;
}

/* All that lies between its times is missing, and that is for the exchange to say, not for a file. */
static enum err check_lack(const struct receipt *r, struct error *e)
{
	int64_t bars = r->interval < 0 ? INT_NONE : interval_count((enum interval)r->interval, r->first, r->last) + 1;

	if (*r->sha256)
		return error_field(e, ERR_DATA, "first", "of no rows");
	if (r->gaps != bars)
		return error_field(e, ERR_DATA, "gaps", "not all that was asked for, and no rows");
	return OK;
}

enum err receipt_check(const struct receipt *r, struct error *e)
{
	bool candles = r->series == RECEIPT_CANDLES;

	if (candles != (r->interval >= 0))
		return error_field(e, ERR_DATA, "interval", candles ? "candles have one" : "funding has none");
	if (!*r->source)
		return error_field(e, ERR_DATA, "source", "empty");
	if (*r->sha256 && (strlen(r->sha256) != DIGEST_HEX - 1 || r->sha256[strspn(r->sha256, "0123456789abcdef")]))
		return error_field(e, ERR_DATA, "sha256", "'%s' is not 64 digits of lower-case hex", r->sha256);
	if (r->rows > 0 && r->first == TIME_NONE)
		return error_field(e, ERR_DATA, "first", "missing");
	if ((r->first != TIME_NONE) != (r->last != TIME_NONE) || r->last < r->first)
		return error_field(e, ERR_DATA, "last", r->last == TIME_NONE ? "missing" : r->first == TIME_NONE ? "without first" : "before first");
	return receipt_is_lack(r) ? check_lack(r, e) : OK;
}
