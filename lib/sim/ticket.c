#include "sim/ticket.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"

#define NAME_MAX_BYTES 64

/* prefix + "price", or the name with its first letter raised. */
static const char *name_of(const char *prefix, const char *name, char out[NAME_MAX_BYTES])
{
	snprintf(out, NAME_MAX_BYTES, "%s%s", prefix, name);
	if (*prefix)
		out[strlen(prefix)] = (char)toupper((unsigned char)name[0]);
	return out;
}

static bool illegal(const char *name, const char *range, struct sim_answer *a)
{
	sim_refuse(a, 400, -1100, "Illegal characters found in parameter '%s'; legal range is '%s'.", name, range);
	return false;
}

static bool empty(const char *name, struct sim_answer *a)
{
	sim_refuse(a, 400, -1105, "Parameter '%s' was empty.", name);
	return false;
}

bool sim_amount_read(const struct sim_request *q, const char *name, dec *v, struct sim_answer *a)
{
	static const char range[] = "^([0-9]{1,20})(\\.[0-9]{1,20})?$";
	const struct sim_param *p = sim_param(q, name);
	size_t whole, decimals = 0;

	*v = 0;
	if (!p)
		return true;
	if (p->len == 0)
		return empty(name, a);
	whole = strspn(p->value, "0123456789");
	if (p->value[whole] == '.')
		decimals = strspn(p->value + whole + 1, "0123456789");
	if (whole == 0 || whole > 20 || decimals > 20 || p->len != whole + (p->value[whole] == '.' ? decimals + 1 : 0) || p->value[p->len - 1] == '.')
		return illegal(name, range, a);
	if (decimals > 8) {
		sim_refuse(a, 400, -1111, "Parameter '%s' has too much precision.", name);
		return false;
	}
	if (!dec_parse(p->value, p->len, v)) {
		sim_refuse(a, 400, -1108, "Parameter '%s' overflowed.", name);
		return false;
	}
	return true;
}

bool sim_client_id_read(const struct sim_request *q, const char *name, char id[40], struct sim_answer *a)
{
	const struct sim_param *p = sim_param(q, name);

	id[0] = '\0';
	if (!p)
		return true;
	if (p->len == 0)
		return empty(name, a);
	for (size_t i = 0; i < p->len; i++)
		if (p->len > 36 || !(isalnum((unsigned char)p->value[i]) || p->value[i] == '-' || p->value[i] == '_'))
			return illegal(name, "^[a-zA-Z0-9-_]{1,36}$", a);
	memcpy(id, p->value, p->len + 1);
	return true;
}

bool sim_choice_read(const struct sim_request *q, const char *name, const char *const *names, int fallback, int code, const char *text, int *v,
	struct sim_answer *a)
{
	const struct sim_param *p = sim_param(q, name);

	*v = fallback;
	if (!p)
		return true;
	if (p->len == 0)
		return empty(name, a);
	for (*v = 0; names[*v]; ++*v)
		if (strcmp(names[*v], p->value) == 0)
			return true;
	sim_refuse(a, 400, code, "%s", text);
	return false;
}

static bool read_kind(const struct sim_request *q, const struct sim_ticket_shape *s, struct sim_ticket *t, struct sim_answer *a)
{
	char name[NAME_MAX_BYTES];

	t->side = s->side;
	if (s->side < 0) {
		name_of(s->prefix, "side", name);
		if (!sim_param(q, name))
			return sim_missing(name, a);
		if (!sim_choice_read(q, name, sim_side_names, -1, -1117, "Invalid side.", &t->side, a))
			return false;
	}
	name_of(s->prefix, "type", name);
	if (!sim_param(q, name))
		return sim_missing(name, a);
	if (!sim_choice_read(q, name, sim_type_names, -1, -1116, "Invalid orderType.", &t->type, a))
		return false;
	if (s->types & 1U << t->type)
		return true;
	sim_refuse(a, 400, s->bad_type, s->bad_type == -1158 ? "Order type not supported in OCO." : "Invalid orderType.");
	return false;
}

static bool read_numbers(const struct sim_request *q, const struct sim_ticket_shape *s, struct sim_ticket *t, struct sim_answer *a)
{
	char name[NAME_MAX_BYTES];

	return sim_choice_read(q, name_of(s->prefix, "timeInForce", name), sim_tif_names, -1, -1115, "Invalid timeInForce.", &t->tif, a)
		&& (s->fixed_qty || sim_amount_read(q, name_of(s->prefix, "quantity", name), &t->qty, a))
		&& (*s->prefix || sim_amount_read(q, "quoteOrderQty", &t->quote_qty, a))
		&& sim_amount_read(q, name_of(s->prefix, "price", name), &t->price, a)
		&& sim_amount_read(q, name_of(s->prefix, "stopPrice", name), &t->stop_price, a)
		&& sim_amount_read(q, name_of(s->prefix, "icebergQty", name), &t->iceberg_qty, a)
		&& sim_param_count(q, name_of(s->prefix, "trailingDelta", name), INT_NONE, &t->trailing_delta, a)
		&& sim_param_count(q, name_of(s->prefix, "strategyId", name), INT_NONE, &t->strategy_id, a)
		&& sim_param_count(q, name_of(s->prefix, "strategyType", name), INT_NONE, &t->strategy_type, a)
		&& sim_client_id_read(q, *s->prefix ? name_of(s->prefix, "clientOrderId", name) : "newClientOrderId", t->client_id, a);
}

enum { NEEDED, ALLOWED, FORBIDDEN };

/* What a type needs, by order of enum sim_type. */
static const struct {
	int tif, price, stop, iceberg;
} needs[] = {
	{ NEEDED, NEEDED, FORBIDDEN, ALLOWED },
	{ FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN },
	{ FORBIDDEN, NEEDED, FORBIDDEN, ALLOWED },
	{ FORBIDDEN, FORBIDDEN, NEEDED, FORBIDDEN },
	{ NEEDED, NEEDED, NEEDED, ALLOWED },
	{ FORBIDDEN, FORBIDDEN, NEEDED, FORBIDDEN },
	{ NEEDED, NEEDED, NEEDED, ALLOWED },
};

static bool check_one(const struct sim_request *q, const struct sim_ticket_shape *s, const char *param, int need, struct sim_answer *a)
{
	char name[NAME_MAX_BYTES];
	bool there = sim_param(q, name_of(s->prefix, param, name)) != NULL;

	if (need == NEEDED && !there)
		return sim_missing(name, a);
	if (need != FORBIDDEN || !there)
		return true;
	sim_refuse(a, 400, -1106, "Parameter '%s' sent when not required.", name);
	return false;
}

static bool check_needs(const struct sim_request *q, const struct sim_ticket_shape *s, const struct sim_ticket *t, struct sim_answer *a)
{
	bool trails = t->trailing_delta != INT_NONE && needs[t->type].stop == NEEDED;

	return check_one(q, s, "timeInForce", needs[t->type].tif, a) && check_one(q, s, "price", needs[t->type].price, a)
		&& check_one(q, s, "stopPrice", trails ? ALLOWED : needs[t->type].stop, a)
		&& check_one(q, s, "trailingDelta", needs[t->type].stop == FORBIDDEN ? FORBIDDEN : ALLOWED, a)
		&& check_one(q, s, "icebergQty", needs[t->type].iceberg, a);
}

static bool check_amounts(const struct sim_request *q, const struct sim_ticket_shape *s, const struct sim_ticket *t, struct sim_answer *a)
{
	char name[NAME_MAX_BYTES];
	bool by_quote = t->type == SIM_MARKET && !*s->prefix && sim_param(q, "quoteOrderQty");
	const struct sim_param *qty = sim_param(q, name_of(s->prefix, "quantity", name));

	if (t->quote_qty && t->type != SIM_MARKET)
		return check_one(q, s, "quoteOrderQty", FORBIDDEN, a);
	if (by_quote && qty) {
		sim_refuse(a, 400, -1106, "Parameter 'quoteOrderQty' sent when not required.");
		return false;
	}
	if (!s->fixed_qty && !by_quote && !qty)
		return sim_missing(name, a);
	if (!s->fixed_qty && (by_quote ? t->quote_qty : t->qty) == 0)
		sim_refuse(a, 400, -1013, by_quote ? "Invalid quote order qty." : "Invalid quantity.");
	else if (needs[t->type].price == NEEDED && t->price == 0)
		sim_refuse(a, 400, -1013, "Invalid price.");
	else if (sim_param(q, name_of(s->prefix, "stopPrice", name)) && t->stop_price == 0)
		sim_refuse(a, 400, -1013, "Invalid stopPrice.");
	else if (t->strategy_type != INT_NONE && t->strategy_type < 1000000)
		sim_refuse(a, 400, -1134, "'strategyType' must be >= 1000000.");
	else if (t->iceberg_qty && t->tif != SIM_GTC && t->type != SIM_LIMIT_MAKER)
		sim_refuse(a, 400, -1106, "Parameter '%s' sent when not required.", name_of(s->prefix, "icebergQty", name));
	else
		return true;
	return false;
}

static bool read_stp(const struct sim_request *q, const struct sim_rules *r, struct sim_ticket *t, struct sim_answer *a)
{
	if (!sim_choice_read(q, "selfTradePreventionMode", sim_stp_names, r->stp_default, -1013,
			"This symbol does not allow the specified self-trade prevention mode.", &t->stp, a))
		return false;
	if (r->stp == 0 || r->stp & 1U << t->stp || !sim_param(q, "selfTradePreventionMode"))
		return true;
	sim_refuse(a, 400, -1013, "This symbol does not allow the specified self-trade prevention mode.");
	return false;
}

/* Prices that follow the book are not served: no pair allows them. */
static bool check_pegs(const struct sim_request *q, const struct sim_ticket_shape *s, struct sim_answer *a)
{
	static const char *const pegs[] = { "pegPriceType", "pegOffsetType", "pegOffsetValue" };
	char name[NAME_MAX_BYTES];

	for (size_t i = 0; i < sizeof pegs / sizeof *pegs; i++)
		if (sim_param(q, name_of(s->prefix, pegs[i], name))) {
			sim_refuse(a, 400, -2010, "Pegged orders are not supported for this symbol.");
			return false;
		}
	return true;
}

bool sim_ticket_read(const struct sim_request *q, const struct sim_ticket_shape *s, const struct sim_rules *r, struct sim_ticket *t,
	struct sim_answer *a)
{
	*t = (struct sim_ticket){ .tif = -1 };
	if (!read_kind(q, s, t, a) || !check_pegs(q, s, a) || !read_numbers(q, s, t, a))
		return false;
	if (!check_needs(q, s, t, a) || !check_amounts(q, s, t, a) || !read_stp(q, r, t, a))
		return false;
	if (t->tif < 0)
		t->tif = SIM_GTC;
	return true;
}
