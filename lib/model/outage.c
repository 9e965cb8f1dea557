#include "model/outage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"

size_t outages_read(const char *text, struct outage out[OUTAGES_MAX])
{
	size_t n = 0;
	int used;

	for (; n < OUTAGES_MAX && sscanf(text, "%" SCNd64 "/%" SCNd64 "%n", &out[n].from_ms, &out[n].to_ms, &used) == 2; n++)
		text += used + (text[used] == ',');
	return n;
}

enum err outages_add(char text[OUTAGES_TEXT], const char *one, struct error *e)
{
	struct outage o, before[OUTAGES_MAX];
	size_t used = strlen(text);
	const char *slash = strchr(one, '/');
	char from[64];

	if (!slash || slash == one || (size_t)(slash - one) >= sizeof from)
		return error_set(e, ERR_USAGE, "--outage: '%s' is not FROM/TO", one);
	memcpy(from, one, (size_t)(slash - one));
	from[slash - one] = '\0';
	if (!utc_parse(from, TIME_NONE, &o.from_ms) || !utc_parse(slash + 1, TIME_NONE, &o.to_ms) || o.from_ms < 0 || o.to_ms <= o.from_ms)
		return error_set(e, ERR_USAGE, "--outage: '%s' is not FROM/TO, two times in their order", one);
	if (outages_read(text, before) == OUTAGES_MAX)
		return error_set(e, ERR_USAGE, "--outage: more than %d", OUTAGES_MAX);
	snprintf(text + used, OUTAGES_TEXT - used, "%s%" PRId64 "/%" PRId64, used ? "," : "", o.from_ms, o.to_ms);
	return OK;
}
