#include "tune/period.h"

#include <string.h>

#include "core/utc.h"
#include "model/interval.h"

static const struct field fields[] = {
	{ "since", FIELD_TIME, FIELD(period, since_ms), FIELD_NULL, "ms UTC", "the account's first step", NULL, 0, 0, "null" },
	{ "until", FIELD_TIME, FIELD(period, until_ms), FIELD_NULL, "ms UTC", "no bar that opens from then on", NULL, 0, 0, "null" },
	{ "capital", FIELD_TEXT, FIELD(period, capital), FIELD_NULL, "quote", "instead of the account's", NULL, 0, 0, "null" },
	{ "outages", FIELD_TEXT, FIELD(period, outages), FIELD_NULL, "ms UTC", "FROM/TO of each time when the machine was off, FROM/TO/SYMBOL when a pair's candles were late", NULL, 0, 0, "null" },
	{ "detail", FIELD_ENUM, FIELD(period, detail), FIELD_NULL, NULL, "bars that decide what is filled inside one", interval_names, 0, 0, "null" },
	{ "signals", FIELD_TEXT, FIELD(period, signals), FIELD_NULL, NULL, "SHA-256 of the lines with another program's signals", NULL, 0, 0, "null" },
	{ "data", FIELD_TEXT, FIELD(period, data), FIELD_NULL, NULL, "SHA-256 of exactly the candles and rules used", NULL, 0, 0, "null" },
	{ "pair", FIELD_TEXT, FIELD(period, pair), FIELD_NULL, NULL, "the only one traded", NULL, 0, 0, "null" },
};
static const size_t count = sizeof fields / sizeof *fields;

void period_write(const struct period *p, struct buf *b)
{
	buf_addc(b, '{');
	field_write(fields, count, p, b);
	buf_addc(b, '}');
}

enum err period_read(const struct run *run, struct period *p, struct error *e)
{
	json_t *json;
	enum err rc = field_parse(run->params_json, strlen(run->params_json), &json, e);

	if (rc)
		return rc;
	if (json_is_object(json_object_get(json, "extra")))
		rc = field_read(fields, count, json_object_get(json, "extra"), p, "params_json.extra.", true, e);
	else
		rc = error_field(e, ERR_DATA, "params_json", "has no period");
	json_decref(json);
	return rc;
}
