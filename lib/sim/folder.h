#ifndef CT_SIM_FOLDER_H
#define CT_SIM_FOLDER_H

#include "feed/csv.h"
#include "sim/market.h"

/* The candle files of a folder, by their names. Private to lib/sim. */
struct sim_file {
	char *path;
	struct feed_series series;
};

/* In order of their paths, three levels deep. The caller releases, also after an error. */
enum err sim_folder_scan(const char *dir, const struct sim_names *names, struct sim_file **files, size_t *count, struct error *e);
void sim_folder_release(struct sim_file *files, size_t count);

#endif
