#ifndef CT_STORE_TOLD_H
#define CT_STORE_TOLD_H

#include "model/config.h"
#include "store/store.h"

/*
 * What a person is to be told, and has been: events of level alarm, and a summary of each account's day (code
 * "daily"). Each is told at least once: told_mark comes after the command has taken it, so that a kill between the two
 * tells it again, with the same id.
 */
#define TOLD_DAYS 30 /* an event older than this is not news any more */

/* Each event of the TOLD_DAYS before now_ms that nobody was told of, oldest first, at most `most`. */
enum err told_missing(struct store *s, int64_t now_ms, size_t most, store_callback *callback, void *ctx, struct error *e);

/* The events of these ids have been told, in one transaction. */
enum err told_mark(struct store *s, const char (*ids)[ID_SIZE], size_t n, int64_t now_ms, struct error *e);

/*
 * Records the summary of the account's last whole UTC day, once: when the bars of that day are booked, or two hours
 * later as far as they are. An account that was never stepped has none.
 */
enum err told_day(struct store *s, const struct account *a, int64_t now_ms, struct error *e);

/* An event as it stands, its id made from the rest; nothing where there is one of this id. */
enum err told_put(struct store *s, struct event *event, struct error *e);

/* Records that telling failed, once an hour: level warn, so that it is not itself an alarm. */
enum err told_failed(struct store *s, const char *how, size_t waiting, int64_t now_ms, struct error *e);

#endif
