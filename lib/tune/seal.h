#ifndef CT_TUNE_SEAL_H
#define CT_TUNE_SEAL_H

#include <pthread.h>

#include "tune/history.h"

/* The digest of a history, computed while a backtest runs over it: by a thread of its own where that is worth one. */
struct seal {
	const struct history *history;
	pthread_t thread;
	bool running;
	struct digest *digest;
	char hex[DIGEST_HEX];
};

void seal_begin(struct seal *s, const struct history *h);
/* Waits for it. Once for every seal_begin. ERR_INTERNAL: no memory. */
enum err seal_end(struct seal *s, char *hex, struct error *e);

#endif
