#ifndef CT_HAUL_TELL_H
#define CT_HAUL_TELL_H

#include "core/digest.h"
#include "feed/check.h"
#include "model/record.h"

/*
 * What comes from the exchange, as records on stdout: rows that are sound, receipts behind them, and events of what is
 * odd. Nothing is mended, and no row is held back.
 */
struct tell {
	struct digest *digest; /* scratch for ids */
	struct buf line;
	bool begun;            /* the stream has said that its rows have receipts */
	int64_t rows;          /* candles and payments written */
};

/* What is found, each with its code and level. */
enum tell_code {
	TELL_STARTS_LATE, TELL_LATE, TELL_FAILED, TELL_GAP, TELL_DUPLICATE, TELL_CONFLICT, TELL_BAD_CANDLE, TELL_NO_FILE, TELL_BAD_FILE,
	TELL_LISTING, TELL_CODES
};

enum err tell_init(struct tell *t, struct error *e); /* ERR_INTERNAL: out of memory */
void tell_release(struct tell *t);

/* One record of a kind that has no receipts. ERR_IO. */
enum err tell_record(struct tell *t, enum kind_id kind, const void *object, struct error *e);

/* One series on its way out, of candles or (interval -1) funding payments; where a tell_series lies it stays. */
struct tell_series {
	struct tell *tell;
	int market, interval;
	char symbol[SYMBOL_SIZE];
	struct check check;
	bool started;              /* a row was written */
	int64_t rows, first, last; /* since the last receipt */
	int64_t lack_first, lack_last; /* what the last request asked for, if it gave nothing; TIME_NONE: it did */
	enum err rc;               /* of writing what the check found */
	struct error error;
};

void tell_series_init(struct tell_series *s, struct tell *t, int market, const char *symbol, int interval);
const char *tell_series_name(const struct tell_series *s); /* "4h", "funding" */

/* The next candle: written if it is sound and newer than all before it; what is wrong with it becomes an event. */
enum err tell_candle(struct tell_series *s, const struct candle *c, struct error *e);
enum err tell_payment(struct tell_series *s, const struct funding *f, struct error *e);

/* A request asked for what lies from first to last, and nothing came: the receipt is to say so. */
void tell_lack(struct tell_series *s, int64_t first, int64_t last);

/*
 * Where the rows since the last receipt came from, or what is lacking; none is written where there is neither. sha256 "":
 * it was a request.
 */
enum err tell_receipt(struct tell_series *s, const char *source, const char *sha256, int time_unit, int64_t t_ms, struct error *e);

/*
 * An event record; with -v also a message. s NULL: it is about the pair as such. The id is the same whenever the same
 * is found again; of a file the message begins with its name and a colon. quiet: no message, where the program's own is the same.
 */
enum err tell_event(struct tell *t, const struct tell_series *s, enum tell_code code, const char *symbol, int64_t t_ms, const char *message, bool quiet,
	struct error *e);

#endif
