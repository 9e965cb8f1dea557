#include "tune/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The strategy that is being added trades every pair. */
static enum err trade_all(struct account *own, const struct history *h, struct error *e)
{
	struct account_strategy *s = &own->strategies[own->strategy_count];

	s->symbols = calloc(h->series_count + 1, sizeof *s->symbols);
	if (!s->symbols)
		return error_memory(e);
	for (size_t i = 0; i < h->series_count; i++)
		memcpy(s->symbols[s->symbol_count++], h->series[i].symbol, SYMBOL_SIZE);
	own->strategy_count++;
	return OK;
}

static enum err add_strategy(struct account *own, const char *file, const struct history *h, struct error *e)
{
	struct account_strategy *s = &own->strategies[own->strategy_count];

	if (strlen(file) >= sizeof s->file || !account_strategy_name(file, s->name))
		return error_set(e, ERR_USAGE, "-S: '%s' is not the name of a strategy file, or too long", file);
	snprintf(s->file, sizeof s->file, "%s", file);
	for (size_t i = 0; i < own->strategy_count; i++)
		if (strcmp(own->strategies[i].name, s->name) == 0)
			return error_set(e, ERR_USAGE, "-S: '%s' and '%s' would both be strategy %s", own->strategies[i].file, file, s->name);
	return trade_all(own, h, e);
}

/* Room for n strategies, none of them there yet. */
static enum err describe(struct account *own, size_t n, const char *risk, const struct history *h, struct error *e)
{
	memset(own, 0, sizeof *own);
	field_clear(account_config_fields, ACCOUNT_FIELDS, own);
	if (strlen(risk) >= sizeof own->risk)
		return error_set(e, ERR_USAGE, "-R: '%s' is longer than %zu bytes", risk, sizeof own->risk - 1);
	snprintf(own->name, sizeof own->name, "backtest");
	snprintf(own->risk, sizeof own->risk, "%s", risk);
	own->mode = MODE_PAPER;
	own->anchor = 0;
	if (h->series_count) {
		own->market = h->series[0].market;
		own->strategy_interval = h->series[0].interval;
	}
	own->manage_interval = -1; /* the candles that came are all there are */
	account_settle_on(own);
	own->strategies = calloc(n + 1, sizeof *own->strategies);
	return own->strategies ? OK : error_memory(e);
}

enum err own_account(struct account *own, const char *const *strategy_files, size_t n, const char *risk, const struct history *h, struct error *e)
{
	enum err rc = describe(own, n, risk, h, e);

	for (size_t i = 0; !rc && i < n; i++)
		rc = add_strategy(own, strategy_files[i], h, e);
	return rc;
}

static enum err add_told(struct account *own, const struct told_list *l, const struct history *h, struct error *e)
{
	struct account_strategy *s = &own->strategies[own->strategy_count];

	for (size_t i = 0; i < own->strategy_count; i++)
		if (strcmp(own->strategies[i].name, l->strategy) == 0)
			return OK;
	memcpy(s->name, l->strategy, sizeof s->name);
	s->resampled = l->interval != own->interval;
	s->interval = l->interval;
	if (s->resampled && !interval_makes((enum interval)own->interval, (enum interval)l->interval))
		return error_field(e, ERR_DATA, "interval", "signals of %s are for bars of %s, which those of %s do not make", l->strategy,
			interval_names[l->interval], interval_names[own->interval]);
	return trade_all(own, h, e);
}

enum err own_account_told(struct account *own, const struct told *told, const char *risk, const struct history *h, struct error *e)
{
	enum err rc = describe(own, told->count, risk, h, e);

	for (size_t i = 0; !rc && i < told->count; i++)
		rc = add_told(own, &told->lists[i], h, e);
	return rc;
}

void own_release(struct account *own)
{
	for (size_t i = 0; i < own->strategy_count; i++)
		free(own->strategies[i].symbols);
	free(own->strategies);
	own->strategies = NULL;
	own->strategy_count = 0;
}

enum err own_set(struct account *own, const char *name, const char *text, struct error *e)
{
	const struct field *f = field_find(account_config_fields, ACCOUNT_FIELDS, name);
	enum err rc = text ? field_read_text(f, text, own, e) : OK;

	if (rc)
		e->code = ERR_USAGE;
	return rc ? ERR_USAGE : OK;
}

bool own_has_money(const struct own_money *m)
{
	return m->fee_bps || m->slippage_bps || m->fee_mode || m->price_impact || m->max_volume_share || m->lots;
}

enum err own_set_money(struct account *own, const struct own_money *m, struct error *e)
{
	const struct { const char *name, *text; } given[] = { { "capital", m->capital }, { "taker_fee_bps", m->fee_bps },
		{ "maker_fee_bps", m->fee_bps }, { "slippage_bps", m->slippage_bps }, { "fee_mode", m->fee_mode },
		{ "price_impact", m->price_impact }, { "max_volume_share", m->max_volume_share }, { "lots", m->lots } };
	enum err rc = OK;

	for (size_t i = 0; !rc && i < sizeof given / sizeof *given; i++)
		rc = own_set(own, given[i].name, given[i].text, e);
	return rc;
}
