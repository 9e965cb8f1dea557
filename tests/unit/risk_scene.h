#ifndef CT_TESTS_RISK_SCENE_H
#define CT_TESTS_RISK_SCENE_H

/* An account of two pairs at the close of a bar, and a BUY signal that every gate lets pass. */
#include "check.h"

#include "core/utc.h"
#include "risk/decide.h"

static inline dec amount(const char *text)
{
	dec v;

	assert_true(dec_parse(text, strlen(text), &v));
	return v;
}
#define D(text) amount(text)

#define CLOSE INT64_C(1714579200000) /* 2024-05-01 16:00 UTC, a 4h close */
#define BAR (4 * MS_HOUR)

/* An account that may do what its signal asks: each case spoils one thing. */
struct scene {
	struct account account;
	struct account_strategy strategies[2];
	struct risk_config config;
	struct book book;
	struct signal signal;
	struct risk_step step;
	size_t pair, other;
};

static struct digest *scratch;

static inline void set_rules(struct book_pair *p)
{
	p->has_rules = true;
	p->rules = (struct symbol){ .status = "TRADING", .base_asset = "BTC", .quote_asset = "USDT", .tick_size = D("0.01"), .step_size = D("0.001"),
		.min_qty = D("0.001"), .max_qty = D("1000"), .market_max_qty = D("50"), .min_notional = D("10"), .max_notional = D("5000") };
}

static inline void scene_init(struct scene *s)
{
	*s = (struct scene){ 0 };
	snprintf(s->account.name, sizeof s->account.name, "main");
	snprintf(s->account.quote, sizeof s->account.quote, "USDT");
	snprintf(s->strategies[0].name, sizeof s->strategies[0].name, "first");
	snprintf(s->strategies[1].name, sizeof s->strategies[1].name, "second");
	s->account.strategies = s->strategies;
	s->account.strategy_count = 2;
	s->account.interval = INTERVAL_4H;
	s->account.taker_fee_bps = s->account.maker_fee_bps = D("10");
	s->config = (struct risk_config){ .sizing = SIZE_QUOTE, .size = D("100"), .max_pair_quote = D("150"), .max_exposure_pct = D("50"), .max_total_quote = DEC_NONE,
		.max_positions = 3, .daily_loss_pct = D("5"), .drawdown_pct = D("10"), .collar_bps = D("100"), .max_signal_age_s = 3600,
		.exchange_filters = true };
	book_init(&s->book, "main", "USDT");
	assert_int_equal(book_pair(&s->book, MARKET_SPOT, "BTCUSDT", &s->pair, NULL), OK);
	assert_int_equal(book_pair(&s->book, MARKET_SPOT, "ETHUSDT", &s->other, NULL), OK);
	s->book.state.cash = s->book.state.equity = s->book.state.peak = s->book.state.day_equity = D("1000");
	s->book.pairs[s->pair].settled_ms = CLOSE;
	s->book.pairs[s->pair].mark = D("100");
	s->book.pairs[s->other].mark = D("10");
	set_rules(&s->book.pairs[s->pair]);
	s->signal = (struct signal){ .interval = INTERVAL_4H, .symbol = "BTCUSDT", .strategy = "first", .open_time = CLOSE - BAR, .t_ms = CLOSE,
		.action = ACTION_BUY, .exposure = 1, .price = D("100"), .stop_offset = D("10"), .target_offset = DEC_NONE, .trail_offset = DEC_NONE,
		.max_hold_bars = INT_NONE };
	s->step = (struct risk_step){ &s->config, &s->account, "main", "0123456789abcdef", scratch, CLOSE + 5000, false };
}

static inline struct book_position *add_position(struct scene *s, const char *strategy, size_t pair, const char *qty, const char *cost)
{
	struct position p = { .qty = D(qty), .cost = D(cost), .avg_price = DEC_NONE, .stop_price = DEC_NONE, .target_price = DEC_NONE };
	struct book_position *added;

	snprintf(p.strategy, sizeof p.strategy, "%s", strategy);
	memcpy(p.symbol, s->book.pairs[pair].symbol, sizeof p.symbol);
	assert_int_equal(book_add_position(&s->book, &p, pair, &added, NULL), OK);
	return added;
}

static inline void add_plan(struct scene *s, const char *strategy, size_t pair, enum decision_class c, const char *reserved)
{
	struct decision d = { .class = c, .reserved = D(reserved), .status = DECISION_APPROVED };

	snprintf(d.id, sizeof d.id, "plan%zu", s->book.plan_count);
	snprintf(d.strategy, sizeof d.strategy, "%s", strategy);
	assert_int_equal(book_add_plan(&s->book, &d, pair, NULL), OK);
}

static inline struct decision decide(struct scene *s)
{
	struct decision d;
	enum decision_class c;

	assert_true(risk_wants(&s->book, &s->signal, s->pair, &c));
	risk_decide(&s->step, &s->book, s->pair, &s->signal, c, &d);
	return d;
}

#endif
