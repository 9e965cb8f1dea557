#include "model/outage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"

size_t outages_read(const char *text, struct outage out[OUTAGES_MAX])
{
	size_t n = 0;
	int used;

	for (; n < OUTAGES_MAX && sscanf(text, "%" SCNd64 "/%" SCNd64 "%n", &out[n].from_ms, &out[n].to_ms, &used) == 2; n++) {
		size_t end = strcspn(text + used, ",");

		snprintf(out[n].symbol, sizeof out[n].symbol, "%.*s", end ? (int)end - 1 : 0, text + used + (end > 0));
		text += (size_t)used + end;
		text += *text == ',';
	}
	return n;
}

/* The part of *text before the next '/', which is passed. False: it is empty, or longer than out. */
static bool take_part(const char **text, char *out, size_t size)
{
	size_t n = strcspn(*text, "/");

	if (n == 0 || n >= size)
		return false;
	memcpy(out, *text, n);
	out[n] = '\0';
	*text += n + ((*text)[n] == '/');
	return true;
}

enum err outages_add(char text[OUTAGES_TEXT], const char *one, struct error *e)
{
	struct outage o = { 0 }, before[OUTAGES_MAX];
	const char *rest = one;
	size_t used = strlen(text);
	char from[64], to[64];

	if (!take_part(&rest, from, sizeof from) || !take_part(&rest, to, sizeof to)
		|| (rest[-1] == '/' && !take_part(&rest, o.symbol, sizeof o.symbol)) || *rest || strchr(o.symbol, ','))
		return error_set(e, ERR_USAGE, "--outage: '%s' is not FROM/TO or FROM/TO/SYMBOL", one);
	if (!utc_parse(from, TIME_NONE, &o.from_ms) || !utc_parse(to, TIME_NONE, &o.to_ms) || o.from_ms < 0 || o.to_ms <= o.from_ms)
		return error_set(e, ERR_USAGE, "--outage: '%s' is not FROM/TO, two times in their order", one);
	if (outages_read(text, before) == OUTAGES_MAX)
		return error_set(e, ERR_USAGE, "--outage: more than %d", OUTAGES_MAX);
	snprintf(text + used, OUTAGES_TEXT - used, "%s%" PRId64 "/%" PRId64 "%s%s", used ? "," : "", o.from_ms, o.to_ms,
		o.symbol[0] ? "/" : "", o.symbol);
	return OK;
}
