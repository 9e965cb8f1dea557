#ifndef CT_TESTS_GOLDEN_METRICS_H
#define CT_TESTS_GOLDEN_METRICS_H

/* The files of golden/dev/metrics. A test that has not got them skips. */
#include "golden.h"
#include "report/metrics.h"
#include "report/roundtrip.h"

static inline FILE *golden(const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "golden/dev/metrics/%s", name);
	f = golden_open(path);
	if (!f) {
		print_message("golden metrics are absent: skipped\n");
		skip();
	}
	return f;
}

/* Cells of a CSV line without quoted commas. */
static inline int split(char *line, char **cell, int max)
{
	int n = golden_split(line, cell, max);

	for (int i = 0; i < n; i++)
		if (cell[i][0] == '"') {
			cell[i]++;
			cell[i][strcspn(cell[i], "\"")] = '\0';
		}
	return n;
}

struct golden_trades {
	struct outcome outcomes[64];
	struct trip trips[64];
	size_t count;
	double bars_held, fees, traded;
};

static inline void read_trades(const char *file, struct golden_trades *g)
{
	FILE *f = golden(file);
	char line[1024], *c[11];

	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		assert_int_equal(split(line, c, 11), 11);
		g->outcomes[g->count] = (struct outcome){ strtod(c[7], NULL), strtod(c[8], NULL) };
		g->trips[g->count] = (struct trip){ .entry_ms = strtoll(c[0], NULL, 10) * 1000, .exit_ms = strtoll(c[1], NULL, 10) * 1000 };
		g->bars_held += strtod(c[10], NULL) - strtod(c[9], NULL);
		g->fees += strtod(c[6], NULL);
		g->traded += strtod(c[3], NULL) * (strtod(c[4], NULL) + strtod(c[5], NULL));
		g->count++;
	}
	fclose(f);
}

#endif
