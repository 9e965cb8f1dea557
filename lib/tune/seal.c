#include "tune/seal.h"

#include <string.h>

#define BARS_WORTH_A_THREAD 20000 /* a millisecond's work */

static void *work(void *arg)
{
	struct seal *s = arg;

	history_digest(s->history, s->digest, s->hex);
	return NULL;
}

void seal_begin(struct seal *s, const struct history *h)
{
	*s = (struct seal){ .history = h, .digest = digest_new() };
	if (s->digest && h->bars >= BARS_WORTH_A_THREAD)
		s->running = pthread_create(&s->thread, NULL, work, s) == 0;
}

enum err seal_end(struct seal *s, char *hex, struct error *e)
{
	if (!s->digest)
		return error_memory(e);
	if (s->running)
		pthread_join(s->thread, NULL);
	else
		work(s);
	digest_free(s->digest);
	memcpy(hex, s->hex, sizeof s->hex);
	return OK;
}
