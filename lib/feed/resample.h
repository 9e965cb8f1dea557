#ifndef CT_FEED_RESAMPLE_H
#define CT_FEED_RESAMPLE_H

#include "core/error.h"
#include "model/candle.h"

/*
 * Bars of a longer interval from bars of a shorter one, one bar at a time. Open is the first bar's, close the last
 * one's, high and low the extremes, volumes and trades the sums (unknown where a part's is). A bar in which nothing
 * traded repeats an old price, so that it counts for open, high and low only where no bar of the bucket traded: as the
 * exchange's own bars do. Bars that are missing are not made up: a bucket is made of what came.
 */
struct resample {
	enum interval from, to;
	int64_t shift_ms; /* added to UTC before buckets are cut: a time zone */
	struct bar bar;   /* the bucket that is being filled */
	int parts;        /* bars in it; 0: none */
	bool traded;      /* something traded in it */
};

/* Whether whole bars of `from` make a bar of `to` that begins shift_ms earlier than in UTC. True for from == to. */
bool resample_possible(enum interval from, enum interval to, int64_t shift_ms);

/* Only where resample_possible. */
void resample_init(struct resample *r, enum interval from, enum interval to, int64_t shift_ms);

/* The bucket that contains t_ms, and the one after it. */
int64_t resample_floor(const struct resample *r, int64_t t_ms);
int64_t resample_next(const struct resample *r, int64_t open_ms);

/*
 * Takes the next bar, in ascending order. A bucket is given out as soon as its last bar is there; one whose last bars
 * are missing when a later bucket begins. *n (0 to 2) bars go to out[], oldest first.
 * ERR_DATA: out of order, or a sum that does not fit; r is then unchanged.
 */
enum err resample_push(struct resample *r, const struct bar *in, struct bar out[2], int *n, struct error *e);

/* The bucket in the making, closed or not: false when there is none. r is empty afterwards. */
bool resample_flush(struct resample *r, struct bar *out);

#endif
