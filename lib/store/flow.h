#ifndef CT_STORE_FLOW_H
#define CT_STORE_FLOW_H

#include "store/store.h"

/* One series of a run of ct-store put or import: what came, what of it waits, and what its receipts must say. */
struct flow {
	const struct kind *kind; /* of its rows: candle, funding, symbol */
	int market, interval;    /* -1: not of one series */
	char symbol[SYMBOL_SIZE];
	/* for sync_log: */
	int64_t inserted, updated, last_ms;
	bool touched;            /* something came, new or not */
	char failure[256];       /* why it could not be fetched; "": it could */
	int64_t lack_first, lack_last; /* what the exchange answered not to have lies there */
	char lacks[96];          /* the same for people; "": nothing */
	/* rows since its last receipt: */
	int64_t rows, first, last;
	bool unordered;
	/* of these, what waits for the receipt: */
	struct buf held;
	size_t held_count;
	uint64_t held_since;     /* the batch's mark when the first of them came */
	struct buf held_marks;   /* and of all of them, where the batch keeps marks */
	/* rows for which no receipt came, and of which the batch itself keeps one: */
	struct receipt own;
	bool own_due;            /* it says more than what is stored of it */
};

struct flows {
	struct flow *rows;
	size_t count, cap, last, *slots, slot_count; /* slots: a hash table of places in rows, + 1 */
};

/* Which flow counts an object of this kind; made when it is new. *out NULL: none does. */
enum err flow_of(struct flows *t, const struct kind *k, const void *object, struct flow **out, struct error *e);
/* That of a receipt's series. */
enum err flow_of_receipt(struct flows *t, const struct receipt *r, struct flow **out, struct error *e);
/* That of a series that could not be fetched, as the event says: its symbol, and "INTERVAL: why". */
enum err flow_failed(struct flows *t, const struct event *event, struct error *e);
/* A receipt of no rows came: for sync_log. */
void flow_lacks(struct flow *t, const struct receipt *r);
void flows_release(struct flows *t);

/* The time of a candle or funding payment. */
int64_t flow_time(const struct kind *k, const void *object);
/* A row came. */
void flow_row(struct flow *t, int64_t t_ms);
/* Whether a receipt says what came since the last one. ERR_DATA names the field that differs. */
enum err flow_close(const struct flow *t, const struct receipt *r, struct error *e);
/* What came since the last receipt counts no more, and does not wait. */
void flow_restart(struct flow *t);

/* Bars missing where `rows` lie between first and last; INT_NONE: of funding. */
int64_t flow_gaps(int interval, int64_t first, int64_t last, int64_t rows);

#endif
