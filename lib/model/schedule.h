#ifndef CT_MODEL_SCHEDULE_H
#define CT_MODEL_SCHEDULE_H

#include "core/buf.h"
#include "core/dec.h"
#include "core/field.h"

/* Deposits and withdrawals that a paper account or a backtest makes by itself: once, or again and again. */
enum every { EVERY_ONCE, EVERY_DAY, EVERY_WEEK, EVERY_MONTH };

struct planned_transfer {
	int64_t at; /* the first time, ms UTC */
	dec amount; /* quote units, > 0 in, < 0 out */
	int every;
};

#define PLANNED_FIELDS 3
extern const struct field planned_transfer_fields[PLANNED_FIELDS];

struct schedule {
	struct planned_transfer *rows;
	size_t count;
};

/* A JSON list; NULL is an empty one. path is the prefix for messages. ERR_DATA. The caller frees rows, after an error too. */
enum err schedule_read(json_t *list, const char *path, struct schedule *s, struct error *e);
/* The same as text. */
void schedule_write(const struct schedule *s, struct buf *b);

/* The first time after after_ms that the transfer is due; a month has its day, or its last one. TIME_NONE: never again. */
int64_t planned_next(const struct planned_transfer *p, int64_t after_ms);
/* Of all of them. */
int64_t schedule_next(const struct schedule *s, int64_t after_ms);

#endif
