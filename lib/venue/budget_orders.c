#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "venue/budget.h"

enum budget_answer order_budget_charge(struct order_budget_state *s, int64_t orders, int percent, int64_t now_ms, int64_t *wait_ms)
{
	struct order_budget_state after = *s;

	for (size_t i = 0; i < ORDER_WINDOWS; i++) {
		enum budget_answer answer = budget_charge_share(&after.windows[i], orders, percent, now_ms, wait_ms);

		if (answer != BUDGET_TAKEN)
			return answer;
	}
	*s = after;
	return BUDGET_TAKEN;
}

void order_budget_learn(struct order_budget_state *s, int64_t length_ms, int64_t reported, int64_t now_ms)
{
	for (size_t i = 0; i < ORDER_WINDOWS; i++)
		if (s->windows[i].length_ms == length_ms)
			budget_learn(&s->windows[i], 0, reported, now_ms, now_ms);
}

void order_budget_set_limit(struct order_budget_state *s, int64_t length_ms, int64_t limit)
{
	for (size_t i = 0; i < ORDER_WINDOWS; i++)
		if (s->windows[i].length_ms == length_ms)
			s->windows[i].limit = limit;
}

size_t order_budget_format(const struct order_budget_state *s, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < ORDER_WINDOWS; i++) {
		const struct budget_state *w = &s->windows[i];

		n += (size_t)snprintf(out + n, ORDERS_TEXT - n, "ct-orders 1 length %" PRId64 " window %" PRId64 " used %" PRId64 " limit %" PRId64
			" blocked %" PRId64 "\n", w->length_ms, w->window_ms, w->used, w->limit, w->blocked_ms);
	}
	return n;
}

bool order_budget_parse(const char *text, size_t n, const struct order_budget_state *defaults, struct order_budget_state *s)
{
	char line[ORDERS_TEXT];
	const char *at = line;

	*s = *defaults;
	if (n >= sizeof line)
		return false;
	memcpy(line, text, n);
	line[n] = '\0';
	for (size_t i = 0; i < ORDER_WINDOWS; i++) {
		struct budget_state w = { 0 };
		int used = 0;

		if (sscanf(at, "ct-orders 1 length %15" SCNd64 " window %15" SCNd64 " used %15" SCNd64 " limit %15" SCNd64 " blocked %15" SCNd64 "%n",
				&w.length_ms, &w.window_ms, &w.used, &w.limit, &w.blocked_ms, &used) != 5
			|| at[used] != '\n' || w.length_ms != defaults->windows[i].length_ms || w.window_ms < 0 || w.used < 0 || w.limit < 1
			|| w.blocked_ms < 0) {
			*s = *defaults;
			return false;
		}
		s->windows[i] = w;
		at += used + 1;
	}
	if (!*at)
		return true;
	*s = *defaults;
	return false;
}

enum err order_budget_open(struct order_budget *b, const char *host, const char *name, const struct order_budget_state *defaults, struct error *e)
{
	char suffix[64];

	b->defaults = *defaults;
	snprintf(suffix, sizeof suffix, ".orders-%s", name);
	return budget_path(host, suffix, b->path, e);
}

struct update {
	const struct order_budget_state *defaults;
	void (*change)(struct order_budget_state *s, void *ctx);
	void *ctx;
};

static size_t update(void *ctx, const char *text, size_t n, char *out)
{
	const struct update *u = ctx;
	struct order_budget_state s, before;

	order_budget_parse(text, n, u->defaults, &s);
	before = s;
	u->change(&s, u->ctx);
	return n == 0 || memcmp(&s, &before, sizeof s) != 0 ? order_budget_format(&s, out) : 0;
}

enum err order_budget_update(const struct order_budget *b, void (*change)(struct order_budget_state *s, void *ctx), void *ctx, struct error *e)
{
	struct update u = { &b->defaults, change, ctx };

	return budget_rewrite(b->path, ORDERS_TEXT, update, &u, e);
}
