#ifndef CT_STORE_INSPECT_H
#define CT_STORE_INSPECT_H

#include "store/verify.h"

/* One series under inspection. */
struct inspection {
	const struct verify *verify;
	const struct store_series *series;
	struct verified result;
	int64_t *bad; /* open times of bars that are not to be marked; in no order, some perhaps twice */
	size_t bad_count, bad_cap;
	bool receipts_hold;
	struct receipt *receipts; /* by first */
	size_t receipt_count, receipt_cap, next_receipt;
	int64_t reach;            /* up to where the receipts before reach */
	int64_t last;             /* the row before; TIME_NONE: none */
	struct finding stretch;   /* rows in a row with one fault; rows 0: none */
};

/* Reads the series, and tells what it finds. */
enum err inspect_series(struct inspection *i, const struct verify *v, const struct store_series *series, struct error *e);
void inspect_release(struct inspection *i);

/* Notes a bar that is not to be marked as validated. ERR_INTERNAL: memory. */
enum err inspect_bad(struct inspection *i, int64_t open_time, struct error *e);
/* A finding of this series. */
enum err inspect_tell(struct inspection *i, enum fault fault, bool known, int64_t from, int64_t until, int64_t rows, struct error *e,
	const char *format, ...) __attribute__((format(printf, 8, 9)));

/* Compares the bars of one series with what those of a shorter one of the same pair make. */
enum err inspect_cross(struct inspection *longer, struct inspection *shorter, struct error *e);

#endif
