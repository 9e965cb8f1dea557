/* Books against balances: for each asset, positions + dust + cash + what is not ct's = free + locked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "live/inside.h"

struct asset {
	char name[ASSET_SIZE];
	dec expected, actual;
};

struct assets {
	struct asset *rows;
	size_t count;
};

static struct asset *asset_named(struct assets *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->rows[i].name, name) == 0)
			return &s->rows[i];
	s->rows[s->count] = (struct asset){ .expected = 0 };
	snprintf(s->rows[s->count].name, ASSET_SIZE, "%s", name);
	return &s->rows[s->count++];
}

void live_base_of(const struct book *b, const struct book_pair *p, char out[ASSET_SIZE])
{
	size_t n = strlen(p->symbol), q = strlen(b->quote);

	if (p->has_rules && p->rules.base_asset[0])
		snprintf(out, ASSET_SIZE, "%s", p->rules.base_asset);
	else
		snprintf(out, ASSET_SIZE, "%.*s", n > q ? (int)(n - q) : 0, p->symbol);
}

static enum err add_baseline(void *ctx, const void *object, struct error *e)
{
	const struct baseline *b = object;
	struct assets *s = ctx;
	bool bad = false;

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->rows[i].name, b->asset) == 0)
			s->rows[i].expected = dec_add(s->rows[i].expected, b->qty, &bad);
	return bad ? error_field(e, ERR_IO, "qty", "the baseline of %s is out of range", b->asset) : OK;
}

/* What the books say of each asset that ct has to do with, and what the account has. *s is the caller's to free. */
static enum err weigh(struct live *l, const struct venue_account *a, struct assets *s, struct error *e)
{
	struct book *b = &l->d->ledger.book;
	struct store_query q = STORE_ANY;
	bool bad = false;
	char base[ASSET_SIZE];
	enum err rc = desk_look(l->d, e);

	if (rc)
		return rc;
	s->rows = calloc(b->pair_count + 2, sizeof *s->rows);
	if (!s->rows)
		return error_memory(e);
	asset_named(s, b->quote)->expected = b->state.cash;
	if (l->d->setup.account->fee_mode == FEE_BNB)
		asset_named(s, "BNB");
	for (size_t i = 0; i < b->pair_count; i++) {
		struct asset *x;

		live_base_of(b, &b->pairs[i], base);
		x = asset_named(s, base);
		x->expected = dec_add(x->expected, b->pairs[i].dust, &bad);
		for (size_t k = 0; k < b->position_count; k++)
			if (b->positions[k].pair == i)
				x->expected = dec_add(x->expected, b->positions[k].p.qty, &bad);
	}
	for (size_t i = 0; i < a->balance_count; i++)
		for (size_t k = 0; k < s->count; k++)
			if (strcmp(s->rows[k].name, a->balances[i].asset) == 0)
				s->rows[k].actual = dec_add(a->balances[i].free, a->balances[i].locked, &bad);
	if (bad)
		return error_field(e, ERR_PROTOCOL, "balances", "out of range");
	q.account = l->d->setup.label;
	return store_each_row(l->d->store, STORE_BASELINE, &q, add_baseline, s, e);
}

enum err live_first(struct live *l, const struct venue_account *a, dec *capital, struct error *e)
{
	struct assets s = { 0 };
	dec known = 0;
	bool found = false;
	enum err rc = weigh(l, a, &s, e);

	*capital = 0;
	if (!rc)
		rc = baseline_get(l->d, l->d->ledger.book.quote, &known, &found, e);
	if (rc || found || l->d->ledger.book.state.settled_ms != TIME_NONE) {
		*capital = dec_min(l->d->setup.account->capital, s.count && found ? s.rows[0].actual - known : 0);
		free(s.rows);
		return rc;
	}
	*capital = dec_min(l->d->setup.account->capital, s.rows[0].actual);
	rc = live_begin(l, e);
	for (size_t i = 0; !rc && i < s.count; i++)
		rc = baseline_add(l->d, s.rows[i].name, s.rows[i].actual - (i == 0 ? *capital : 0), live_now(l), e);
	free(s.rows);
	return live_end(l, rc, e);
}

/* An asset that joined later (a pair that was added): what lies there of it is nobody's yet, and so not ct's. */
static enum err note_new(struct live *l, struct asset *x, struct error *e)
{
	dec qty;
	bool found;
	enum err rc = baseline_get(l->d, x->name, &qty, &found, e);

	if (rc || found)
		return rc;
	rc = live_begin(l, e);
	if (!rc)
		rc = baseline_add(l->d, x->name, x->actual - x->expected, live_now(l), e);
	x->expected = x->actual;
	return live_end(l, rc, e);
}

enum err live_differs(struct live *l, const struct venue_account *a, bool *differs, struct error *e)
{
	struct assets s = { 0 };
	enum err rc = weigh(l, a, &s, e);

	*differs = false;
	for (size_t i = 0; !rc && i < s.count; i++) {
		rc = note_new(l, &s.rows[i], e);
		*differs |= s.rows[i].expected != s.rows[i].actual;
	}
	free(s.rows);
	return rc;
}

/* An unexplained amount of a coin blocks its pair; of the account's currency, all pairs. */
static enum err block_asset(struct live *l, const struct asset *x, struct error *e)
{
	struct book *b = &l->d->ledger.book;
	char symbol[SYMBOL_SIZE] = "", base[ASSET_SIZE], expected[DEC_TEXT], actual[DEC_TEXT];
	enum err rc = live_begin(l, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < b->pair_count && strcmp(x->name, b->quote) != 0; i++) {
		live_base_of(b, &b->pairs[i], base);
		if (strcmp(base, x->name) == 0)
			memcpy(symbol, b->pairs[i].symbol, sizeof symbol);
	}
	dec_format(x->expected, expected);
	dec_format(x->actual, actual);
	rc = live_block(l, "balance", symbol, x->name, x->actual - x->expected, e, "the account has %s %s, the books say %s", actual, x->name, expected);
	return live_end(l, rc, e);
}

enum err live_explain(struct live *l, const struct venue_account *a, struct error *e)
{
	struct assets s = { 0 };
	enum err rc = weigh(l, a, &s, e);

	for (size_t i = 0; !rc && i < s.count; i++)
		if (s.rows[i].expected != s.rows[i].actual)
			rc = block_asset(l, &s.rows[i], e);
	free(s.rows);
	return rc;
}
