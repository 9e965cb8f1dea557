#ifndef CT_TESTS_GOLDEN_H
#define CT_TESTS_GOLDEN_H

#include "check.h"

/* Relative with an absolute floor, where values near 0 are differences of large ones. NaN equals NaN. */
static inline int golden_close(double got, double want, double relative, double absolute)
{
	if (isnan(got) || isnan(want))
		return isnan(got) && isnan(want);
	return got == want || fabs(got - want) <= absolute + relative * fmax(fabs(got), fabs(want));
}

#define assert_close(got, want, relative, absolute)                                                   \
	do {                                                                                          \
		double got_ = (got), want_ = (want);                                                  \
		if (!golden_close(got_, want_, relative, absolute))                                   \
			fail_msg("%s is %.17g, not %.17g (%s)", #got, got_, want_, #want);            \
	} while (0)

/* A file of the folder with golden values and real candles: SHARED, or ../shared. The caller skips where it is absent. */
static inline FILE *golden_open(const char *name)
{
	const char *shared = getenv("SHARED");
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", shared ? shared : "../shared", name);
	return fopen(path, "r");
}

/* Cuts a CSV line into its cells, in place; the number of cells. */
static inline int golden_split(char *line, char **cell, int max)
{
	int n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	for (char *p = line; p && n < max; n++)
		cell[n] = strsep(&p, ",");
	return n;
}

#endif
