#include "risk/decide.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/utc.h"
#include "model/id.h"

bool risk_wants(struct book *b, const struct signal *s, size_t pair, enum decision_class *c)
{
	const struct book_position *p = book_position_of(b, s->strategy, pair);

	if (p && s->exposure <= 0) {
		const struct book_plan *plan = book_plan_for(b, s->strategy, pair, CLASS_REDUCE);

		*c = CLASS_REDUCE;
		return !plan || (plan->d.reason == REASON_EXIT && plan->d.signal_t_ms == s->t_ms);
	}
	*c = CLASS_OPEN;
	return s->action == ACTION_BUY && s->exposure > 0;
}

struct book_plan *risk_withdraws(struct book *b, const struct signal *s, size_t pair)
{
	struct book_plan *p = s->exposure <= 0 ? book_plan_for(b, s->strategy, pair, CLASS_OPEN) : NULL;

	return p && p->d.status == DECISION_WORKING && p->d.signal_t_ms < s->t_ms ? p : NULL;
}

static size_t rank_of(const struct account *a, const char *strategy)
{
	size_t i = 0;

	while (i < a->strategy_count && strcmp(a->strategies[i].name, strategy) != 0)
		i++;
	return i;
}

int risk_compare(const struct account *a, enum decision_class ca, const struct signal *sa, enum decision_class cb, const struct signal *sb)
{
	size_t ra, rb;

	if (ca != cb)
		return ca == CLASS_REDUCE ? -1 : 1;
	ra = rank_of(a, sa->strategy);
	rb = rank_of(a, sb->strategy);
	return ra != rb ? (ra < rb ? -1 : 1) : strcmp(sa->symbol, sb->symbol);
}

/* Quantity or budget of an entry, and the cash to keep aside for it. Overflow leaves 0, which the size gate refuses. */
static void size_entry(const struct risk_step *step, const struct book *b, const struct book_pair *pair, const struct signal *s, struct decision *d)
{
	const dec hundred = (dec)100 * DEC_ONE;
	const struct risk_config *c = step->config;
	bool bad = false;
	dec worst, risk;

	d->qty = d->quote_qty = DEC_NONE;
	d->reserved = 0;
	if (c->sizing != SIZE_RISK_PCT) {
		d->quote_qty = c->sizing == SIZE_QUOTE ? c->size : dec_mul_div(b->state.equity, c->size, hundred, ROUND_DOWN, &bad);
		d->reserved = d->quote_qty = bad || d->quote_qty < 0 ? 0 : d->quote_qty;
		return;
	}
	d->qty = 0;
	if (s->stop_offset == DEC_NONE)
		return;
	risk = dec_mul_div(b->state.equity, c->size, hundred, ROUND_DOWN, &bad);
	d->qty = dec_to_step(dec_div(risk, s->stop_offset, ROUND_DOWN, &bad), book_lot(pair), ROUND_DOWN);
	/* Reserved at the worst price it may fill at, with its fee; without a collar, at the price it is meant to. */
	worst = d->worst_price != DEC_NONE ? d->worst_price : d->entry_price != DEC_NONE ? d->entry_price : s->price;
	d->reserved = dec_mul(d->qty, worst, ROUND_UP, &bad);
	d->reserved = dec_add(d->reserved, dec_bps(d->reserved, step->account->taker_fee_bps, ROUND_UP, &bad), &bad);
	if (bad || d->qty < 0)
		d->qty = d->reserved = 0;
}

/* A limit-maker may be re-priced up to a collar above the price it was decided on; without one, up to that. */
static dec maker_worst(const struct risk_step *step, const struct decision *d, dec tick)
{
	bool bad = false;
	dec worst = step->config->collar_bps == DEC_NONE ? d->price : dec_add(d->price, dec_bps(d->price, step->config->collar_bps, ROUND_DOWN, &bad), &bad);

	return dec_max(bad ? 0 : dec_to_step(worst, tick, ROUND_DOWN), d->entry_price);
}

/* A limit order's own price is its worst; a market order's and a stop's lies a collar above what they are meant to pay. */
static dec worst_price(const struct risk_step *step, const struct decision *d, dec tick)
{
	dec from = d->entry_price != DEC_NONE ? d->entry_price : d->price, worst;
	bool bad = false;

	if (d->type == ORDER_LIMIT)
		return d->entry_price;
	if (d->type == ORDER_MAKER)
		return maker_worst(step, d, tick);
	if (step->config->collar_bps == DEC_NONE)
		return DEC_NONE;
	worst = dec_add(from, dec_bps(from, step->config->collar_bps, ROUND_DOWN, &bad), &bad);
	return bad ? DEC_NONE : dec_max(dec_to_step(worst, tick, ROUND_DOWN), 1);
}

static void head(const struct risk_step *step, const struct book_pair *pair, const char *strategy, int64_t signal_t_ms, enum decision_class c,
	enum reason reason, struct decision *d)
{
	*d = (struct decision){
		.market = pair->market, .interval = step->account->interval, .signal_t_ms = signal_t_ms, .t_ms = step->now_ms, .class = c,
		.reason = reason, .side = c == CLASS_OPEN ? SIDE_BUY : SIDE_SELL, .type = ORDER_MARKET, .qty = DEC_NONE, .quote_qty = DEC_NONE,
		.price = pair->mark, .entry_price = DEC_NONE, .entry_bars = INT_NONE, .worst_price = DEC_NONE,
		.stop_offset = DEC_NONE, .target_offset = DEC_NONE, .trail_offset = DEC_NONE,
		.max_hold_bars = INT_NONE, .status = DECISION_APPROVED,
		.expires_ms = interval_next((enum interval)step->account->interval, interval_floor((enum interval)step->account->interval, signal_t_ms)),
	};
	text_copy(d->account, sizeof d->account, step->label);
	text_copy(d->run, sizeof d->run, step->run);
	text_copy(d->strategy, sizeof d->strategy, strategy);
	memcpy(d->symbol, pair->symbol, sizeof d->symbol);
	/* The id knows the account by its configured name, so that a backtest and paper name the same thing alike. */
	id_decision(step->digest, step->account->name, strategy, pair->symbol, signal_t_ms, c, reason, d->id);
}

/* An approval that waits for exec is as old as its signal: neither is used when it is too old (gate stale). */
static int64_t entry_expires(const struct risk_step *step, int64_t signal_t_ms, int64_t next_ms)
{
	int64_t age_s = step->config->max_signal_age_s;

	return age_s < (next_ms - signal_t_ms) / MS_SECOND ? signal_t_ms + (age_s + 1) * MS_SECOND : next_ms;
}

static void ask(const struct risk_step *step, struct book *b, size_t pair, const struct signal *s, struct decision *d)
{
	struct risk_view view = { step->config, step->account, b, pair, s, d, step->now_ms };
	struct refusal r; /* filled by a gate that refuses */
	const struct gate *g = gates_ask(&view, &r);

	if (!g)
		return;
	d->status = DECISION_REFUSED;
	d->reserved = 0;
	text_copy(d->gate, sizeof d->gate, g->name);
	text_copy(d->gate_limit, sizeof d->gate_limit, r.limit);
	text_copy(d->gate_value, sizeof d->gate_value, r.value);
	text_copy(d->why, sizeof d->why, r.why);
}

void risk_decide_exit(const struct risk_step *step, struct book *b, const struct book_position *p, enum reason reason, int64_t signal_t_ms,
	const char *why, struct decision *d)
{
	const struct book_pair *pair = &b->pairs[p->pair];

	head(step, pair, p->p.strategy, signal_t_ms, CLASS_REDUCE, reason, d);
	d->qty = step->live ? dec_to_step(p->p.qty, book_lot(pair), ROUND_DOWN) : book_sellable(&p->p, book_lot(pair));
	text_copy(d->why, sizeof d->why, why);
	ask(step, b, p->pair, NULL, d);
}

/* Bars as the strategy counts them, in the account's, which may be shorter. */
static int64_t own_bars(const struct risk_step *step, const struct signal *s, int64_t bars)
{
	return bars == INT_NONE || s->interval == step->account->interval ? bars
		: bars * (interval_ms((enum interval)s->interval) / interval_ms((enum interval)step->account->interval));
}

/* How the entry is to be made: onto the tick, a limit downwards, a stop upwards. */
static void set_entry(const struct risk_step *step, const struct book_pair *p, const struct signal *s, struct decision *d)
{
	dec tick = book_tick(p);

	d->type = s->entry;
	if (s->entry != ORDER_MARKET && s->entry_price != DEC_NONE) {
		d->entry_price = dec_to_step(s->entry_price, tick, order_type_is_limit(s->entry) ? ROUND_DOWN : ROUND_UP);
		d->entry_bars = own_bars(step, s, s->entry_bars == INT_NONE ? 1 : s->entry_bars);
	}
	d->worst_price = worst_price(step, d, tick);
}

void risk_decide(const struct risk_step *step, struct book *b, size_t pair, const struct signal *s, enum decision_class c, struct decision *d)
{
	const struct book_pair *p = &b->pairs[pair];

	if (c == CLASS_REDUCE) {
		risk_decide_exit(step, b, book_position_of(b, s->strategy, pair), REASON_EXIT, s->t_ms, s->why, d);
		d->expires_ms = interval_next((enum interval)s->interval, interval_floor((enum interval)s->interval, s->t_ms));
		return;
	}
	head(step, p, s->strategy, s->t_ms, c, REASON_ENTRY, d);
	d->expires_ms = entry_expires(step, s->t_ms, d->expires_ms);
	d->price = s->price;
	set_entry(step, p, s, d);
	d->stop_offset = s->stop_offset;
	d->target_offset = s->target_offset;
	d->trail_offset = s->trail_offset;
	d->max_hold_bars = own_bars(step, s, s->max_hold_bars);
	text_copy(d->why, sizeof d->why, s->why);
	size_entry(step, b, p, s, d);
	ask(step, b, pair, s, d);
}

const struct gate *risk_watch(const struct risk_step *step, struct book *b, struct refusal *r)
{
	struct risk_view view = { .config = step->config, .book = b, .now_ms = step->now_ms };

	for (const struct gate *g = gates; g->name; g++)
		if (g->breaker && !g->pass(&view, r))
			return g;
	return NULL;
}
