#include "tune/plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

static bool whole_days(const char *text, int64_t *ms)
{
	return duration_parse(text, ms) && *ms >= MS_DAY && *ms % MS_DAY == 0;
}

enum err walk_parse(const char *text, struct walk *w, struct error *e)
{
	char *copy = strdupa(text), *train = strsep(&copy, "/"), *test = strsep(&copy, "/"), *step = strsep(&copy, "/");

	*w = (struct walk){ 0 };
	if (copy || !test || !whole_days(train, &w->train_ms) || !whole_days(test, &w->test_ms) || (step && !whole_days(step, &w->step_ms)))
		return error_set(e, ERR_USAGE, "'%.60s' is not TRAIN/TEST or TRAIN/TEST/STEP in whole days, such as 180d/30d", text);
	if (!step)
		w->step_ms = w->test_ms;
	if (w->step_ms < w->test_ms)
		return error_set(e, ERR_USAGE, "'%.60s': with a step below the test window, test windows would overlap", text);
	return OK;
}

enum err walk_embargo(const char *text, enum interval interval, struct walk *w, struct error *e)
{
	bool bars = *text && strspn(text, "0123456789") == strlen(text) && strlen(text) < 7;

	if (bars)
		w->embargo_ms = strtoll(text, NULL, 10) * (interval == INTERVAL_1MONTH ? 31 * MS_DAY : interval_ms(interval));
	else if (!duration_parse(text, &w->embargo_ms))
		return error_set(e, ERR_USAGE, "'%.60s' is neither a number of bars nor a time such as 5d", text);
	w->embargo_ms = (w->embargo_ms + MS_DAY - 1) / MS_DAY * MS_DAY;
	return OK;
}

enum err plan_windows(const struct walk *w, int64_t since, int64_t until, struct window **rows, size_t *n, struct error *e)
{
	int64_t first = utc_day(since + MS_DAY - 1), need = w->train_ms + w->embargo_ms + w->test_ms;
	size_t count = until - first >= need ? (size_t)((until - first - need) / w->step_ms) + 1 : 0;

	*rows = calloc(count + 1, sizeof **rows);
	*n = count;
	if (!*rows)
		return error_memory(e);
	if (!count)
		return error_set(e, ERR_USAGE, "the candles cover %lld whole days, and one window of the walk forward takes %lld",
			(long long)((until - first) / MS_DAY), (long long)(need / MS_DAY));
	for (size_t i = 0; i < count; i++) {
		struct window *v = &(*rows)[i];

		v->train_from = first + (int64_t)i * w->step_ms;
		v->train_to = v->train_from + w->train_ms;
		v->test_from = v->train_to + w->embargo_ms;
		v->test_to = v->test_from + w->test_ms;
	}
	return OK;
}

size_t plan_count(const struct plan *p)
{
	return p->set_count * (1 + p->window_count);
}

struct task plan_task(const struct plan *p, size_t i)
{
	size_t part = i / p->set_count;
	const struct window *w = part ? &p->windows[part - 1] : NULL;

	if (!w)
		return (struct task){ SAMPLE_WHOLE, INT_NONE, i, p->since, p->until };
	return (struct task){ SAMPLE_TRAIN, (int64_t)part - 1, i % p->set_count, w->train_from, w->train_to };
}
