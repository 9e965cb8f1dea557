#include "tune/track.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "engine/absent.h"

static bool trades(const struct account_strategy *s, const char *symbol)
{
	for (size_t i = 0; i < s->symbol_count; i++)
		if (strcmp(s->symbols[i], symbol) == 0)
			return true;
	return false;
}

static size_t bars_before(const struct history_series *s, int64_t until_ms)
{
	size_t low = 0, high = s->count;

	while (until_ms != TIME_NONE && low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->bars[middle].open_time < until_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

static enum err add_strategies(struct track *t, const struct account *a, struct strategy *const *strategies, const struct told *told, struct error *e)
{
	const struct history_series *s = t->series;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < a->strategy_count; i++) {
		struct track_strategy *row = &t->strategies[t->strategy_count];

		if (!trades(&a->strategies[i], s->symbol))
			continue;
		row->name = a->strategies[i].name;
		if (!strategies || a->strategies[i].resampled) {
			row->told = told_of(told, row->name, s->symbol);
			t->strategy_count += row->told != NULL;
			continue;
		}
		rc = strategy_series_new(strategies[i], t->panel, s->market, s->symbol, s->interval, &row->series, e);
		t->strategy_count += !rc;
	}
	return rc;
}

/* The whole series at once. */
static enum err take_rows(struct track *t, struct error *e)
{
	enum err rc;

	t->rows = calloc(panel_columns(t->panel) + 1, sizeof *t->rows);
	if (!t->rows)
		return error_memory(e);
	rc = shelf_take(t->shelf, t->series, t->panel, (const double **)t->rows, &t->run, e);
	t->run.count = t->count;
	t->tape = shelf_tape(t->shelf, t->series);
	return rc;
}

enum err track_begin(struct track *t, const struct history_series *s, size_t pair, const struct account *a, struct strategy *const *strategies,
	int64_t until_ms, struct shelf *shelf, struct aide *aide, const struct told *told, struct error *e)
{
	static const struct tape nothing_yet;
	enum err rc;

	*t = (struct track){ .series = s, .pair = pair, .count = bars_before(s, until_ms), .tape = &nothing_yet, .shelf = shelf };
	if (s->interval != a->interval)
		return error_field(e, ERR_DATA, "interval", "the candles of %s are %s, account %s trades on %s", s->symbol, interval_names[s->interval],
			a->name, interval_names[a->interval]);
	t->panel = panel_new((enum interval)s->interval);
	t->strategies = calloc(a->strategy_count + 1, sizeof *t->strategies);
	if (!t->panel || !t->strategies)
		return error_memory(e);
	rc = add_strategies(t, a, strategies, told, e);
	if (rc)
		return rc;
	return shelf ? take_rows(t, e) : windows_begin(&t->windows, s, t->panel, t->count, aide, e);
}

void track_release(struct track *t)
{
	for (size_t i = 0; i < t->strategy_count; i++)
		strategy_series_free(t->strategies[i].series);
	free(t->strategies);
	if (t->shelf && t->rows)
		shelf_give(t->shelf, t->series, (const double *const *)t->rows, panel_columns(t->panel));
	windows_release(&t->windows);
	panel_free(t->panel);
	free(t->rows);
}

/* Every bar of the window before has passed. */
static enum err next_window(struct track *t, struct error *e)
{
	const struct window *w;
	enum err rc = windows_next(&t->windows, &w, e);

	t->base = w->base;
	t->run = w->run;
	t->tape = &w->tape;
	for (size_t i = 0; i < t->strategy_count; i++)
		t->strategies[i].known = false;
	return rc;
}

/* The next bar at whose close there is a signal; those at other times are nobody's. */
static size_t next_told(const struct track *t, struct track_strategy *s, size_t from)
{
	for (; s->next < s->told->count; s->next++) {
		int64_t t_ms = s->told->rows[s->next].t_ms;

		from = tape_closed(t->tape, from, t->run.count, t_ms - 1);
		if (from == t->run.count || t->tape->end_ms[from] == t_ms)
			return from;
	}
	return t->run.count;
}

static inline void see_quiet(struct track *t, const struct engine *g)
{
	if (t->quiet <= t->at)
		t->quiet = t->at + (t->at < t->base + t->run.count ? engine_quiet(g, t->pair, t->tape, t->at - t->base, t->run.count) : 0);
}

/*
 * How far the strategy asks for nothing. A book that holds the pair hears no BUY unless someone wants to hear of its
 * refusal; but then only as far as nothing can end the position. A breaker that flattens might do it at any close, a gap in the
 * candles of a delisted pair wherever there is one.
 */
void track_find(struct track *t, struct track_strategy *s, const struct engine *g)
{
	struct book *b = &g->ledger->book;
	size_t to = t->base + t->run.count;
	bool holds, waits, deaf;

	s->known = true;
	if (s->told) {
		s->ask = t->base + next_told(t, s, s->ask - t->base);
		return;
	}
	see_quiet(t, g);
	holds = book_position_of(b, s->name, t->pair);
	waits = book_plan_for(b, s->name, t->pair, CLASS_OPEN);
	deaf = holds && !(g->ledger->wants & LEDGER_REFUSALS) && g->risk->breaker_action != BREAKER_FLATTEN && !engine_may_go(g, t->pair);
	if (deaf)
		to = t->quiet < s->ask ? s->ask : t->quiet < to ? t->quiet : to;
	s->ask = t->base + strategy_series_quiet(s->series, &t->run, s->ask - t->base, to - t->base,
		deaf ? HEARS_EXIT : holds || waits ? HEARS_BUY | HEARS_EXIT : HEARS_BUY);
	/* Far ahead in memory, and soon to be read: this bar, and the next, at whose open an order fills. */
	if (s->ask + 1 < t->count) {
		__builtin_prefetch(&t->series->bars[s->ask]);
		__builtin_prefetch(&t->series->bars[s->ask + 1]);
	}
}

bool track_asks(const struct track *t, const struct engine *g, const struct signal *s, bool *words)
{
	struct book *b = &g->ledger->book;
	enum decision_class c;
	bool wanted = engine_wants(g, s, t->pair, &c);

	*words = wanted && !(c == CLASS_OPEN && book_position_of(b, s->strategy, t->pair));
	return wanted || risk_withdraws(b, s, t->pair);
}

enum err track_event(struct track *t, const struct engine *g, int64_t *t_ms, bool *settles, struct error *e)
{
	size_t event;
	enum err rc = OK;

	*t_ms = INT64_MAX;
	*settles = false;
	if (t->at == t->count)
		return OK;
	if (t->at == t->base + t->run.count)
		rc = next_window(t, e);
	if (rc)
		return rc;
	see_quiet(t, g);
	if (t->quiet == t->at) { /* what the strategies say is heard by the book as this bar leaves it */
		*settles = true;
		*t_ms = t->tape->end_ms[t->at - t->base];
		return OK;
	}
	event = t->base + t->run.count - 1;
	for (size_t i = 0; i < t->strategy_count; i++) {
		struct track_strategy *s = &t->strategies[i];

		track_look(t, s, g);
		event = s->ask < event ? s->ask : event;
	}
	if (t->quiet <= event) {
		event = t->quiet;
		*settles = true;
	}
	*t_ms = t->tape->end_ms[event - t->base];
	return OK;
}
