#include "report/diff.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "report/judge.h"

static const char *const causes[] = { "data", "signal", "gate", "price", "fee", "timing", "quantity", "missing", NULL };

#define F(member) FIELD(difference, member)
const struct field difference_fields[DIFFERENCE_FIELDS] = {
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when; the earlier of the two", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, F(account), FIELD_NULL, NULL, "null where a side has only one", NULL, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), FIELD_NULL, NULL, "whose", NULL, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), FIELD_NULL, NULL, "the pair", NULL, 0, 0, NULL },
	{ "record", FIELD_TEXT, F(record), 0, NULL, "what differs", NULL, 0, 0, NULL },
	{ "field", FIELD_TEXT, F(field), FIELD_NULL, NULL, "which field of it; null: one side has no such record", NULL, 0, 0, NULL },
	{ "a", FIELD_TEXT, F(a), FIELD_NULL, NULL, "on the first side", NULL, 0, 0, NULL },
	{ "b", FIELD_TEXT, F(b), FIELD_NULL, NULL, "on the second", NULL, 0, 0, NULL },
	{ "cause", FIELD_ENUM, F(cause), 0, NULL, "of which kind", causes, 0, 0, NULL },
	{ "follows", FIELD_BOOL, F(follows), 0, NULL, "from an earlier difference", NULL, 0, 0, NULL },
	{ "why", FIELD_TEXT, F(why), FIELD_NULL, NULL, "for people", NULL, 0, 0, NULL },
};

void diff_release(struct diff *d)
{
	free(d->rows);
	free(d->settings);
	*d = (struct diff){ 0 };
}

static const struct item *one(const struct twin *t) { return t->a ? t->a : t->b; }

static bool prices_differ(const struct twin *t)
{
	return t->a && t->b && ((const struct decision *)t->a->object)->price != ((const struct decision *)t->b->object)->price;
}

/* Another candle shows first where its price was decided on; legs that an entry brings with it come after its fill. */
static int rank_of(const struct twin *t)
{
	const struct item *i = one(t);

	switch (i->kind) {
	case KIND_EQUITY: return 0;
	case KIND_TRANSFER: return 1;
	case KIND_DECISION: return prices_differ(t) ? 2 : 3;
	default: return (i->kind == KIND_ORDER ? 4 : 5) + (i->leg == LEG_STOP || i->leg == LEG_TARGET ? 2 : 0);
	}
}

static int64_t time_of(const struct twin *t)
{
	return t->a && t->b && t->b->t_ms < t->a->t_ms ? t->b->t_ms : one(t)->t_ms;
}

static int by_time(const void *a, const void *b)
{
	const struct twin *x = a, *y = b;
	int64_t tx = time_of(x), ty = time_of(y);

	if (tx != ty)
		return tx < ty ? -1 : 1;
	if (rank_of(x) != rank_of(y))
		return rank_of(x) - rank_of(y);
	return item_compare(one(x), one(y));
}

/* Whether two items are of the same account (depth 1), strategy and pair (2), decision (3). */
static bool together(const struct item *a, const struct item *b, int depth)
{
	if (strcmp(a->account, b->account) != 0)
		return false;
	if (depth > 1 && (strcmp(a->strategy, b->strategy) != 0 || a->market != b->market || strcmp(a->symbol, b->symbol) != 0))
		return false;
	return depth < 3 || (a->signal_t_ms == b->signal_t_ms && a->class == b->class);
}

static void number(struct twin *twins, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct twin *before = &twins[i - 1];

		twins[i].account = before->account + !together(one(before), one(&twins[i]), 1);
		twins[i].series = before->series + !together(one(before), one(&twins[i]), 2);
		twins[i].chain = before->chain + !together(one(before), one(&twins[i]), 3);
	}
}

/* Both sides' items side by side. One that only one side has is a twin alone; so many points of equity need not be on both. */
static size_t match(const struct party *a, const struct party *b, struct twin *twins)
{
	size_t i = 0, j = 0, n = 0;

	while (i < a->item_count || j < b->item_count) {
		int c = i == a->item_count ? 1 : j == b->item_count ? -1 : item_compare(&a->items[i], &b->items[j]);
		struct twin t = { c <= 0 ? &a->items[i] : NULL, c >= 0 ? &b->items[j] : NULL, 0, 0, 0 };

		i += c <= 0;
		j += c >= 0;
		if (c == 0 || one(&t)->kind != KIND_EQUITY)
			twins[n++] = t;
	}
	number(twins, n);
	return n;
}

static enum err judge_all(struct judge *j, struct twin *twins, size_t n, struct error *e)
{
	enum err rc = OK;

	j->money = calloc(n + 1, sizeof *j->money);
	j->series = calloc(n + 1, sizeof *j->series);
	j->chains = calloc(n + 1, sizeof *j->chains);
	if (!j->money || !j->series || !j->chains)
		rc = error_memory(e);
	for (size_t i = 0; i < n && !rc; i++) {
		j->diff->compared[one(&twins[i])->kind] += twins[i].a && twins[i].b;
		rc = judge_twin(j, &twins[i], e);
	}
	free(j->money);
	free(j->series);
	free(j->chains);
	return rc;
}

static bool known(const struct party *s)
{
	return s->run && s->run->digest[0];
}

enum err diff_make(struct party *a, struct party *b, struct diff *d, struct error *e)
{
	/* Where one side has trades and nothing about decisions, trades are all there is to compare. */
	bool by_decision = (a->decision_row_count || !a->report.trade_count) && (b->decision_row_count || !b->report.trade_count);
	struct judge j = { .diff = d, .parties = { a, b } };
	struct twin *twins;
	enum err rc;

	*d = (struct diff){ .data_differ = known(a) && known(b) && strcmp(a->run->digest, b->run->digest) != 0 };
	rc = diff_settings(a->run, b->run, d, e);
	party_call_alike(b, a);
	if (!rc)
		rc = party_items(a, by_decision, e);
	if (!rc)
		rc = party_items(b, by_decision, e);
	twins = rc ? NULL : reallocarray(NULL, a->item_count + b->item_count + 1, sizeof *twins);
	if (!rc && !twins)
		rc = error_memory(e);
	if (!rc) {
		size_t n = match(a, b, twins);

		qsort(twins, n, sizeof *twins, by_time);
		rc = judge_all(&j, twins, n, e);
	}
	free(twins);
	return rc;
}
