/* The session: what is open, what time it is, and a transaction on the books. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/grow.h"
#include "core/utc.h"
#include "live/inside.h"

enum err live_open(struct live *l, struct desk *d, const struct live_config *c, struct error *e)
{
	const struct account *a = d->setup.account;
	struct broker_config b = {
		.market = a->market, .mode = a->mode, .base_url = a->base_url, .key = a->key, .config_dir = d->setup.config, .stopping = c->stopping,
		.now_ms = c->now_ms,
	};
	enum err rc;

	*l = (struct live){ .d = d, .c = *c };
	rc = broker_open(&b, &l->b, e);
	if (!rc && l->c.absence_ms == 0)
		l->c.absence_ms = broker_absence_ms(l->b);
	return rc;
}

void live_close(struct live *l)
{
	broker_close(l->b);
	for (size_t i = 0; i < l->report_count; i++)
		free(l->reports[i].fills);
	free(l->reports);
	free(l->later);
	free(l->absent);
	free(l->tried);
	l->b = NULL;
}

int64_t live_now(const struct live *l)
{
	return l->c.now_ms == TIME_NONE ? utc_now_ms() : l->c.now_ms;
}

void live_pause(const struct live *l, int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	if (!l->c.stopping || !l->c.stopping())
		nanosleep(&t, NULL);
}

struct book_order *live_order(struct live *l, const char *id)
{
	struct book *b = &l->d->ledger.book;

	for (size_t i = 0; i < b->order_count; i++)
		if (strcmp(b->orders[i].o.id, id) == 0)
			return &b->orders[i];
	return NULL;
}

struct tried {
	char decision[ID_SIZE];
	int times;
};

enum err live_count_try(struct live *l, const char *decision, int **times, struct error *e)
{
	for (size_t i = 0; i < l->tried_count; i++)
		if (strcmp(l->tried[i].decision, decision) == 0) {
			*times = &l->tried[i].times;
			return OK;
		}
	if (grow(&l->tried, &l->tried_cap, l->tried_count + 1, sizeof *l->tried, e))
		return ERR_INTERNAL;
	l->tried[l->tried_count] = (struct tried){ .times = 0 };
	snprintf(l->tried[l->tried_count].decision, ID_SIZE, "%s", decision);
	*times = &l->tried[l->tried_count++].times;
	return OK;
}
