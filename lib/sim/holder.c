/* What the account is: balances, commission, the key's permissions, its orders counted. */
#include <inttypes.h>
#include <string.h>

#include "core/utc.h"
#include "sim/trade.h"

static const char *truth(int v)
{
	return v ? "true" : "false";
}

static void add_rate(struct buf *b, const char *key, dec bps, const char *before)
{
	char text[DEC_TEXT];

	dec_format(bps / 10000, text);
	buf_addf(b, "%s\"%s\":\"%s\"", before, key, text);
}

static void add_balances(const struct sim_account *h, bool omit_zero, struct buf *b)
{
	const char *comma = "";

	for (size_t i = 0; i < h->balance_count; i++) {
		const struct sim_balance *v = &h->balances[i];

		if (omit_zero && v->free == 0 && v->locked == 0)
			continue;
		buf_addf(b, "%s{\"asset\":", comma);
		buf_add_json(b, v->asset, strlen(v->asset));
		sim_add_amount(b, "free", v->free);
		sim_add_amount(b, "locked", v->locked);
		buf_addc(b, '}');
		comma = ",";
	}
}

void sim_get_account(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_account *h = q->account;
	struct buf *b = &a->body;
	bool omit_zero;

	if (!sim_param_flag(q, "omitZeroBalances", false, &omit_zero, a))
		return;
	buf_addf(b, "{\"makerCommission\":%d,\"takerCommission\":%d,\"buyerCommission\":%d,\"sellerCommission\":%d,\"commissionRates\":{",
		(int)(h->maker_bps / DEC_ONE), (int)(h->taker_bps / DEC_ONE), (int)(h->buyer_bps / DEC_ONE), (int)(h->seller_bps / DEC_ONE));
	add_rate(b, "maker", h->maker_bps, "");
	add_rate(b, "taker", h->taker_bps, ",");
	add_rate(b, "buyer", h->buyer_bps, ",");
	add_rate(b, "seller", h->seller_bps, ",");
	buf_addf(b, "},\"canTrade\":%s,\"canWithdraw\":%s,\"canDeposit\":%s,\"brokered\":false,\"requireSelfTradePrevention\":false,\"preventSor\":false",
		truth(h->can_trade), truth(h->can_withdraw), truth(h->can_deposit));
	buf_addf(b, ",\"updateTime\":%" PRId64 ",\"accountType\":\"SPOT\",\"balances\":[", sim_time(q, h->update_ms));
	add_balances(h, omit_zero, b);
	buf_addf(b, "],\"permissions\":[\"SPOT\"],\"uid\":%" PRId64 "}", h->uid);
}

static void add_rates(struct buf *b, const char *name, const struct sim_account *h)
{
	static const struct sim_account none = { .uid = 0 };

	if (!h)
		h = &none;
	buf_addf(b, ",\"%s\":{", name);
	add_rate(b, "maker", h->maker_bps, "");
	add_rate(b, "taker", h->taker_bps, ",");
	add_rate(b, "buyer", h->buyer_bps, ",");
	add_rate(b, "seller", h->seller_bps, ",");
	buf_addc(b, '}');
}

void sim_add_discount(const struct sim_account *h, struct buf *b)
{
	buf_addf(b, ",\"discount\":{\"enabledForAccount\":%s,\"enabledForSymbol\":true,\"discountAsset\":\"BNB\"", truth(h->bnb_burn));
	sim_add_amount(b, "discount", h->bnb_factor);
	buf_addc(b, '}');
}

void sim_get_commission(const struct sim_request *q, struct sim_answer *a)
{
	char symbol[SYMBOL_SIZE];

	if (!sim_param_symbol(q, "symbol", symbol, a))
		return;
	buf_adds(&a->body, "{\"symbol\":");
	buf_add_json(&a->body, symbol, strlen(symbol));
	add_rates(&a->body, "standardCommission", q->account);
	add_rates(&a->body, "specialCommission", NULL);
	add_rates(&a->body, "taxCommission", NULL);
	sim_add_discount(q->account, &a->body);
	buf_addc(&a->body, '}');
}

void sim_get_trade_fee(const struct sim_request *q, struct sim_answer *a)
{
	char symbol[SYMBOL_SIZE], maker[DEC_TEXT], taker[DEC_TEXT];

	if (!sim_param_symbol(q, "symbol", symbol, a))
		return;
	dec_format(q->account->maker_bps / 10000, maker);
	dec_format(q->account->taker_bps / 10000, taker);
	buf_adds(&a->body, "[{\"symbol\":");
	buf_add_json(&a->body, symbol, strlen(symbol));
	buf_addf(&a->body, ",\"makerCommission\":\"%s\",\"takerCommission\":\"%s\"}]", maker, taker);
}

void sim_get_restrictions(const struct sim_request *q, struct sim_answer *a)
{
	buf_addc(&a->body, '{');
	field_write(sim_key_fields + SIM_KEY_FIELDS - SIM_KEY_RESTRICTIONS, SIM_KEY_RESTRICTIONS, q->key, &a->body);
	buf_addc(&a->body, '}');
}

static void add_limit(struct buf *b, const char *interval, int num, int64_t limit, const struct sim_order_window *w, int64_t length_ms)
{
	buf_addf(b, "{\"rateLimitType\":\"ORDERS\",\"interval\":\"%s\",\"intervalNum\":%d,\"limit\":%" PRId64 ",\"count\":%" PRId64 "}", interval, num, limit,
		w->window == utc_now_ms() / length_ms ? w->count : 0);
}

void sim_get_order_limits(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_settings *s = &q->state->exchange->accounts.settings;

	buf_addc(&a->body, '[');
	add_limit(&a->body, "SECOND", 10, s->orders_10s, &q->account->per_10s, 10 * MS_SECOND);
	buf_addc(&a->body, ',');
	add_limit(&a->body, "DAY", 1, s->orders_1d, &q->account->per_day, MS_DAY);
	buf_addc(&a->body, ']');
}
