#ifndef CT_SIM_FOLDER_H
#define CT_SIM_FOLDER_H

#include "feed/csv.h"
#include "model/symbol.h"

/* Which pairs: all there are, if count is 0. */
struct sim_names {
	const char *const *names;
	size_t count;
};

bool sim_wanted(const struct sim_names *names, const char *name);

/* The files of a folder, by their names: candles, and funding payments (SYMBOL-fundingRate…). Private to lib/sim. */
struct sim_file {
	char *path;
	struct feed_series series; /* interval -1: funding payments */
};

/* In order of their paths, three levels deep. The caller releases, also after an error. */
enum err sim_folder_scan(const char *dir, const struct sim_names *names, struct sim_file **files, size_t *count, struct error *e);
/* The funding payments in all files of a pair, in order of time; the caller frees *rows, which is NULL after an error. */
enum err sim_folder_rates(const struct sim_file *files, size_t file_count, const char *symbol, struct funding **rows, size_t *count, struct error *e);
void sim_folder_release(struct sim_file *files, size_t count);

#endif
