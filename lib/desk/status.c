/* Where an account stands, for people. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "desk/wire.h"

static const char *text_of(dec v, char out[DEC_TEXT])
{
	if (v == DEC_NONE)
		return "-";
	dec_format(v, out);
	return out;
}

static enum err add_block(void *ctx, const void *object, struct error *e)
{
	const struct block *k = object;
	char t[UTC_TEXT];

	(void)e;
	buf_addf(ctx, "unexplained  %s  %s  %s: %s\n", utc_format(k->t_ms, t), k->symbol[0] ? k->symbol : "all pairs", k->thing, k->message);
	return OK;
}

static enum err add_head(struct desk *d, struct buf *b, struct error *e)
{
	const struct account_state *s = &d->ledger.book.state;
	struct live_state live = { .synced_ms = TIME_NONE, .uid = -1 };
	char t[UTC_TEXT], cash[DEC_TEXT], equity[DEC_TEXT];
	bool found;
	enum err rc;

	memcpy(live.account, s->account, sizeof live.account);
	rc = store_get(d->store, STORE_LIVE_STATE, &live, &found, e);
	if (rc)
		return rc;
	buf_addf(b, "account      %s, mode %s, cash %s, equity %s %s\n", d->setup.account->name, mode_names[d->setup.account->mode],
		text_of(s->cash, cash), text_of(s->equity, equity), d->ledger.book.quote);
	buf_addf(b, "booked       %s\n", s->settled_ms == TIME_NONE ? "never" : utc_format(s->settled_ms, t));
	if (d->engine.live)
		buf_addf(b, "synced       %s%s\n", live.synced_ms == TIME_NONE ? "never" : utc_format(live.synced_ms, t),
			d->ledger.book.unsynced ? ", not since the last close: no entries" : "");
	if (s->halted)
		buf_addf(b, "halted       %s\n", s->halt_why);
	if (s->breaker[0])
		buf_addf(b, "breaker      %s\n", s->breaker);
	return OK;
}

static void add_position(const struct book_position *p, struct buf *b)
{
	char qty[DEC_TEXT], stop[DEC_TEXT], target[DEC_TEXT];

	buf_addf(b, "position     %s %s: %s, stop %s, target %s\n", p->p.symbol, p->p.strategy, text_of(p->p.qty, qty), text_of(p->p.stop_price, stop),
		text_of(p->p.target_price, target));
}

static enum err add_order(struct desk *d, const struct order *o, struct buf *b, struct error *e)
{
	char qty[DEC_TEXT], price[DEC_TEXT];
	struct wire w;
	bool found;
	enum err rc = wire_get(d, o->id, &w, &found, e);

	if (rc)
		return rc;
	buf_addf(b, "order        %s %s %s %s %s at %s: %s%s%s, %s\n", o->symbol, leg_names[o->leg], side_names[o->side], order_type_names[o->type],
		o->qty == DEC_NONE ? "for quote" : text_of(o->qty, qty), text_of(o->stop_price != DEC_NONE ? o->stop_price : o->price, price),
		order_status_names[o->status], found ? ", " : "", found ? wire_status_names[w.status] : "", o->id);
	return OK;
}

enum err desk_status(struct desk *d, struct buf *b, struct error *e)
{
	struct store_query q = STORE_ANY;
	const struct book *book = &d->ledger.book;
	enum err rc = desk_look(d, e);

	if (!rc)
		rc = add_head(d, b, e);
	q.account = d->setup.label;
	q.statuses = 1u << BLOCK_OPEN;
	if (!rc)
		rc = store_each_row(d->store, STORE_BLOCK, &q, add_block, b, e);
	for (size_t i = 0; !rc && i < book->position_count; i++)
		add_position(&book->positions[i], b);
	for (size_t i = 0; !rc && i < book->order_count; i++)
		rc = add_order(d, &book->orders[i].o, b, e);
	return rc;
}
