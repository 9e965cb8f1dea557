#ifndef CT_HAUL_TELL_H
#define CT_HAUL_TELL_H

#include "core/digest.h"
#include "feed/check.h"
#include "model/record.h"

/*
 * What comes from the exchange, as records on stdout: rows that are sound, and events of what is odd. Nothing is
 * mended, and no row is held back.
 */
struct tell {
	struct digest *digest; /* scratch for ids */
	struct buf line;
};

/* What is found, each with its code and level. */
enum tell_code { TELL_STARTS_LATE, TELL_LATE, TELL_FAILED, TELL_GAP, TELL_DUPLICATE, TELL_CONFLICT, TELL_BAD_CANDLE, TELL_CODES };

enum err tell_init(struct tell *t, struct error *e); /* ERR_INTERNAL: out of memory */
void tell_release(struct tell *t);

/* One row of a kind, as it is. ERR_IO. */
enum err tell_row(struct tell *t, enum kind_id kind, const void *object, struct error *e);

/*
 * An event record; with -v also a message. interval "": it is about the pair as such. The id is the same whenever the same
 * is found again. quiet: no message, where the program's own is the same.
 */
enum err tell_event(struct tell *t, enum tell_code code, const char *symbol, const char *interval, int64_t t_ms, const char *message, bool quiet,
	struct error *e);

/* One series of candles on its way out; where a tell_series lies it stays. */
struct tell_series {
	struct tell *tell;
	struct check check;
	enum err rc;         /* of writing what the check found */
	struct error error;
};

void tell_series_init(struct tell_series *s, struct tell *t);
/* The next candle: written if it is sound and newer than all before it; what is wrong with it becomes an event. */
enum err tell_candle(struct tell_series *s, const struct candle *c, struct error *e);

#endif
