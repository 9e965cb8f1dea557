#ifndef CT_TUNE_SHOW_H
#define CT_TUNE_SHOW_H

#include "report/table.h"
#include "tune/rank.h"

enum show_format { SHOW_TABLE, SHOW_JSON, SHOW_CSV };
extern const char *const show_formats[]; /* NULL-terminated */

/*
 * A closed rank. Table: the best sets, what they are measured by, and in one sentence whether the winner is luck. CSV:
 * the sets with every metric. JSON: their trial records (without returns), then metric records of scope "luck".
 */
enum err show_rank(const struct rank *k, enum show_format format, size_t top, const struct style *s, struct buf *b, struct error *e);

/* The sentence alone. */
void show_verdict(const struct rank *k, struct buf *b);

#endif
