/*
 * Bars that pass in one go leave what they would have left one by one: the same records to the byte, and the same trades where
 * nobody reads records, over made candles of three pairs with gaps, bars nobody traded in, late listings, early ends and changing
 * rules, and accounts by lot. The seed is printed, CT_SEED repeats it.
 */
#include "trial.h"

#include "core/utc.h"
#include "tune/backtest.h"
#include "tune/output.h"

#define BARS 2600
#define RUNS 250
#define START INT64_C(1714521600000)

static uint64_t seed;

static double between(double low, double high)
{
	return low + (high - low) * (double)(check_random(&seed) % 10001) / 10000;
}

static bool chance(int percent)
{
	return (int)(check_random(&seed) % 100) < percent;
}

static dec money(double v)
{
	bool bad = false;

	return dec_from_double(v, ROUND_HALF_EVEN, &bad);
}

static void make_series(struct history *h, const char *symbol, int interval)
{
	int first = chance(50) ? 0 : (int)(check_random(&seed) % 900), last = chance(60) ? BARS : BARS - (int)(check_random(&seed) % 900);
	int gap = chance(70) ? (int)(check_random(&seed) % BARS) : BARS, behind = gap + 5 + (int)(check_random(&seed) % 60);
	double price = between(0.5, 200);

	for (int i = first; i < last; i++) {
		double from = price * (chance(4) ? between(0.97, 1.03) : 1), to = i / 50 % 9 == 3 ? from : from * between(0.98, 1.0205);
		struct candle c = { .market = MARKET_SPOT, .interval = interval };

		price = to;
		if (chance(2) || (i >= gap && i < behind))
			continue;
		c.bar = bar_of(0, fmin(from, to) * between(0.99, 1), fmax(from, to) * between(1, 1.01), to, chance(3) ? 0 : between(1, 1000));
		c.bar.open = (dec64)money(from);
		c.bar.open_time = START + i * interval_ms((enum interval)interval);
		c.bar.close_time = c.bar.open_time + interval_ms((enum interval)interval) - 1;
		c.bar.low = c.bar.open < c.bar.low ? c.bar.open : c.bar.low;
		c.bar.high = c.bar.open > c.bar.high ? c.bar.open : c.bar.high;
		snprintf(c.symbol, sizeof c.symbol, "%s", symbol);
		assert_int_equal(history_add(h, &c, NULL), OK);
	}
}

static const char *one_of(const char *const *words, size_t n)
{
	return words[check_random(&seed) % n];
}

#define ONE_OF(...) one_of((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void make_strategy(const char *name, struct strategy **out)
{
	bool bare = chance(40); /* it holds on */
	char text[1000];
	struct error e = { 0 };
	json_t *json = NULL;

	snprintf(text, sizeof text, "{\"strategy\":\"channel\",\"method\":\"%s\",\"lookback\":%s%s%s%s%s%s}", ONE_OF("donchian", "atr", "zscore", "bands"),
		ONE_OF("5", "20", "40"), ONE_OF("", ",\"trigger\":\"touch\"", ",\"rebound_pct\":1,\"pullback_pct\":1"),
		bare ? "" : ONE_OF("", ",\"stop_pct\":4", ",\"stop_atr\":3"), bare ? "" : ONE_OF("", "", ",\"trail_pct\":5"),
		bare ? "" : ONE_OF("", ",\"max_hold_bars\":30", ",\"target\":\"upper\""),
		ONE_OF("", "", ",\"entry\":\"limit\",\"entry_bars\":5", ",\"entry\":\"stop\",\"entry_offset_pct\":0.5",
			",\"entry\":\"maker\",\"entry_bars\":4,\"entry_offset_pct\":0.5"));
	if (field_parse(text, strlen(text), &json, &e) || strategy_new(name, json, out, &e))
		fail_msg("%s: %s: %s", text, e.field, e.message);
	json_decref(json);
}

static void make_rules(struct history *h, const char *symbol)
{
	struct symbol s = { .market = MARKET_SPOT, .t_ms = START };

	snprintf(s.symbol, sizeof s.symbol, "%s", symbol);
	do {
		snprintf(s.status, sizeof s.status, "%s", chance(50) ? "TRADING" : "BREAK");
		s.tick_size = money(chance(50) ? 0.01 : 0.1);
		s.step_size = money(chance(50) ? 0.001 : chance(70) ? 1 : 50); /* the last: more than is held, perhaps */
		s.t_ms += chance(50) ? 0 : (int64_t)(check_random(&seed) % (1 + BARS / 2)) * HOUR + 1;
		assert_int_equal(terms_add(&h->given, &s, NULL), OK);
	} while (chance(60));
}

static struct buf written;

static enum err keep(struct buf *b, struct error *e)
{
	(void)e;
	if (b->len)
		buf_add(&written, b->data, b->len);
	buf_clear(b);
	return OK;
}

/* What was traded, without names. */
static struct buf deals;

static enum err deal(void *ctx, enum kind_id kind, const void *object, struct error *e)
{
	const struct trade *t = object;
	char qty[DEC_TEXT], price[DEC_TEXT], pnl[DEC_TEXT] = "";

	(void)ctx;
	(void)e;
	if (kind != KIND_TRADE)
		return OK;
	dec_format(t->qty, qty);
	dec_format(t->price, price);
	if (t->realized_pnl != DEC_NONE)
		dec_format(t->realized_pnl, pnl);
	buf_addf(&deals, "%lld %s %s at %s %s\n", (long long)t->t_ms, side_names[t->side], qty, price, pnl);
	return OK;
}

/* Where bars come late, a day's last point is told before they are booked; one by one, it is seen to be the last only after. */
static bool apart;
static struct buf points;

static enum err tell(void *ctx, enum kind_id kind, const void *object, struct error *e)
{
	static struct record again;
	struct buf line = { 0 };

	if (kind != KIND_EQUITY) /* most of them */
		record_write(&kinds[kind], object, &line);
	if (line.len && record_read(line.data, line.len - 1, &again, e))
		fail_msg("nobody would read this: %s %s: %.800s", e->field, e->message, line.data);
	buf_release(&line);
	deal(ctx, kind, object, e);
	if (!apart || kind != KIND_EQUITY)
		return output_sink(ctx, kind, object, e);
	record_write(&kinds[kind], object, &points);
	return OK;
}

/* Of one by one, the points that a ledger gets which does not want every close: of each UTC day the last, when the next comes. */
static struct equity last;

static enum err last_of_day(void *ctx, enum kind_id kind, const void *object, struct error *e)
{
	const struct equity *q = object;
	enum err rc = OK;

	if (kind != KIND_EQUITY)
		return tell(ctx, kind, object, e);
	if (last.t_ms != TIME_NONE && utc_day(q->t_ms - 1) != utc_day(last.t_ms - 1))
		rc = tell(ctx, KIND_EQUITY, &last, e);
	last = *q;
	return rc;
}

/* Everything that a backtest tells, and the book as it leaves it. */
static void run(const struct history *h, struct setup *s, struct strategy *const *strategies, const struct backtest_options *o, bool every_close,
	struct buf *out)
{
	struct output output = { .write = keep, .equity_all = every_close, .aide = o->aide };
	struct memory_ledger ledger;
	struct backtest_result r;
	struct error e = { 0 };

	written = (struct buf){ 0 };
	memory_ledger_init(&ledger, s->label, s->account->quote, every_close ? last_of_day : tell, &output);
	ledger.ledger.wants = output_wants(&output);
	last.t_ms = TIME_NONE;
	if (backtest_run(h, s, strategies, o, &ledger, &r, &e) || (last.t_ms != TIME_NONE && tell(&output, KIND_EQUITY, &last, &e)) || output_end(&output, &ledger.ledger.book, &e))
		fail_msg("%s", e.message);
	if (points.len)
		buf_add(&written, points.data, points.len);
	buf_release(&points);
	buf_addf(&written, "%zu bars %lld %lld\n", r.bars, (long long)r.first_ms, (long long)r.last_ms);
	field_write(account_state_fields, ACCOUNT_STATE_FIELDS, &ledger.ledger.book.state, &written);
	memory_ledger_release(&ledger);
	output_release(&output);
	*out = written;
}

/* Only what it trades, as in a search. */
static void run_mute(const struct history *h, struct setup *s, struct strategy *const *strategies, const struct backtest_options *o, struct buf *out)
{
	struct memory_ledger ledger;
	struct backtest_result r;
	struct error e = { 0 };

	deals = (struct buf){ 0 };
	memory_ledger_init(&ledger, s->label, s->account->quote, deal, NULL);
	ledger.ledger.wants = 0;
	if (backtest_run(h, s, strategies, o, &ledger, &r, &e))
		fail_msg("%s", e.message);
	memory_ledger_release(&ledger);
	*out = deals;
}

static void same(const struct buf *slow, const struct buf *quick, uint64_t began)
{
	size_t at = 0;

	if (slow->len == quick->len && (!slow->len || memcmp(slow->data, quick->data, slow->len) == 0))
		return;
	while (at < slow->len && at < quick->len && slow->data[at] == quick->data[at])
		at++;
	while (at && slow->data[at - 1] != '\n')
		at--;
	fail_msg("CT_SEED=%llu: one by one:\n%.900s\nat once:\n%.900s", (unsigned long long)began, slow->len ? slow->data + at : "",
		quick->len ? quick->data + at : "");
}

static void make_risk(struct risk_config *r)
{
	field_clear(risk_fields, RISK_FIELDS, r);
	r->exchange_filters = chance(30);
	r->sizing = chance(50) ? SIZE_EQUITY_PCT : SIZE_QUOTE;
	r->size = money(r->sizing == SIZE_QUOTE ? 900 : 30);
	r->collar_bps = chance(50) ? DEC_NONE : money(100);
	r->max_positions = chance(50) ? INT_NONE : 2;
	r->daily_loss_pct = chance(70) ? DEC_NONE : money(between(3, 10));
	r->drawdown_pct = chance(50) ? DEC_NONE : money(between(4, 40));
	r->breaker_action = chance(50) ? BREAKER_FLATTEN : BREAKER_BLOCK;
}

static void one_by_one_or_at_once(void **state)
{
	static char symbols[][SYMBOL_SIZE] = { "AAAUSDT", "BNBUSDT", "CCCUSDT" };
	static const enum interval intervals[] = { INTERVAL_5M, INTERVAL_1H, INTERVAL_4H, INTERVAL_1D };
	struct aide *aide = aide_begin();
	size_t trades = 0, bytes = 0;

	(void)state;
	for (int i = 0; i < RUNS; i++) {
		uint64_t began = seed;
		struct account_strategy rows[2] = { { .name = "one", .symbols = symbols }, { .name = "two", .symbols = symbols } };
		struct account a = { .name = "main", .quote = "USDT", .fee_mode = (int)(check_random(&seed) % 3), .taker_fee_bps = money(10),
			.maker_fee_bps = money(7), .slippage_bps = money(5), .capital = money(10000), .strategies = rows };
		struct setup s = { .account = &a, .digest = digest_new(), .label = "backtest/main", .run = { .id = "0123456789abcdef" } };
		struct planned_transfer planned[] = {
			{ START + (int64_t)(check_random(&seed) % 40) * MS_DAY + 7 * MS_HOUR, money(chance(50) ? 700 : -400), (int)(check_random(&seed) % 4) },
		};
		struct strategy *strategies[2];
		struct history h = { 0 };
		struct backtest_options o = { .since_ms = TIME_NONE, .until_ms = TIME_NONE };
		struct outage off[3] = { { .from_ms = 0 } };
		struct buf slow, quick, dealt, mute;
		size_t pairs = 1 + check_random(&seed) % 3;

		a.lots = (int)(check_random(&seed) % 3);
		a.max_missing_bars = chance(30) ? INT_NONE : 5 + (int64_t)(check_random(&seed) % 30);
		a.max_volume_share = chance(60) ? DEC_NONE : money(between(0.05, 1));
		a.price_impact = chance(70) ? 0 : money(between(0.01, 0.5));
		if (chance(30))
			a.transfers = (struct schedule){ planned, 1 };
		a.interval = (int)intervals[check_random(&seed) % 4];
		a.strategy_count = 1 + check_random(&seed) % 2;
		make_risk(&s.risk);
		for (size_t k = 0; k < pairs; k++) {
			make_series(&h, symbols[k], a.interval);
			if (chance(50))
				make_rules(&h, symbols[k]);
		}
		for (size_t k = 0; k < a.strategy_count; k++) {
			rows[k].symbol_count = 1 + check_random(&seed) % 3;
			make_strategy(rows[k].name, &strategies[k]);
		}
		assert_int_equal(history_ready(&h, NULL), OK);
		if (chance(30))
			o.since_ms = START + (int64_t)(check_random(&seed) % BARS) * interval_ms((enum interval)a.interval) + (int64_t)(check_random(&seed) % 2);
		if (chance(20))
			o.until_ms = START + (int64_t)(check_random(&seed) % BARS) * interval_ms((enum interval)a.interval);
		apart = false;
		if (chance(20)) { /* the machine was off; or candles of a pair, or of two, came late */
			o.outages = off;
			o.outage_count = 1 + check_random(&seed) % 3;
			for (size_t k = 0; k < o.outage_count; k++) {
				off[k].from_ms = START + (int64_t)(check_random(&seed) % BARS) * interval_ms((enum interval)a.interval);
				off[k].to_ms = off[k].from_ms + 50 * interval_ms((enum interval)a.interval);
				if (chance(70))
					memcpy(off[k].symbol, symbols[check_random(&seed) % pairs], SYMBOL_SIZE);
				apart |= off[k].symbol[0] != '\0';
			}
		}
		deals = (struct buf){ 0 };
		run(&h, &s, strategies, &o, true, &slow);
		dealt = deals;
		o.aide = chance(50) ? aide : NULL;
		deals = (struct buf){ 0 };
		run(&h, &s, strategies, &o, false, &quick);
		buf_release(&deals);
		run_mute(&h, &s, strategies, &o, &mute);
		for (const char *p = slow.data; (p = strstr(p, "\"kind\":\"trade\"")); p++)
			trades++;
		bytes += slow.len;
		same(&slow, &quick, began);
		same(&dealt, &mute, began);
		buf_release(&dealt);
		buf_release(&mute);
		buf_release(&slow);
		buf_release(&quick);
		for (size_t k = 0; k < a.strategy_count; k++)
			strategy_free(strategies[k]);
		history_release(&h);
		digest_free(s.digest);
	}
	aide_end(aide);
	assert_true(trades > 10000);
	print_message("%zu trades, %zu bytes\n", trades, bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(one_by_one_or_at_once) };

	seed = getenv("CT_SEED") ? strtoull(getenv("CT_SEED"), NULL, 10) : (uint64_t)utc_now_ms();
	print_message("CT_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
