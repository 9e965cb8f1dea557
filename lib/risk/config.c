#include "risk/config.h"

#include "model/config.h"

static const char *const sizings[] = { "quote", "equity_pct", "risk_pct", NULL };
static const char *const actions[] = { "block", "flatten", NULL };

#define F(member) FIELD(risk_config, member)
#define LIMIT (FIELD_NULL | FIELD_ABOVE_MIN)
#define PERCENT (FIELD_NULL | FIELD_ABOVE_MIN | FIELD_MAX)

const struct field risk_fields[RISK_FIELDS] = {
	{ "sizing", FIELD_ENUM, F(sizing), FIELD_REQUIRED, NULL, "how an entry is sized: a fixed quote amount, percent of equity, percent at risk by the stop", sizings, 0, 0, NULL },
	{ "size", FIELD_DEC, F(size), FIELD_REQUIRED | FIELD_ABOVE_MIN, "quote or percent", "the amount or the percentage", NULL, 0, 0, NULL },
	{ "max_pair_quote", FIELD_DEC, F(max_pair_quote), LIMIT, "quote", "most in one pair, at cost; null: no limit", NULL, 0, 0, NULL },
	{ "max_exposure_pct", FIELD_DEC, F(max_exposure_pct), LIMIT, "percent of equity", "most in all positions and approvals; null: no limit", NULL, 0, 0, NULL },
	{ "max_total_quote", FIELD_DEC, F(max_total_quote), LIMIT, "quote", "most in all positions and approvals of all accounts of the database and of the same mode together, at cost; a backtest knows only its own; null: no limit", NULL, 0, 0, NULL },
	{ "max_positions", FIELD_INT, F(max_positions), FIELD_NULL | FIELD_MIN, NULL, "most positions open at once, approvals included; null: no limit", NULL, 1, 0, NULL },
	{ "daily_loss_pct", FIELD_DEC, F(daily_loss_pct), PERCENT, "percent", "breaker: loss since 00:00 UTC; null: none", NULL, 0, 100, NULL },
	{ "drawdown_pct", FIELD_DEC, F(drawdown_pct), PERCENT, "percent", "breaker: fall from the highest equity, open positions included; null: none", NULL, 0, 100, NULL },
	{ "breaker_action", FIELD_ENUM, F(breaker_action), 0, NULL, "block: no new entries; flatten: sell everything as well", actions, 0, 0, "\"block\"" },
	{ "collar_bps", FIELD_DEC, F(collar_bps), FIELD_NULL | FIELD_MIN | FIELD_MAX, "basis points", "no entry further above the price it was decided on; null: at any price", NULL, 0, 5000, "\"100\"" },
	{ "max_signal_age_s", FIELD_INT, F(max_signal_age_s), FIELD_MIN, "seconds", "an older entry signal is refused", NULL, 1, 0, "3600" },
	{ "exchange_filters", FIELD_BOOL, F(exchange_filters), 0, NULL, "obey status, tick, step and minimum notional; false only for studies", NULL, 0, 0, "true" },
};

enum err risk_load(const char *path, struct risk_config *r, struct error *e)
{
	json_t *json;
	enum err rc = config_parse(path, &json, e);

	if (rc)
		return rc;
	rc = field_read(risk_fields, RISK_FIELDS, json, r, "", true, e);
	json_decref(json);
	return rc ? config_error(path, e) : OK;
}

void risk_params(const struct risk_config *r, struct buf *b)
{
	buf_addc(b, '{');
	field_write(risk_fields, RISK_FIELDS, r, b);
	buf_addc(b, '}');
}

void risk_schema(struct buf *b)
{
	buf_adds(b, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"risk file\",\"type\":\"object\",");
	field_schema(risk_fields, RISK_FIELDS, true, b);
	buf_adds(b, ",\"additionalProperties\":false}\n");
}
