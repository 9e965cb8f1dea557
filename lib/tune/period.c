#include "tune/period.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"

static const struct field fields[] = {
	{ "since", FIELD_TIME, FIELD(period, since_ms), FIELD_NULL, "ms UTC", "the account's first step", NULL, 0, 0, "null" },
	{ "until", FIELD_TIME, FIELD(period, until_ms), FIELD_NULL, "ms UTC", "no bar that opens from then on", NULL, 0, 0, "null" },
	{ "capital", FIELD_TEXT, FIELD(period, capital), FIELD_NULL, "quote", "instead of the account's", NULL, 0, 0, "null" },
	{ "outages", FIELD_TEXT, FIELD(period, outages), FIELD_NULL, "ms UTC", "FROM/TO of each time when the machine was off", NULL, 0, 0, "null" },
	{ "signals", FIELD_TEXT, FIELD(period, signals), FIELD_NULL, NULL, "SHA-256 of the lines with another program's signals", NULL, 0, 0, "null" },
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

enum err period_add_outage(struct period *p, const char *text, struct error *e)
{
	struct outage o, before[OUTAGES_MAX];
	size_t used = strlen(p->outages);
	const char *slash = strchr(text, '/');
	char from[64];

	if (!slash || slash == text || (size_t)(slash - text) >= sizeof from)
		return error_set(e, ERR_USAGE, "--outage: '%s' is not FROM/TO", text);
	memcpy(from, text, (size_t)(slash - text));
	from[slash - text] = '\0';
	if (!utc_parse(from, TIME_NONE, &o.from_ms) || !utc_parse(slash + 1, TIME_NONE, &o.to_ms) || o.from_ms < 0 || o.to_ms <= o.from_ms)
		return error_set(e, ERR_USAGE, "--outage: '%s' is not FROM/TO, two times in their order", text);
	if (period_outages(p, before) == OUTAGES_MAX)
		return error_set(e, ERR_USAGE, "--outage: more than %d", OUTAGES_MAX);
	snprintf(p->outages + used, sizeof p->outages - used, "%s%" PRId64 "/%" PRId64, used ? "," : "", o.from_ms, o.to_ms);
	return OK;
}

size_t period_outages(const struct period *p, struct outage out[OUTAGES_MAX])
{
	size_t n = 0;
	int used;

	for (const char *s = p->outages; n < OUTAGES_MAX && sscanf(s, "%" SCNd64 "/%" SCNd64 "%n", &out[n].from_ms, &out[n].to_ms, &used) == 2; n++)
		s += used + (s[used] == ',');
	return n;
}
