#ifndef CT_STORE_SERIES_H
#define CT_STORE_SERIES_H

#include "store/db.h"

/* As store_each_bars, for one series that is known. */
enum err series_bars(struct store *s, const struct store_series *series, int64_t since, int64_t until, store_bars_callback *callback, void *ctx,
	struct error *e);

/* The id under which a candle's series is stored; made when it is new. Remembered, so that it costs nothing a second time. */
enum err series_id(struct store *s, const struct candle *c, int64_t *id, struct error *e);

/* Whether the query asks for this pair. */
bool symbol_wanted(const struct store_query *q, const char *symbol);

#endif
