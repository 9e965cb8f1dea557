#ifndef CT_MODEL_TERMS_H
#define CT_MODEL_TERMS_H

#include "core/error.h"
#include "model/symbol.h"

/*
 * The exchange's rules over time: readings of them, of any pairs. One holds from its t_ms on, until the pair's next. Before its
 * first reading a pair has the rules of that one; of its status only that a pair which does not trade is gone where its candles
 * end: while it has some, it trades.
 */
struct terms {
	struct symbol *rows;
	size_t count, cap;
};

enum err terms_add(struct terms *t, const struct symbol *s, struct error *e);
void terms_release(struct terms *t);
/*
 * By pair, each oldest first; after the last terms_add, before the first terms_of. Of two of one time the one added later stays,
 * of those in a row that differ in nothing but their times the oldest.
 */
enum err terms_sort(struct terms *t, struct error *e);
/* The readings of one pair, *n of them; NULL: there is none. */
const struct symbol *terms_of(const struct terms *t, int market, const char *symbol, size_t *n);
/* Which of a pair's readings holds at t_ms; the first, where it is before all. n > 0. */
size_t terms_at(const struct symbol *rows, size_t n, int64_t t_ms);

#endif
