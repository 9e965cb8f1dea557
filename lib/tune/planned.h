#ifndef CT_TUNE_PLANNED_H
#define CT_TUNE_PLANNED_H

#include "model/trial.h"

/* Trials that are to be made, as a shard names them. */
struct planned {
	struct result **rows;
	size_t count;
};

/* One line; ctx is the planned. ERR_DATA: no trial record, or one that cannot be planned (only sets can, whole or train). */
enum err planned_line(void *ctx, char *line, size_t len, struct error *e);
void planned_release(struct planned *p);

#endif
