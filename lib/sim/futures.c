#include "sim/futures.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "sim/funding.h"
#include "sim/spot.h"

#define FUNDING_FALLBACK 100
#define FUNDING_MOST 1000
#define KLINES_FALLBACK 500
#define KLINES_MOST 1500

static const char *quote_of(const char *symbol)
{
	static const char *const quotes[] = { "USDT", "USDC" };
	size_t n = strlen(symbol);

	for (size_t i = 0; i < 2; i++)
		if (n > 4 && strcmp(symbol + n - 4, quotes[i]) == 0)
			return quotes[i];
	return NULL;
}

static bool read_future(const struct sim_request *q, char *symbol, struct sim_answer *a)
{
	if (!sim_param_symbol(q, "symbol", symbol, a))
		return false;
	if (quote_of(symbol) && sim_market_find(q->state->market, symbol) >= 0)
		return true;
	sim_refuse(a, 400, -1121, "Invalid symbol.");
	return false;
}

static json_t *make_filters(dec64 tick_size, dec64 step_size)
{
	char tick[DEC_TEXT], step[DEC_TEXT], max_qty[DEC_TEXT];

	dec_format(tick_size, tick);
	dec_format(step_size, step);
	dec_format((dec)step_size * 1000000, max_qty);
	return json_pack("[{ss ss ss ss}, {ss ss ss ss}, {ss ss ss ss}, {ss si}, {ss ss}, {ss ss ss ss}, {ss ss}]",
		"filterType", "PRICE_FILTER", "minPrice", tick, "maxPrice", "4529764", "tickSize", tick,
		"filterType", "LOT_SIZE", "minQty", step, "maxQty", max_qty, "stepSize", step,
		"filterType", "MARKET_LOT_SIZE", "minQty", step, "maxQty", max_qty, "stepSize", step,
		"filterType", "MAX_NUM_ORDERS", "limit", 200,
		"filterType", "MIN_NOTIONAL", "notional", "5",
		"filterType", "PERCENT_PRICE", "multiplierUp", "1.0500", "multiplierDown", "0.9500", "multiplierDecimal", "4",
		"filterType", "POSITION_RISK_CONTROL", "positionControlSide", "NONE");
}

static json_t *make_symbol(const struct sim_request *q, size_t pair, struct error *e)
{
	const char *name = sim_market_name(q->state->market, pair), *quote = quote_of(name);
	dec64 tick, step;

	if (sim_market_grid(q->state->market, pair, &tick, &step, e))
		return NULL;
	return json_pack("{ss ss ss sI sI ss ss ss ss% ss ss si si si si ss s[] ss ss ss si so s[sssssss] s[sssss]}", "symbol", name, "pair", name,
		"contractType", "PERPETUAL", "deliveryDate", (json_int_t)4133404800000, "onboardDate", (json_int_t)SIM_ONBOARD_MS, "status", "TRADING",
		"maintMarginPercent", "2.5000", "requiredMarginPercent", "5.0000", "baseAsset", name, strlen(name) - strlen(quote), "quoteAsset", quote,
		"marginAsset", quote, "pricePrecision", 8, "quantityPrecision", 8, "baseAssetPrecision", 8, "quotePrecision", 8,
		"underlyingType", "COIN", "underlyingSubType", "triggerProtect", "0.0500", "liquidationFee", "0.012500", "marketTakeBound", "0.05",
		"maxMoveOrderLimit", 10000, "filters", make_filters(tick, step),
		"orderTypes", "LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET",
		"timeInForce", "GTC", "IOC", "FOK", "GTX", "GTD");
}

/* A symbol that is asked for is not looked at, as at the exchange. */
void sim_get_um_info(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_state *s = q->state;
	struct error e = { 0 };
	json_t *symbols = json_array(), *answer, *object;
	char *text;

	for (size_t i = 0; i < sim_market_count(s->market); i++) {
		if (!quote_of(sim_market_name(s->market, i)))
			continue;
		object = make_symbol(q, i, &e);
		if (!object) {
			json_decref(symbols);
			sim_fail(q, a, &e);
			return;
		}
		json_array_append_new(symbols, object);
	}
	answer = json_pack("{ss sI ss s[ooo] s[] s[{ss sb ss} {ss sb ss}] so}", "timezone", "UTC", "serverTime", (json_int_t)q->now_ms,
		"futuresType", "U_MARGINED", "rateLimits", sim_info_weight_limit(&s->limits), sim_info_limit("ORDERS", "MINUTE", 1, 1200),
		sim_info_limit("ORDERS", "SECOND", 10, 300), "exchangeFilters",
		"assets", "asset", "USDT", "marginAvailable", 1, "autoAssetExchange", "-10000", "asset", "USDC", "marginAvailable", 1, "autoAssetExchange", "-10000",
		"symbols", symbols);
	text = json_dumps(answer, JSON_COMPACT);
	buf_adds(&a->body, text ? text : "");
	free(text);
	json_decref(answer);
}

static bool read_limit(const struct sim_request *q, int64_t fallback, int64_t most, size_t *limit, struct sim_answer *a)
{
	int64_t v;

	if (!sim_param_count(q, "limit", fallback, &v, a))
		return false;
	*limit = (size_t)v;
	if (v >= 1 && v <= most)
		return true;
	sim_refuse(a, 400, -1130, "Data sent for parameter 'limit' is not valid.");
	return false;
}

int64_t sim_weigh_um_klines(const struct sim_request *q)
{
	char limit[24];
	long long n = sim_param_text(q, "limit", limit, sizeof limit) ? strtoll(limit, NULL, 10) : KLINES_FALLBACK;

	return n < 100 ? 1 : n < 500 ? 2 : n <= 1000 ? 5 : 10;
}

void sim_get_um_klines(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_window w = { 0 };
	char symbol[SYMBOL_SIZE];
	enum interval interval;

	if (!read_future(q, symbol, a) || !sim_param_interval(q, &interval, a) || !sim_param_time(q, "startTime", &w.start_ms, a)
		|| !sim_param_time(q, "endTime", &w.end_ms, a) || !read_limit(q, KLINES_FALLBACK, KLINES_MOST, &w.limit, a))
		return;
	if (interval == INTERVAL_1S)
		sim_refuse(a, 400, -1120, "Invalid interval.");
	else
		sim_answer_klines(q, symbol, interval, &w, a);
}

static enum err add_payment(const struct sim_request *q, const struct funding *f, struct buf *b, struct error *e)
{
	char rate[DEC_TEXT], mark[DEC_TEXT] = "";
	dec price = f->mark_price;
	bool known = price != DEC_NONE;
	enum err rc = known ? OK : sim_price_at(q->state->market, f->symbol, f->funding_time, &price, &known, e);

	if (rc)
		return rc;
	dec_format(f->rate, rate);
	if (known)
		dec_format(price, mark);
	buf_addf(b, "%s{\"symbol\":\"%s\",\"fundingTime\":%" PRId64 ",\"fundingRate\":\"%s\",\"markPrice\":\"%s\",\"rateType\":\"Regular\"}",
		b->len > 1 ? "," : "", f->symbol, f->funding_time, rate, mark);
	return OK;
}

void sim_get_funding(const struct sim_request *q, struct sim_answer *a)
{
	struct funding rows[FUNDING_MOST];
	struct error e = { 0 };
	char symbol[SYMBOL_SIZE];
	int64_t start_ms, end_ms;
	size_t limit, n;
	enum err rc;

	if (!read_future(q, symbol, a) || !sim_param_time(q, "startTime", &start_ms, a) || !sim_param_time(q, "endTime", &end_ms, a)
		|| !read_limit(q, FUNDING_FALLBACK, FUNDING_MOST, &limit, a))
		return;
	if (end_ms == TIME_NONE || end_ms > q->now_ms)
		end_ms = q->now_ms;
	rc = sim_payments(q->state->market, symbol, start_ms, end_ms, limit, rows, &n, &e);
	buf_addc(&a->body, '[');
	for (size_t i = 0; !rc && i < n; i++)
		rc = add_payment(q, &rows[i], &a->body, &e);
	buf_addc(&a->body, ']');
	if (rc)
		sim_fail(q, a, &e);
}

static enum err add_premium(const struct sim_request *q, const char *symbol, struct buf *b, struct error *e)
{
	struct funding next;
	dec mark = 0;
	char rate_text[DEC_TEXT], mark_text[DEC_TEXT];
	bool known = false;
	enum err rc = sim_next_payment(q->state->market, symbol, q->now_ms, &next, e);

	if (!rc)
		rc = sim_price_at(q->state->market, symbol, q->now_ms, &mark, &known, e);
	if (rc || !known)
		return rc;
	dec_format(next.rate, rate_text);
	dec_format(mark, mark_text);
	buf_addf(b, "%s{\"symbol\":\"%s\",\"markPrice\":\"%s\",\"indexPrice\":\"%s\",\"estimatedSettlePrice\":\"%s\",\"lastFundingRate\":\"%s\","
		"\"interestRate\":\"0.00010000\",\"nextFundingTime\":%" PRId64 ",\"time\":%" PRId64 "}", b->len > 1 ? "," : "", symbol, mark_text, mark_text,
		mark_text, rate_text, next.funding_time, q->now_ms);
	return OK;
}

/* One object for one pair, a list for all. */
void sim_get_premium(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_market *m = q->state->market;
	struct error e = { 0 };
	char symbol[SYMBOL_SIZE];
	enum err rc = OK;

	if (sim_param(q, "symbol")) {
		if (!read_future(q, symbol, a))
			return;
		rc = add_premium(q, symbol, &a->body, &e);
	} else {
		buf_addc(&a->body, '[');
		for (size_t i = 0; !rc && i < sim_market_count(m); i++)
			if (quote_of(sim_market_name(m, i)))
				rc = add_premium(q, sim_market_name(m, i), &a->body, &e);
		buf_addc(&a->body, ']');
	}
	if (rc)
		sim_fail(q, a, &e);
}
