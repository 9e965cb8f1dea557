#ifndef CT_STORE_VERIFY_H
#define CT_STORE_VERIFY_H

#include "model/finding.h"
#include "model/halt.h"
#include "store/store.h"

/* Looks again at what is stored. */
struct verify {
	struct store *store;
	const struct halts *halts;
	bool mark; /* candles that are sound are marked is_validated, others not; the store is open for writing */
	enum err (*on_finding)(void *ctx, const struct finding *f, struct error *e);
	enum err (*on_series)(void *ctx, const struct verified *v, struct error *e); /* after the findings of its pair; may be NULL */
	void *ctx;
};

/*
 * Every series of the query (market, interval, symbols): each bar by itself, gaps, bars of a time when the exchange was
 * closed, receipts, and where a pair has several intervals whether they agree. Whole series: since and until are not heeded.
 */
enum err store_verify(const struct verify *v, const struct store_query *q, struct error *e);

#endif
