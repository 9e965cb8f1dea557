#ifndef CT_TESTS_WORLD_H
#define CT_TESTS_WORLD_H

/*
 * A small world for the engine: one account, three pairs, bars of an hour, a ledger that remembers what was put. After
 * every step the money is counted anew from the trades alone, and must agree with the book to the last digit.
 */
#include "check.h"

#include "core/utc.h"
#include "engine/engine.h"

#define START INT64_C(1714521600000) /* 2024-05-01 00:00 UTC */
#define WORLD_MAX 20000

static inline dec amount(const char *text)
{
	dec v;

	if (!text)
		return DEC_NONE;
	assert_true(dec_parse(text, strlen(text), &v));
	return v;
}
#define D(text) amount(text)

struct world {
	struct ledger ledger; /* first: its ops get a pointer to it */
	struct engine engine;
	struct account account;
	struct account_strategy strategies[3];
	struct risk_config risk;
	int64_t now_ms;
	size_t pairs[3];
	struct bar bars[3];
	struct engine_bar queue[3];
	size_t queued;
	struct decision *decisions; /* by id, as last put */
	struct order *orders;
	struct trade *trades;
	struct equity *equities;
	struct event *events;
	size_t decision_count, order_count, trade_count, equity_count, event_count;
	size_t puts;
};

static inline struct world *world_of(struct ledger *l)
{
	return (struct world *)l;
}

static inline enum err world_begin(struct ledger *l, struct error *e)
{
	(void)l;
	(void)e;
	return OK;
}

static inline void world_rollback(struct ledger *l)
{
	(void)l;
}

static inline size_t world_slot(const void *rows, size_t *count, size_t size, const char *id)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp((const char *)rows + i * size, id) == 0)
			return i;
	assert_true(*count < WORLD_MAX);
	return (*count)++;
}

static inline enum err world_put(struct ledger *l, enum kind_id kind, const void *object, struct error *e)
{
	struct world *w = world_of(l);

	(void)e;
	w->puts++;
	if (kind == KIND_DECISION)
		w->decisions[world_slot(w->decisions, &w->decision_count, sizeof *w->decisions, object)] = *(const struct decision *)object;
	else if (kind == KIND_ORDER)
		w->orders[world_slot(w->orders, &w->order_count, sizeof *w->orders, object)] = *(const struct order *)object;
	else if (kind == KIND_TRADE) {
		size_t before = w->trade_count, at = world_slot(w->trades, &w->trade_count, sizeof *w->trades, object);

		assert_int_equal(at, before); /* no trade twice */
		w->trades[at] = *(const struct trade *)object;
	} else if (kind == KIND_EQUITY) {
		assert_true(w->equity_count < WORLD_MAX);
		w->equities[w->equity_count++] = *(const struct equity *)object;
	} else if (kind == KIND_EVENT)
		w->events[world_slot(w->events, &w->event_count, sizeof *w->events, object)] = *(const struct event *)object;
	return OK;
}

static inline enum err world_find(struct ledger *l, const char *id, struct decision *d, bool *found, struct error *e)
{
	struct world *w = world_of(l);

	(void)e;
	*found = false;
	for (size_t i = 0; i < w->decision_count && !*found; i++)
		if (strcmp(w->decisions[i].id, id) == 0) {
			*d = w->decisions[i];
			*found = true;
		}
	return OK;
}

static inline void world_open(struct world *w)
{
	static const struct ledger_ops ops = { world_begin, world_begin, world_rollback, world_put, world_find };
	static const char *const symbols[] = { "BTCUSDT", "ETHUSDT", "BNBUSDT" }, *const names[] = { "alpha", "beta", "gamma" };

	*w = (struct world){ .now_ms = START };
	w->decisions = calloc(WORLD_MAX, sizeof *w->decisions);
	w->orders = calloc(WORLD_MAX, sizeof *w->orders);
	w->trades = calloc(WORLD_MAX, sizeof *w->trades);
	w->equities = calloc(WORLD_MAX, sizeof *w->equities);
	w->events = calloc(WORLD_MAX, sizeof *w->events);
	w->account = (struct account){ .name = "main", .interval = INTERVAL_1H, .fee_mode = FEE_QUOTE, .quote = "USDT", .capital = D("1000"),
		.maker_fee_bps = D("10"), .taker_fee_bps = D("10"), .strategies = w->strategies, .strategy_count = 3 };
	w->risk = (struct risk_config){ .sizing = SIZE_QUOTE, .size = D("100"), .max_pair_quote = DEC_NONE, .max_exposure_pct = DEC_NONE, .max_total_quote = DEC_NONE,
		.max_positions = INT_NONE, .daily_loss_pct = DEC_NONE, .drawdown_pct = DEC_NONE, .collar_bps = DEC_NONE, .max_signal_age_s = 3600 };
	w->ledger.ops = &ops;
	w->ledger.wants = LEDGER_ALL;
	book_init(&w->ledger.book, "main", "USDT");
	for (int i = 0; i < 3; i++) {
		snprintf(w->strategies[i].name, NAME_SIZE, "%s", names[i]);
		w->strategies[i].symbols = calloc(3, sizeof *w->strategies[i].symbols);
		w->strategies[i].symbol_count = 3;
		for (int k = 0; k < 3; k++)
			snprintf(w->strategies[i].symbols[k], SYMBOL_SIZE, "%s", symbols[k]);
		assert_int_equal(book_pair(&w->ledger.book, MARKET_SPOT, symbols[i], &w->pairs[i], NULL), OK);
	}
	w->engine = (struct engine){ .ledger = &w->ledger, .account = &w->account, .risk = &w->risk, .label = "main", .run = "0123456789abcdef",
		.digest = digest_new() };
	assert_int_equal(engine_open(&w->engine, w->engine.account->capital, START, NULL), OK);
}

static inline void world_close(struct world *w)
{
	for (int i = 0; i < 3; i++)
		free(w->strategies[i].symbols);
	book_release(&w->ledger.book);
	digest_free(w->engine.digest);
	free(w->decisions);
	free(w->orders);
	free(w->trades);
	free(w->equities);
	free(w->events);
}

/* The fee was taken off the coins that a purchase brought. */
static inline bool fee_in_coins(const struct world *w, const struct trade *t)
{
	return t->side == SIDE_BUY && strcmp(t->fee_asset, "USDT") != 0 && (w->account.fee_mode != FEE_BNB || strcmp(t->fee_asset, "BNB") != 0);
}

/* The coins of one pair, by its trades. */
static inline dec coins(const struct world *w, const char *symbol)
{
	dec sum = 0;

	for (size_t i = 0; i < w->trade_count; i++) {
		const struct trade *t = &w->trades[i];

		if (strcmp(t->symbol, symbol) != 0)
			continue;
		sum += t->side == SIDE_BUY ? t->qty : -t->qty;
		sum -= fee_in_coins(w, t) ? t->fee : 0;
	}
	return sum;
}

static inline void check_money(const struct world *w)
{
	const struct book *b = &w->ledger.book;
	dec cash = w->account.capital, realized = 0, fees = 0, reserved = 0, value = 0;
	bool bad = false;

	for (size_t i = 0; i < w->trade_count; i++) {
		const struct trade *t = &w->trades[i];
		bool in_coins = fee_in_coins(w, t);

		cash += t->side == SIDE_BUY ? -t->quote_qty : t->quote_qty;
		cash -= in_coins ? 0 : t->fee_quote;
		fees += t->fee_quote;
		realized += t->realized_pnl == DEC_NONE ? 0 : t->realized_pnl;
	}
	for (size_t i = 0; i < b->plan_count; i++)
		reserved += b->plans[i].d.reserved;
	assert_true(cash == b->state.cash);
	assert_true(fees == b->state.fees);
	assert_true(realized == b->state.realized_pnl);
	assert_true(reserved == book_reserved(b, &bad));
	assert_true(reserved <= cash); /* nobody's dollar was spent by another */
	for (size_t p = 0; p < b->pair_count; p++) {
		dec held = b->pairs[p].dust;

		if (held)
			value += dec_mul(held, b->pairs[p].mark, ROUND_DOWN, &bad);
		for (size_t i = 0; i < b->position_count; i++)
			if (b->positions[i].pair == p) {
				held += b->positions[i].p.qty;
				value += dec_mul(b->positions[i].p.qty, b->pairs[p].mark, ROUND_DOWN, &bad);
			}
		assert_true(held == coins(w, b->pairs[p].symbol));
	}
	assert_true(w->equities[w->equity_count - 1].equity == cash + value);
	assert_false(bad);
}

/* Every order belongs to something that lives; every position has exactly the protection its plan names. */
static inline void check_orders(struct world *w)
{
	struct book *b = &w->ledger.book;
	size_t wanted = 0;

	for (size_t i = 0; i < b->position_count; i++) {
		const struct position *p = &b->positions[i].p;
		const struct book_order *stop = book_order_of(b, p->decision, LEG_STOP), *target = book_order_of(b, p->decision, LEG_TARGET);

		assert_true(p->qty > 0);
		assert_int_equal(stop != NULL, p->stop_price != DEC_NONE);
		assert_int_equal(target != NULL, p->target_price != DEC_NONE);
		assert_true(!stop || (stop->o.stop_price == p->stop_price && stop->o.qty <= p->qty));
		assert_true(!target || target->o.price == p->target_price);
		wanted += (stop ? 1u : 0u) + (target ? 1u : 0u);
	}
	for (size_t i = 0; i < b->plan_count; i++) {
		const struct decision *d = &b->plans[i].d;
		const struct book_order *o = book_order_of(b, d->id, d->class == CLASS_OPEN ? LEG_ENTRY : LEG_EXIT);

		assert_int_equal(o != NULL, d->status == DECISION_WORKING);
		wanted += o != NULL;
	}
	assert_int_equal(b->order_count, wanted);
	for (size_t i = 0; i < w->order_count; i++) {
		bool open = false;

		for (size_t k = 0; k < b->order_count; k++)
			open |= strcmp(b->orders[k].o.id, w->orders[i].id) == 0;
		assert_true(open == order_is_open(&w->orders[i]));
	}
}

/* Where sales take certain coins, those of a position add up to it. */
static inline void check_lots(const struct world *w)
{
	const struct book *b = &w->ledger.book;

	for (size_t i = 0; b->method != LOTS_AVERAGE && i < b->position_count; i++) {
		const struct book_position *p = &b->positions[i];
		dec qty = 0, cost = 0;

		for (size_t k = 0; k < b->lot_count; k++)
			if (b->lots[k].pair == p->pair && strcmp(b->lots[k].strategy, p->p.strategy) == 0) {
				qty += b->lots[k].qty;
				cost += b->lots[k].cost;
			}
		assert_true(qty == p->p.qty && cost == p->p.cost);
	}
}

static inline void check_world(struct world *w)
{
	check_lots(w);
	check_money(w);
	check_orders(w);
}

/* One more bar for the next settle: open, high, low, close, volume. */
static inline void bar(struct world *w, size_t pair, const char *o, const char *h, const char *l, const char *c, const char *volume)
{
	struct bar *b = &w->bars[w->queued];

	*b = (struct bar){ .open_time = w->now_ms, .close_time = w->now_ms + MS_HOUR - 1, .open = (dec64)D(o), .high = (dec64)D(h), .low = (dec64)D(l),
		.close = (dec64)D(c), .volume = D(volume), .quote_volume = D(volume), .taker_buy_volume = DEC_NONE, .taker_buy_quote_volume = DEC_NONE,
		.trades = INT_NONE };
	w->queue[w->queued++] = (struct engine_bar){ .pair = w->pairs[pair], .bar = b };
}

static inline void settle(struct world *w)
{
	struct error e = { 0 };

	w->now_ms += MS_HOUR;
	if (engine_settle(&w->engine, w->now_ms, w->queue, w->queued, &e))
		fail_msg("settle: %s: %s", e.field, e.message);
	w->queued = 0;
	check_world(w);
}

/* One hour in which only BTC moved. */
static inline void hour(struct world *w, const char *o, const char *h, const char *l, const char *c)
{
	bar(w, 0, o, h, l, c, "10");
	settle(w);
}

static inline struct signal wish(const struct world *w, int strategy, int pair, enum action action, const char *stop, const char *target,
	const char *trail)
{
	struct signal s = { .interval = INTERVAL_1H, .open_time = w->now_ms - MS_HOUR, .t_ms = w->now_ms, .action = action,
		.exposure = action == ACTION_BUY, .price = w->ledger.book.pairs[w->pairs[pair]].mark, .stop_offset = D(stop), .target_offset = D(target),
		.trail_offset = D(trail), .max_hold_bars = INT_NONE };

	memcpy(s.symbol, w->ledger.book.pairs[w->pairs[pair]].symbol, sizeof s.symbol);
	memcpy(s.strategy, w->strategies[strategy].name, sizeof s.strategy);
	return s;
}

static inline void decide(struct world *w, const struct signal *signals, size_t n)
{
	struct error e = { 0 };

	if (engine_decide(&w->engine, w->now_ms, signals, n, &e))
		fail_msg("decide: %s: %s", e.field, e.message);
	check_world(w);
}

static inline void execute(struct world *w)
{
	for (size_t i = 0; i < w->decision_count; i++)
		assert_int_equal(engine_execute(&w->engine, w->now_ms, w->decisions[i].id, NULL, NULL), OK);
	check_world(w);
}

static inline void act(struct world *w, struct signal s)
{
	decide(w, &s, 1);
	execute(w);
}

static inline struct trade *last_trade(struct world *w)
{
	assert_true(w->trade_count > 0);
	return &w->trades[w->trade_count - 1];
}

static inline struct position *only_position(struct world *w)
{
	assert_int_equal(w->ledger.book.position_count, 1);
	return &w->ledger.book.positions[0].p;
}

#define assert_dec(got, want) assert_dec_(got, D(want), #got, __FILE__, __LINE__)

static inline void assert_dec_(dec got, dec want, const char *what, const char *file, int line)
{
	char a[DEC_TEXT] = "none", b[DEC_TEXT] = "none";

	if (got == want)
		return;
	if (got != DEC_NONE)
		dec_format(got, a);
	if (want != DEC_NONE)
		dec_format(want, b);
	print_error("%s is %s, not %s\n", what, a, b);
	_fail(file, line);
}

/* The first bar sets the mark; a buy decided at its close fills at the next open. */
static inline void enter(struct world *w, const char *stop, const char *target, const char *trail, int64_t max_hold)
{
	struct signal s;

	hour(w, "100", "101", "99", "100");
	s = wish(w, 0, 0, ACTION_BUY, stop, target, trail);
	s.max_hold_bars = max_hold;
	act(w, s);
	assert_int_equal(w->ledger.book.plan_count, 1);
	assert_int_equal(w->trade_count, 0);
}

#endif
