#ifndef CT_TUNE_INPUT_H
#define CT_TUNE_INPUT_H

#include "tune/managed.h"
#include "tune/period.h"
#include "tune/told.h"

/* Where a backtest's candles and the exchange's rules come from: the database, or records on stdin. */
struct input {
	const char *db;          /* --db, or NULL */
	bool from_stdin;
	int64_t anchor_ms;       /* no bar that opens before; TIME_NONE: all */
	const struct period *period;
	struct history *history; /* where they go; ready afterwards */
	struct buf *unmanaged;   /* gets why the account's shorter bars do not count (tune/managed.h); NULL: they are as they are */
};

/*
 * From the database: the candles of the account's pairs (or of the period's one pair) from its anchor on. From stdin:
 * what comes, from anchor_ms on; the database then gives the rules only, and may be absent. The account is setup's, which
 * may be NULL there, without `unmanaged`. ERR_USAGE: the period has a pair's candles late, and there are none of it.
 */
enum err input_read(struct input *in, struct setup *setup, struct error *e);

/*
 * Signal records of another program, from a file or, "-", from stdin; each must be of the account (NULL: any). digest gets
 * the SHA-256 of the lines. ERR_DATA names the line.
 */
enum err input_signals(const char *path, const struct account *account, struct told *told, char digest[DIGEST_HEX], struct error *e);

/* A recorded run. ERR_NOINPUT: there is none of that id. */
enum err input_run(const char *db, const char *id, struct run *run, struct error *e);

#endif
