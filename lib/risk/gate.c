#include "risk/gate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/utc.h"

struct fee_rule risk_fee(const struct account *a, const struct book *b, bool maker)
{
	struct fee_rule fee = { .mode = (enum fee_mode)a->fee_mode, .bps = maker ? a->maker_fee_bps : a->taker_fee_bps, .bnb_mark = DEC_NONE };

	for (size_t i = 0; a->fee_mode == FEE_BNB && i < b->pair_count; i++)
		if (strncmp(b->pairs[i].symbol, "BNB", 3) == 0 && strcmp(b->pairs[i].symbol + 3, b->quote) == 0)
			fee.bnb_mark = b->pairs[i].mark;
	return fee;
}

/* Most refusals have a sentence of their own; printf would be most of their cost. */
static bool refuse(struct refusal *r, const char *limit, const char *value, const char *why)
{
	text_copy(r->limit, sizeof r->limit, limit);
	text_copy(r->value, sizeof r->value, value);
	text_copy(r->why, sizeof r->why, why);
	return false;
}

static bool refuse_with(struct refusal *r, const char *limit, const char *value, const char *format, ...) __attribute__((format(printf, 4, 5)));

static bool refuse_with(struct refusal *r, const char *limit, const char *value, const char *format, ...)
{
	char why[sizeof r->why];
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, sizeof why, format, ap);
	va_end(ap);
	return refuse(r, limit, value, why);
}

static bool refuse_amount(struct refusal *r, dec limit, dec value, const char *what)
{
	char a[DEC_TEXT], b[DEC_TEXT];

	dec_format(limit, a);
	dec_format(value, b);
	return refuse(r, a, b, what);
}

static const struct book_pair *pair_of(const struct risk_view *v)
{
	return &v->book->pairs[v->pair];
}

static bool halt(const struct risk_view *v, struct refusal *r)
{
	if (v->book->state.halted == 0)
		return true;
	return refuse_with(r, "not halted", "halted", "halted: %.200s", v->book->state.halt_why);
}

static bool breaker(const struct risk_view *v, struct refusal *r)
{
	if (!v->book->state.breaker[0])
		return true;
	return refuse_with(r, "none latched", v->book->state.breaker, "the %s breaker is latched; ct-risk resume --why REASON releases it",
		v->book->state.breaker);
}

/* Live: what is in the account must be what the books say, and they must have been compared since the last close. */
static bool explained(const struct risk_view *v, struct refusal *r)
{
	const struct book_pair *p = pair_of(v);

	if (v->book->unsynced)
		return refuse(r, "synced", "not synced", "the exchange has not been asked since the last close: ct-exec sync");
	if (p->blocked[0])
		return refuse_with(r, "all explained", p->blocked, "something about %s is unexplained: see ct-exec status, then adopt or ignore", p->symbol);
	return true;
}

/* The book must know this very close, and nothing later: an older signal was made for another market. */
static bool data(const struct risk_view *v, struct refusal *r)
{
	const struct book_pair *p = pair_of(v);
	int64_t t_ms = v->signal->t_ms, book_ms = v->book->state.settled_ms;
	char limit[UTC_TEXT], value[UTC_TEXT];

	if (p->settled_ms == t_ms && p->mark != DEC_NONE && p->mark > 0 && book_ms <= t_ms)
		return true;
	utc_format(t_ms, limit);
	if (p->settled_ms == TIME_NONE || p->mark == DEC_NONE || p->mark <= 0)
		return refuse_with(r, limit, "none", "no candle of %s is booked yet", p->symbol);
	return refuse(r, limit, utc_format(p->settled_ms == t_ms ? book_ms : p->settled_ms, value), "the book stands at another bar than the signal");
}

static bool stale(const struct risk_view *v, struct refusal *r)
{
	int64_t age_s = (v->now_ms - v->signal->t_ms) / MS_SECOND;
	char limit[32], value[32];

	if (age_s <= v->config->max_signal_age_s && v->now_ms >= v->signal->t_ms)
		return true;
	snprintf(limit, sizeof limit, "%lld s", (long long)v->config->max_signal_age_s);
	snprintf(value, sizeof value, "%lld s", (long long)age_s);
	return refuse(r, limit, value, v->now_ms < v->signal->t_ms ? "the signal is from the future" : "the signal is too old");
}

static bool duplicate(const struct risk_view *v, struct refusal *r)
{
	const struct book_plan *p = book_plan_for(v->book, v->decision->strategy, v->pair, (enum decision_class)v->decision->class);

	return p ? refuse_with(r, "1", "2", "decision %s is still in flight for this pair", p->d.id) : true;
}

static bool already_open(const struct risk_view *v, struct refusal *r)
{
	struct book_position *p = book_position_of(v->book, v->decision->strategy, v->pair);
	char qty[DEC_TEXT];

	if (!p)
		return true;
	dec_format(p->p.qty, qty);
	return refuse(r, "0", qty, "the strategy holds this pair already");
}

/* Approvals in flight count as open. */
static bool max_positions(const struct risk_view *v, struct refusal *r)
{
	int64_t open = (int64_t)v->book->position_count;
	char limit[24], value[24];

	if (v->config->max_positions == INT_NONE)
		return true;
	for (size_t i = 0; i < v->book->plan_count; i++)
		open += v->book->plans[i].d.class == CLASS_OPEN && !book_position_of(v->book, v->book->plans[i].d.strategy, v->book->plans[i].pair);
	if (open < v->config->max_positions)
		return true;
	snprintf(limit, sizeof limit, "%lld", (long long)v->config->max_positions);
	snprintf(value, sizeof value, "%lld", (long long)open + 1);
	return refuse(r, limit, value, "too many positions would be open");
}

static bool status(const struct risk_view *v, struct refusal *r)
{
	const struct book_pair *p = pair_of(v);

	if (!v->config->exchange_filters)
		return true;
	if (!p->has_rules)
		return refuse_with(r, "TRADING", "unknown", "the exchange's rules for %s are not stored; run ct-fetch symbols", p->symbol);
	if (p->ahead || strcmp(p->rules.status, "TRADING") == 0)
		return true; /* before the first reading its bars tell that it trades */
	return refuse_with(r, "TRADING", p->rules.status, "%s does not trade now", p->symbol);
}

static bool size(const struct risk_view *v, struct refusal *r)
{
	const struct decision *d = v->decision;
	dec amount = d->qty != DEC_NONE ? d->qty : d->quote_qty;

	if (d->type != ORDER_MARKET && d->entry_price == DEC_NONE)
		return refuse(r, "a price", "none", "a limit or stop entry needs entry_price");
	if (amount != DEC_NONE && amount > 0)
		return true;
	if (v->config->sizing == SIZE_RISK_PCT && v->signal->stop_offset == DEC_NONE)
		return refuse(r, "a stop", "none", "sizing by risk needs a strategy with a stop");
	return refuse(r, "> 0", "0", "nothing to trade: the size comes to 0");
}

static bool max_pair(const struct risk_view *v, struct refusal *r)
{
	bool bad = false;
	dec held = v->decision->reserved;

	if (v->config->max_pair_quote == DEC_NONE)
		return true;
	for (size_t i = 0; i < v->book->position_count; i++)
		if (v->book->positions[i].pair == v->pair)
			held = dec_add(held, v->book->positions[i].p.cost, &bad);
	for (size_t i = 0; i < v->book->plan_count; i++)
		if (v->book->plans[i].pair == v->pair)
			held = dec_add(held, v->book->plans[i].d.reserved, &bad);
	if (!bad && held <= v->config->max_pair_quote)
		return true;
	return refuse_amount(r, v->config->max_pair_quote, held, "too much would be in this pair");
}

/* The candidate, all approvals in flight and all positions, at cost. */
static dec exposure_with(const struct risk_view *v, bool *bad)
{
	dec held = dec_add(v->decision->reserved, book_reserved(v->book, bad), bad);

	for (size_t i = 0; i < v->book->position_count; i++)
		held = dec_add(held, v->book->positions[i].p.cost, bad);
	return held;
}

static bool max_exposure(const struct risk_view *v, struct refusal *r)
{
	bool bad = false;
	dec limit, held = exposure_with(v, &bad);

	if (v->config->max_exposure_pct == DEC_NONE)
		return true;
	limit = dec_mul_div(v->book->state.equity, v->config->max_exposure_pct, (dec)100 * DEC_ONE, ROUND_DOWN, &bad);
	if (!bad && held <= limit)
		return true;
	return refuse_amount(r, limit, held, "too much would be in positions");
}

static bool max_total(const struct risk_view *v, struct refusal *r)
{
	bool bad = false;
	char limit[DEC_TEXT];
	dec held;

	if (v->config->max_total_quote == DEC_NONE)
		return true;
	if (v->book->elsewhere == DEC_NONE) {
		dec_format(v->config->max_total_quote, limit);
		return refuse(r, limit, "unknown", "what other accounts hold cannot be added up in this currency");
	}
	held = dec_add(exposure_with(v, &bad), v->book->elsewhere, &bad);
	if (!bad && held <= v->config->max_total_quote)
		return true;
	return refuse_amount(r, v->config->max_total_quote, held, "too much would be in positions of all accounts together");
}

static bool balance(const struct risk_view *v, struct refusal *r)
{
	bool bad = false;
	dec available = dec_sub(v->book->state.cash, book_reserved(v->book, &bad), &bad);

	if (!bad && v->decision->reserved <= available)
		return true;
	return refuse_amount(r, available, v->decision->reserved, "not enough free cash, approvals in flight counted");
}

/* Lot sizes of the quantity, at the price the decision saw. */
static bool lot(const struct symbol *s, dec qty, struct refusal *r)
{
	if (s->min_qty > 0 && qty < s->min_qty)
		return refuse_amount(r, s->min_qty, qty, "below the smallest quantity (LOT_SIZE)");
	if (s->max_qty > 0 && qty > s->max_qty)
		return refuse_amount(r, s->max_qty, qty, "above the largest quantity (LOT_SIZE)");
	if (s->market_min_qty > 0 && qty < s->market_min_qty)
		return refuse_amount(r, s->market_min_qty, qty, "below the smallest quantity (MARKET_LOT_SIZE)");
	if (s->market_max_qty > 0 && qty > s->market_max_qty)
		return refuse_amount(r, s->market_max_qty, qty, "above the largest quantity (MARKET_LOT_SIZE)");
	return true;
}

static bool notional(const struct symbol *s, dec qty, dec price, struct refusal *r, const char *what)
{
	bool bad = false;
	dec value = dec_mul(qty, price, ROUND_DOWN, &bad);

	if (bad)
		return refuse(r, "in range", "out of range", what);
	if (s->min_notional > 0 && value < s->min_notional)
		return refuse_amount(r, s->min_notional, value, what);
	if (s->max_notional > 0 && value > s->max_notional)
		return refuse_amount(r, s->max_notional, value, what);
	return true;
}

/* Entry and, after fees, its stop must both be orders the exchange takes: else the position could not be left. */
static bool filters(const struct risk_view *v, struct refusal *r)
{
	const struct symbol *s = &pair_of(v)->rules;
	const struct decision *d = v->decision;
	dec step = book_lot(pair_of(v)), qty, left;
	dec price = d->entry_price != DEC_NONE ? d->entry_price : d->price;
	struct fee_rule fee;
	bool bad = false;

	if (!v->config->exchange_filters)
		return true;
	fee = risk_fee(v->account, v->book, false);
	if ((s->min_price > 0 && price < s->min_price) || (s->max_price > 0 && price > s->max_price))
		return refuse_amount(r, price < s->min_price ? s->min_price : s->max_price, price, "outside the exchange's prices (PRICE_FILTER)");
	qty = d->qty;
	if (qty == DEC_NONE) /* as it will be when the order is made: see engine_execute */
		qty = book_qty_for_quote(d->quote_qty, d->worst_price != DEC_NONE ? d->worst_price : price, &fee, step, &bad);
	if (bad || dec_to_step(qty, step, ROUND_DOWN) != qty)
		return refuse(r, "a whole step", "a part of one", "the quantity is not a multiple of the step size");
	if (!lot(s, qty, r) || !notional(s, qty, price, r, "the entry is below the exchange's smallest amount, or above its largest (NOTIONAL)"))
		return false;
	left = fee.mode == FEE_RECEIVED ? dec_sub(qty, dec_bps(qty, fee.bps, ROUND_UP, &bad), &bad) : qty;
	left = dec_to_step(left, step, ROUND_DOWN);
	if (bad || left <= 0)
		return refuse(r, "> 0", "0", "after its fee nothing could be sold");
	if (d->stop_offset == DEC_NONE)
		return !bad && lot(s, left, r);
	if (bad || d->stop_offset >= price)
		return refuse(r, "> 0", "<= 0", "the stop would lie at or below zero");
	return lot(s, left, r)
		&& notional(s, left, price - d->stop_offset, r, "its stop, after fees, would be below the exchange's smallest amount (NOTIONAL)");
}

/* What only reduces risk: not more than is held, and not less than the exchange takes. */
static bool held(const struct risk_view *v, struct refusal *r)
{
	struct book_position *p = book_position_of(v->book, v->decision->strategy, v->pair);
	dec qty = p ? p->p.qty : 0;

	if (v->decision->qty > 0 && v->decision->qty <= qty)
		return true;
	return refuse_amount(r, qty, v->decision->qty, "more than the position holds, or less than one step");
}

static dec percent_below(dec from, dec to, bool *bad)
{
	return from > 0 ? dec_mul_div(from - to, (dec)100 * DEC_ONE, from, ROUND_HALF_EVEN, bad) : 0;
}

static bool daily_loss(const struct risk_view *v, struct refusal *r)
{
	bool bad = false;
	dec loss;

	if (v->config->daily_loss_pct == DEC_NONE)
		return true;
	loss = percent_below(v->book->state.day_equity, v->book->state.equity, &bad);
	if (!bad && loss < v->config->daily_loss_pct)
		return true;
	return refuse_amount(r, v->config->daily_loss_pct, loss, "loss since 00:00 UTC, in percent");
}

static bool drawdown(const struct risk_view *v, struct refusal *r)
{
	bool bad = false;
	dec fall;

	if (v->config->drawdown_pct == DEC_NONE)
		return true;
	fall = percent_below(v->book->state.peak, v->book->state.equity, &bad);
	if (!bad && fall < v->config->drawdown_pct)
		return true;
	return refuse_amount(r, v->config->drawdown_pct, fall, "fall from the highest equity, in percent");
}

const struct gate gates[] = {
	{ "halt", "a person has halted the account", true, false, false, halt },
	{ "breaker", "a breaker is latched", true, false, false, breaker },
	{ "explained", "live: books and exchange agree about the pair", true, false, false, explained },
	{ "data", "the book stands at the signal's own close", true, false, false, data },
	{ "stale", "the signal is not older than max_signal_age_s", true, false, false, stale },
	{ "duplicate", "nothing is in flight for this strategy and pair", true, true, false, duplicate },
	{ "already_open", "the strategy does not hold this pair", true, false, false, already_open },
	{ "max_positions", "not more than max_positions open", true, false, false, max_positions },
	{ "status", "the exchange trades the pair", true, false, false, status },
	{ "size", "there is something to trade", true, false, false, size },
	{ "held", "a reduce is not larger than the position", false, true, false, held },
	{ "max_pair", "not more than max_pair_quote in one pair", true, false, false, max_pair },
	{ "max_exposure", "not more than max_exposure_pct in all", true, false, false, max_exposure },
	{ "max_total", "not more than max_total_quote in all accounts together", true, false, false, max_total },
	{ "balance", "the cash is there, approvals in flight counted", true, false, false, balance },
	{ "filters", "entry and stop meet the exchange's rules", true, false, false, filters },
	{ "daily_loss", "loss since 00:00 UTC below daily_loss_pct", true, false, true, daily_loss },
	{ "drawdown", "fall from the peak below drawdown_pct", true, false, true, drawdown },
	{ NULL, NULL, false, false, false, NULL },
};

const struct gate *gates_ask(const struct risk_view *v, struct refusal *r)
{
	const bool opens = v->decision->class == CLASS_OPEN;

	for (const struct gate *g = gates; g->name; g++)
		if ((opens ? g->entries : g->reduces) && !g->pass(v, r))
			return g;
	return NULL;
}
