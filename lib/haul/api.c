#include "haul/api.h"

#include <stdlib.h>

#include "core/prog.h"

enum err api_add(struct api *a, int market, const char *symbol, int interval, int64_t since, int64_t until, struct tell_series *series, struct error *e)
{
	size_t id = a->fetch.count;
	enum err rc = fetch_add(&a->fetch, market, symbol, interval, since, until, e);

	if (rc || a->fetch.count == id)
		return rc;
	if (!a->series && !(a->series = calloc(FETCH_MAX, sizeof *a->series)))
		return error_memory(e);
	if (!series && !a->own && !(a->own = calloc(FETCH_MAX, sizeof *a->own)))
		return error_memory(e);
	if (!series) {
		series = &a->own[id];
		tell_series_init(series, a->tell, market, symbol, interval);
	}
	a->series[id] = series;
	return OK;
}

enum err api_venue(struct api *a, int market, struct venue **venue, struct error *e)
{
	struct venue *first = NULL;
	enum err rc = OK;

	for (size_t m = 0; m < MARKET_COUNT; m++)
		first = first ? first : a->venues[m];
	a->config.market = market;
	if (!a->venues[market])
		rc = venue_open(&a->config, first, &a->venues[market], e);
	*venue = a->venues[market];
	return rc;
}

static enum err on_candle(void *ctx, const struct history *h, const struct candle *c, struct error *e)
{
	return tell_candle(((struct api *)ctx)->series[h->id], c, e);
}

static enum err on_funding(void *ctx, const struct history *h, const struct funding *f, struct error *e)
{
	return tell_payment(((struct api *)ctx)->series[h->id], f, e);
}

static enum err on_lack(void *ctx, const struct history *h, int64_t first, int64_t last, struct error *e)
{
	(void)e;
	tell_lack(((struct api *)ctx)->series[h->id], first, last);
	return OK;
}

static enum err on_page(void *ctx, const struct history *h, const char *path, int64_t t_ms, struct error *e)
{
	return tell_receipt(((struct api *)ctx)->series[h->id], path, "", TIME_UNIT_MS, t_ms, e);
}

static enum err on_finding(void *ctx, const struct history *h, enum finding what, int64_t t_ms, const char *message, struct error *e)
{
	static const enum tell_code codes[FINDING_COUNT] = {
		[FINDING_STARTS_LATE] = TELL_STARTS_LATE, [FINDING_LATE] = TELL_LATE, [FINDING_FAILED] = TELL_FAILED,
	};
	struct api *a = ctx;
	bool told = false;
	enum err rc = a->finding ? a->finding(a->ctx, h, what, &told, e) : OK;

	return rc || told ? rc : tell_event(a->tell, a->series[h->id], codes[what], h->symbol, t_ms, message, what == FINDING_FAILED && a->sole, e);
}

/* Each page is passed on before the next wait. */
static enum err on_tick(void *ctx, double done, double total, struct error *e)
{
	(void)ctx;
	if (prog_stopping())
		return error_set(e, ERR_TEMPFAIL, "stopped before the end");
	prog_progress("fetching", done, total, "rows");
	return prog_flush(e);
}

enum err api_run(struct api *a, const struct fetch_range *range, struct error *e)
{
	const struct fetch_hooks hooks = { { a, on_candle, on_finding, on_lack }, on_funding, on_page, on_tick };
	enum err rc = OK;

	for (int m = 0; !rc && m < MARKET_COUNT; m++)
		if (fetch_has(&a->fetch, m))
			rc = api_venue(a, m, &a->fetch.markets[m].venue, e);
	return rc ? rc : fetch_run(&a->fetch, range, &hooks, e);
}

void api_clear(struct api *a)
{
	fetch_release(&a->fetch);
}

void api_close(struct api *a)
{
	fetch_release(&a->fetch);
	free(a->series);
	free(a->own);
	for (size_t m = 0; m < MARKET_COUNT; m++)
		venue_close(a->venues[m]);
}
