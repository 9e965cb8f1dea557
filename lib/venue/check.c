#include "venue/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"

const char *const check_level_names[] = { "ok", "warn", "FAIL", NULL };


struct ground {
	struct check *c;
	struct broker *b;
	struct symbol *rules; /* of the account's pairs */
	size_t rule_count;
	char (*symbols)[SYMBOL_SIZE];
	size_t symbol_count;
	struct venue_account account;
	bool bnb; /* some BNB is there */
};

__attribute__((format(printf, 4, 5))) static void say(struct ground *g, enum finding_level level, const char *name, const char *format, ...)
{
	struct check_row row = { .level = level };
	va_list args;

	snprintf(row.name, sizeof row.name, "%s", name);
	va_start(args, format);
	vsnprintf(row.why, sizeof row.why, format, args);
	va_end(args);
	g->c->failed += level == CHECK_FAIL;
	g->c->warned += level == CHECK_WARN;
	if (level == CHECK_FAIL && !g->c->first)
		g->c->first = ERR_CONFIG;
	g->c->row(g->c->ctx, &row);
}

/* The question had no good end. */
static void failed(struct ground *g, const char *name, const struct reply *r)
{
	if (!g->c->first)
		g->c->first = r->error.code == ERR_DATA ? ERR_CONFIG : r->error.code;
	say(g, CHECK_FAIL, name, "%s", r->error.message);
}

/* Shortest text of an amount. */
static const char *amount(dec v, char *out)
{
	size_t n = dec_format(v, out);

	while (out[n - 1] == '0')
		n--;
	out[out[n - 1] == '.' ? n - 1 : n] = '\0';
	return out;
}

static bool check_key(struct ground *g, struct error *e)
{
	const struct account *a = g->c->account;
	struct broker_config config = { .market = a->market, .mode = a->mode, .base_url = a->base_url, .key = a->key, .config_dir = g->c->config_dir,
		.now_ms = g->c->now_ms, .stopping = g->c->stopping };
	enum err rc;

	if (a->mode == MODE_PAPER) {
		say(g, CHECK_FAIL, "key", "account %s is in mode paper: it needs no key, and no exchange", a->name);
		return false;
	}
	rc = broker_open(&config, &g->b, e);
	if (rc) {
		g->c->first = rc == ERR_USAGE ? ERR_CONFIG : rc;
		say(g, CHECK_FAIL, rc == ERR_USAGE ? "address" : "key", "%s", e->message);
		return false;
	}
	if (config.now_ms != TIME_NONE && !broker_is_local(g->b)) {
		say(g, CHECK_FAIL, "clock", "--now is refused at %s: only a simulated exchange on this machine has another clock", broker_host(g->b));
		return false;
	}
	say(g, CHECK_OK, "key", "%s, from %.*s", strcmp(broker_key_kind(g->b), "hmac") == 0 ? "HMAC-SHA256" : "Ed25519", (int)strcspn(a->key, ":"), a->key);
	if (broker_is_local(g->b) && a->mode == MODE_LIVE)
		say(g, CHECK_WARN, "address", "%s: mode live, and the exchange is on this machine", broker_host(g->b));
	else
		say(g, CHECK_OK, "address", "%s, mode %s", broker_host(g->b), mode_names[a->mode]);
	return true;
}

static bool check_clock(struct ground *g)
{
	struct broker_clock clock;
	struct reply r;

	if (broker_clock(g->b, true, &clock, &r) != FATE_DONE) {
		failed(g, "clock", &r);
		return false;
	}
	say(g, !clock.may_open ? CHECK_FAIL : llabs(clock.offset_ms) > 250 ? CHECK_WARN : CHECK_OK, "clock",
		"this machine is %+.3f s off the exchange (measured to %.3f s)%s", (double)-clock.offset_ms / 1000, (double)clock.round_trip_ms / 2000,
		clock.may_open ? "" : ": nothing is opened like that; run an NTP client");
	return true;
}

static bool check_account(struct ground *g)
{
	struct reply r;

	if (broker_account(g->b, &g->account, &r) != FATE_DONE) {
		failed(g, "account", &r);
		return false;
	}
	say(g, g->account.can_trade ? CHECK_OK : CHECK_FAIL, "account", "type %s, trading is %s", g->account.type,
		g->account.can_trade ? "allowed" : "not allowed by the exchange");
	return true;
}

static void check_permissions(struct ground *g)
{
	struct venue_permissions p;
	struct reply r;
	bool only_live = g->c->account->mode != MODE_LIVE;

	if (broker_permissions(g->b, &p, &r) != FATE_DONE) {
		if (only_live && r.status >= 400 && r.status < 500 && r.refusal != REFUSED_KEY)
			say(g, CHECK_WARN, "permissions", "mode %s does not tell them (HTTP %ld): look at them where the key was made", mode_names[g->c->account->mode],
				r.status);
		else
			failed(g, "permissions", &r);
		return;
	}
	if (p.reading != 1 || p.spot_trading != 1)
		say(g, CHECK_FAIL, "permissions", "the key may not %s", p.reading != 1 ? "read" : "trade (Enable Spot & Margin Trading)");
	if (p.withdrawals == 1)
		say(g, CHECK_FAIL, "permissions", "the key may withdraw: whoever gets it takes all; make one that only reads and trades");
	if (p.universal_transfer == 1 || p.internal_transfer == 1)
		say(g, CHECK_WARN, "permissions", "the key may transfer between accounts, which trading does not need");
	if (p.ip_restrict != 1)
		say(g, CHECK_WARN, "permissions", "the key works from any address: restrict it to this machine's");
	if (p.reading == 1 && p.spot_trading == 1 && p.withdrawals != 1)
		say(g, CHECK_OK, "permissions", "reads and trades, may not withdraw");
}

static const struct symbol *rule_of(const struct ground *g, const char *symbol)
{
	for (size_t i = 0; i < g->rule_count; i++)
		if (strcmp(g->rules[i].symbol, symbol) == 0)
			return &g->rules[i];
	return NULL;
}

static bool check_pairs(struct ground *g)
{
	size_t good = 0, lists = 0;
	struct reply r;

	if (broker_symbols(g->b, g->symbols, g->symbol_count, &g->rules, &g->rule_count, &r) != FATE_DONE) {
		failed(g, "pairs", &r);
		return false;
	}
	for (size_t i = 0; i < g->symbol_count; i++) {
		const struct symbol *s = rule_of(g, g->symbols[i]);

		if (!s)
			say(g, CHECK_FAIL, "pairs", "the exchange does not know %s", g->symbols[i]);
		else if (strcmp(s->status, "TRADING") != 0)
			say(g, CHECK_WARN, "pairs", "%s is in state %s: it is not traded now", s->symbol, s->status);
		else if (s->oco_allowed == 0)
			say(g, CHECK_WARN, "pairs", "%s takes no OCO lists: a stop and a target cannot rest together", s->symbol);
		good += s && strcmp(s->status, "TRADING") == 0;
		lists += s && s->opo_allowed == 1;
	}
	say(g, good ? CHECK_OK : CHECK_FAIL, "pairs", "%zu of %zu trade; %zu take an entry with its protection attached (OPOCO)", good, g->symbol_count, lists);
	return good > 0;
}

static void check_balances(struct ground *g)
{
	const struct account *a = g->c->account;
	char free_[DEC_TEXT], locked[DEC_TEXT];
	dec quote = 0, held = 0;
	size_t others = 0;

	for (size_t i = 0; i < g->account.balance_count; i++) {
		const struct venue_balance *b = &g->account.balances[i];

		if (strcmp(b->asset, a->quote) == 0) {
			quote = b->free;
			held = b->locked;
		} else {
			others++;
			g->bnb |= strcmp(b->asset, "BNB") == 0 && b->free > 0;
		}
	}
	say(g, quote > 0 ? CHECK_OK : CHECK_WARN, "balances", "%s %s free, %s locked in orders; %zu other coins", amount(quote, free_), a->quote,
		amount(held, locked), others);
}

/* What the exchange takes against what the account is configured with, in basis points. */
static void check_fees(struct ground *g)
{
	const struct account *a = g->c->account;
	struct venue_commission c;
	struct reply r;
	char maker[DEC_TEXT], taker[DEC_TEXT];
	bool bad = false;
	dec rates[2];

	if (broker_commission(g->b, g->rules[0].symbol, &c, &r) != FATE_DONE) {
		failed(g, "fees", &r);
		return;
	}
	rates[0] = (c.standard.maker + c.standard.buyer + c.special.maker + c.special.buyer + c.tax.maker + c.tax.buyer) * 10000;
	rates[1] = (c.standard.taker + c.standard.buyer + c.special.taker + c.special.buyer + c.tax.taker + c.tax.buyer) * 10000;
	bad = rates[0] > a->maker_fee_bps || rates[1] > a->taker_fee_bps;
	say(g, bad ? CHECK_WARN : CHECK_OK, "fees", "%s: maker %s, taker %s basis points%s", g->rules[0].symbol, amount(rates[0], maker), amount(rates[1], taker),
		bad ? ", more than maker_fee_bps and taker_fee_bps say: backtests of this account are too kind" : "");
	if (c.discount_account == 1 && c.discount_symbol == 1 && g->bnb != (a->fee_mode == FEE_BNB))
		say(g, CHECK_WARN, "fees", "the exchange takes fees in %s where there is some (there is %s), and fee_mode says %s", c.discount_asset,
			g->bnb ? "some" : "none", a->fee_mode == FEE_BNB ? "bnb" : "otherwise");
}

static void check_orders(struct ground *g)
{
	struct venue_order *rows;
	struct reply r;
	size_t n;

	if (broker_open_orders(g->b, NULL, &rows, &n, &r) != FATE_DONE)
		failed(g, "orders", &r);
	else
		say(g, CHECK_OK, "orders", "%zu open", n);
	free(rows);
}

/* The smallest buy that the pair's rules allow, at the best price; 0: there is none. */
static bool smallest(const struct symbol *s, dec price, dec *qty)
{
	bool bad = false;

	*qty = dec_max(s->min_qty, dec_to_step(dec_div(s->min_notional, price, ROUND_UP, &bad), s->step_size, ROUND_UP));
	*qty = dec_max(*qty, s->step_size);
	return !bad && *qty > 0 && (s->max_qty == 0 || *qty <= s->max_qty);
}

static void check_order_test(struct ground *g)
{
	struct order_request q = { .id = "ct-check", .side = SIDE_BUY, .type = VENUE_LIMIT, .tif = VENUE_IOC, .quote_qty = DEC_NONE, .stop_price = DEC_NONE };
	const struct symbol *s = NULL;
	struct venue_quote quote;
	struct reply r;
	char qty[DEC_TEXT], price[DEC_TEXT];

	for (size_t i = 0; i < g->rule_count && !s; i++)
		if (strcmp(g->rules[i].status, "TRADING") == 0)
			s = &g->rules[i];
	if (broker_quote(g->b, s->symbol, &quote, &r) != FATE_DONE) {
		failed(g, "order test", &r);
		return;
	}
	q.symbol = s->symbol;
	q.price = dec_to_step(quote.ask, s->tick_size, ROUND_DOWN);
	if (q.price <= 0 || !smallest(s, q.price, &q.qty)) {
		say(g, CHECK_WARN, "order test", "%s has no seller now", s->symbol);
		return;
	}
	if (broker_test(g->b, &q, &r) != FATE_DONE) {
		failed(g, "order test", &r);
		return;
	}
	say(g, CHECK_OK, "order test", "a buy of %s %s at %s would be taken", amount(q.qty, qty), s->base_asset, amount(q.price, price));
}

enum err account_check(struct check *c, struct error *e)
{
	struct ground g = { .c = c };
	enum err rc = account_symbols(c->account, &g.symbols, &g.symbol_count, e);

	if (!rc && check_key(&g, e) && check_clock(&g) && check_account(&g)) {
		check_permissions(&g);
		check_balances(&g);
		if (check_pairs(&g)) {
			check_fees(&g);
			check_order_test(&g);
		}
		check_orders(&g);
	}
	venue_account_release(&g.account);
	broker_close(g.b);
	free(g.symbols);
	free(g.rules);
	return rc;
}
