/* What a party's strategies are called and said, and when nobody asked them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/party.h"

static int said_compare(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int c = strcmp(x->strategy, y->strategy);

	c = c ? c : x->market - y->market;
	c = c ? c : strcmp(x->symbol, y->symbol);
	return c ? c : (x->t_ms > y->t_ms) - (x->t_ms < y->t_ms);
}

void party_order_said(struct party *s)
{
	struct error unused;
	json_t *json;

	if (s->said_row_count)
		qsort(s->said_rows, s->said_row_count, sizeof *s->said_rows, said_compare);
	if (!s->run || field_parse(s->run->params_json, strlen(s->run->params_json), &json, &unused) != OK)
		return;
	if (json_is_string(json_object_get(json_object_get(json, "extra"), "outages")))
		s->outage_count = outages_read(json_string_value(json_object_get(json_object_get(json, "extra"), "outages")), s->outages);
	json_decref(json);
}

static struct said said_at(const struct item *i)
{
	struct said wanted = { .market = i->market, .t_ms = i->signal_t_ms };

	snprintf(wanted.symbol, sizeof wanted.symbol, "%s", i->symbol);
	snprintf(wanted.strategy, sizeof wanted.strategy, "%s", i->strategy);
	return wanted;
}

const struct said *party_said(const struct party *s, const struct item *i)
{
	struct said wanted = said_at(i);

	return s->said_row_count ? bsearch(&wanted, s->said_rows, s->said_row_count, sizeof wanted, said_compare) : NULL;
}

static bool same_series(const struct said *a, const struct said *b)
{
	return a->market == b->market && strcmp(a->strategy, b->strategy) == 0 && strcmp(a->symbol, b->symbol) == 0;
}

bool party_was_off(const struct party *s, const struct item *i)
{
	struct said wanted = said_at(i);
	size_t low = 0, high = s->said_row_count;

	for (size_t k = 0; k < s->outage_count; k++)
		if (i->signal_t_ms >= s->outages[k].from_ms && i->signal_t_ms < s->outages[k].to_ms
			&& (!s->outages[k].symbol[0] || strcmp(s->outages[k].symbol, i->symbol) == 0))
			return true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = said_compare(&s->said_rows[middle], &wanted);

		if (c == 0)
			return false;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && low < s->said_row_count && same_series(&s->said_rows[low - 1], &wanted) && same_series(&s->said_rows[low], &wanted);
}

const struct decision *party_exit_after(const struct party *s, const struct decision *d)
{
	const struct decision *found = NULL;

	for (size_t i = 0; i < s->decision_row_count; i++) {
		const struct decision *x = &s->decision_rows[i];

		if (x->signal_t_ms > d->signal_t_ms && x->market == d->market && strcmp(x->strategy, d->strategy) == 0
			&& strcmp(x->symbol, d->symbol) == 0 && x->status != DECISION_REFUSED && (!found || x->signal_t_ms < found->signal_t_ms))
			found = x;
	}
	return found && found->class == CLASS_REDUCE ? found : NULL;
}

bool party_has_signals(const struct party *s)
{
	for (size_t i = 0; i < s->run_row_count; i++)
		if (s->run_rows[i].mode != MODE_BACKTEST)
			return true;
	return false;
}

static const char *name_of(const json_t *strategies, size_t i)
{
	const char *name = json_string_value(json_object_get(json_array_get(strategies, i), "name"));

	return name ? name : "";
}

static bool has_name(const json_t *strategies, const char *name)
{
	for (size_t i = 0; i < json_array_size(strategies); i++)
		if (strcmp(name_of(strategies, i), name) == 0)
			return true;
	return false;
}

#define RENAME(ROWS, COUNT)                                                                                     \
	for (size_t i = 0; i < (COUNT); i++)                                                                    \
		if (strcmp((ROWS)[i].strategy, from) == 0)                                                      \
			snprintf((ROWS)[i].strategy, sizeof (ROWS)[i].strategy, "%s", to)

static void call(struct party *s, const char *from, const char *to)
{
	RENAME(s->decision_rows, s->decision_row_count);
	RENAME(s->order_rows, s->order_row_count);
	RENAME(s->report.trades, s->report.trade_count);
	RENAME(s->said_rows, s->said_row_count);
}

void party_call_alike(struct party *s, const struct party *other)
{
	struct error unused;
	json_t *own = NULL, *theirs = NULL, *x, *y;

	if (!s->run || !other->run)
		return;
	field_parse(s->run->params_json, strlen(s->run->params_json), &own, &unused);
	field_parse(other->run->params_json, strlen(other->run->params_json), &theirs, &unused);
	x = json_object_get(own, "strategies");
	y = json_object_get(theirs, "strategies");
	for (size_t i = 0; json_array_size(x) == json_array_size(y) && i < json_array_size(x); i++)
		if (!has_name(y, name_of(x, i)) && !has_name(x, name_of(y, i)))
			call(s, name_of(x, i), name_of(y, i));
	json_decref(own);
	json_decref(theirs);
	party_order_said(s);
}
