/* What a person says about things that sync could not explain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "desk/wire.h"
#include "engine/report.h"
#include "model/id.h"

struct word {
	struct desk *d;
	const char *thing, *as, *why;
	int64_t now_ms;
	size_t settled;
	struct block *rows;
	size_t count;
};

static enum err gather(void *ctx, const void *object, struct error *e)
{
	const struct block *k = object;
	struct word *w = ctx;
	struct block *more;

	if (w->thing ? strcmp(w->thing, k->thing) != 0 && strcmp(w->thing, k->symbol) != 0 : strcmp(w->as, "ignore") != 0 && k->amount == DEC_NONE)
		return OK; /* what is no amount can only be ignored: without a name it is not meant */
	more = reallocarray(w->rows, w->count + 1, sizeof *more);
	if (!more)
		return error_memory(e);
	w->rows = more;
	w->rows[w->count++] = *k;
	return OK;
}

static enum err put_transfer(const struct word *w, const struct block *k, struct error *e)
{
	struct ledger *l = &w->d->ledger;
	struct transfer t = { .amount = k->amount, .t_ms = w->now_ms };

	id_transfer(w->d->setup.digest, w->d->setup.account->name, k->amount, w->now_ms, (int64_t)w->settled, t.id);
	snprintf(t.account, sizeof t.account, "%s", w->d->setup.label);
	snprintf(t.asset, sizeof t.asset, "%.*s", (int)sizeof t.asset - 1, k->thing);
	snprintf(t.why, sizeof t.why, "%s%s%.200s", w->as, *w->why ? ": " : "", w->why);
	return l->ops->put(l, KIND_TRANSFER, &t, e);
}

/* Coins that a person sold out of ct's positions: what they had cost is gone, and their proceeds are a transfer. */
static enum err take_from_positions(const struct word *w, const char *asset, dec missing, struct error *e)
{
	struct book *b = &w->d->ledger.book;
	enum err rc = OK;

	for (size_t i = 0; !rc && missing > 0 && i < b->position_count;) {
		struct book_position *p = &b->positions[i];
		const struct book_pair *pair = &b->pairs[p->pair];
		size_t before = b->position_count;
		dec part = dec_min(missing, p->p.qty), cost;

		if (!pair->has_rules || strcmp(pair->rules.base_asset, asset) != 0) {
			i++;
			continue;
		}
		rc = book_take(b, p, part, &cost, e);
		if (rc)
			return rc;
		b->state.realized_pnl -= cost;
		missing -= part;
		p->p.updated_ms = w->now_ms;
		rc = p->p.qty > 0 ? w->d->ledger.ops->put(&w->d->ledger, KIND_POSITION, &p->p, e)
			: engine_drop(&w->d->engine, p, pair->mark, w->now_ms, e);
		i += b->position_count == before;
	}
	if (!rc && missing > 0)
		return error_set(e, ERR_DATA, "more %s is missing than the positions hold", asset);
	return rc;
}

static enum err settle_coin(const struct word *w, const struct block *k, struct error *e)
{
	dec beside, missing = -k->amount;
	bool found;
	enum err rc = baseline_get(w->d, k->thing, &beside, &found, e);

	if (rc)
		return rc;
	if (missing <= beside)
		return baseline_add(w->d, k->thing, k->amount, w->now_ms, e);
	if (strcmp(w->as, "manual") != 0)
		return error_set(e, ERR_DATA, "%s is missing from what ct holds: if a person sold it, adopt it --as manual", k->thing);
	rc = baseline_add(w->d, k->thing, -beside, w->now_ms, e);
	return rc ? rc : take_from_positions(w, k->thing, missing - beside, e);
}

static enum err settle_amount(const struct word *w, const struct block *k, struct error *e)
{
	bool ignored = strcmp(w->as, "ignore") == 0;
	struct book *b = &w->d->ledger.book;
	enum err rc;

	if ((strcmp(w->as, "deposit") == 0 && k->amount < 0) || (strcmp(w->as, "withdraw") == 0 && k->amount > 0))
		return error_set(e, ERR_DATA, "%s: %s is no %s", k->message, k->thing, w->as);
	if (strcmp(k->thing, b->quote) != 0 || ignored)
		rc = settle_coin(w, k, e);
	else
		rc = book_transfer(b, k->amount, e);
	if (!rc && b->state.cash < 0)
		rc = error_set(e, ERR_DATA, "the books would have less than no %s", b->quote);
	return rc || ignored ? rc : put_transfer(w, k, e);
}

static enum err settle_one(struct word *w, struct block *k, struct error *e)
{
	bool ignored = strcmp(w->as, "ignore") == 0;
	char code[48];
	enum err rc = OK;

	if (k->amount != DEC_NONE)
		rc = settle_amount(w, k, e);
	else if (!ignored)
		rc = error_set(e, ERR_DATA, "'%s' is no amount: cancel it at the exchange, or ct-exec ignore --why REASON", k->thing);
	k->status = ignored ? BLOCK_IGNORED : BLOCK_ADOPTED;
	k->settled_ms = w->now_ms;
	snprintf(k->settled_as, sizeof k->settled_as, "%s", w->as);
	snprintf(k->settled_why, sizeof k->settled_why, "%s", w->why);
	snprintf(code, sizeof code, "desk.%s", ignored ? "ignored" : "adopted");
	if (!rc)
		rc = store_put_row(w->d->store, STORE_BLOCK, k, NULL, e);
	if (!rc)
		rc = engine_event(&w->d->engine, EVENT_WARN, code, k->symbol, w->now_ms + (int64_t)w->settled, e, "%.150s: %s%s%.100s", k->message, w->as,
			*w->why ? ": " : "", w->why);
	w->settled += !rc;
	return rc;
}

enum err desk_settle(struct desk *d, const char *thing, const char *as, int64_t now_ms, const char *why, size_t *n, struct error *e)
{
	struct word w = { .d = d, .thing = thing, .as = as, .why = why, .now_ms = now_ms };
	struct ledger *l = &d->ledger;
	struct store_query q = STORE_ANY;
	enum err rc = l->ops->begin(l, e);

	*n = 0;
	if (rc)
		return rc;
	q.account = d->setup.label;
	q.statuses = 1u << BLOCK_OPEN;
	rc = store_each_row(d->store, STORE_BLOCK, &q, gather, &w, e);
	if (!rc && thing && w.count == 0)
		rc = error_set(e, ERR_DATA, "nothing unexplained is called '%s'", thing);
	for (size_t i = 0; !rc && i < w.count; i++)
		rc = settle_one(&w, &w.rows[i], e);
	rc = ledger_end(l, rc, e);
	*n = rc ? 0 : w.settled;
	free(w.rows);
	return rc;
}
