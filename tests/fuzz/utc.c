/* Times and durations as typed: what is accepted is printed in a form that reads back the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1), printed[UTC_TEXT];
	int64_t t, back;

	memcpy(text, data, n);
	text[n] = '\0';
	if (utc_parse(text, 1714521600000, &t) && t >= 946684800000) {
		if (!utc_parse(utc_format(t, printed), 0, &back) || back != t || !utc_parse(utc_format_iso(t, printed), 0, &back) || back != t)
			abort();
		if (utc_day(t) > t || utc_month(t) > utc_day(t) || utc_next_month(t) <= t)
			abort();
	}
	if (duration_parse(text, &t) && t < 0)
		abort();
	free(text);
	return 0;
}
