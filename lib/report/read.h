#ifndef CT_REPORT_READ_H
#define CT_REPORT_READ_H

#include "model/record.h"

/* Records on their way to whatever is made from them, of the kinds it is made from only. */
struct reading {
	unsigned kinds;          /* 1u << kind_id | … */
	const struct kind *kind; /* of the rows that reading_row takes */
	enum err (*add)(void *to, const struct kind *k, const void *object, struct error *e);
	void *to;
};

/* Every line of the files ("-": standard input). ERR_NOINPUT; ERR_DATA, without a message when all bad lines were named already. */
enum err reading_files(struct reading *r, const char *const *files, size_t n, struct error *e);
/* One object of r->kind; ctx is the reading. */
enum err reading_row(void *ctx, const void *object, struct error *e);

#endif
