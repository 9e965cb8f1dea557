/* What follows from an account's configuration: the bars it books and its strategies read, its pairs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/config.h"

void account_settle_on(struct account *a)
{
	bool managed = a->manage_interval >= 0 && interval_makes((enum interval)a->manage_interval, (enum interval)a->strategy_interval);

	a->interval = managed ? a->manage_interval : a->strategy_interval;
}

int account_strategy_interval(const struct account *a, const json_t *file)
{
	const json_t *v = json_object_get(file, "interval");

	if (!v || json_is_null(v))
		return a->strategy_interval;
	return json_is_string(v) ? interval_find(json_string_value(v)) : -1;
}

enum err account_strategy_symbols(const struct account_strategy *s, char (**symbols)[SYMBOL_SIZE], size_t *count, struct error *e)
{
	*count = 0;
	*symbols = calloc(s->symbol_count, sizeof **symbols);
	if (!*symbols)
		return error_memory(e);
	memcpy(*symbols, s->symbols, s->symbol_count * sizeof **symbols);
	*count = s->symbol_count;
	return OK;
}

bool account_trades(const struct account *a, const char *strategy, const char *symbol)
{
	for (size_t i = 0; i < a->strategy_count; i++)
		for (size_t k = 0; k < a->strategies[i].symbol_count && (!strategy || strcmp(a->strategies[i].name, strategy) == 0); k++)
			if (strcmp(a->strategies[i].symbols[k], symbol) == 0)
				return true;
	return false;
}

static void add_symbol(char (*symbols)[SYMBOL_SIZE], size_t *count, const char *symbol)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(symbols[i], symbol) == 0)
			return;
	memccpy(symbols[(*count)++], symbol, '\0', SYMBOL_SIZE);
}

enum err account_symbols(const struct account *a, char (**symbols)[SYMBOL_SIZE], size_t *count, struct error *e)
{
	size_t all = 1;
	char bnb[SYMBOL_SIZE];

	for (size_t i = 0; i < a->strategy_count; i++)
		all += a->strategies[i].symbol_count;
	*count = 0;
	*symbols = calloc(all, sizeof **symbols);
	if (!*symbols)
		return error_memory(e);
	for (size_t i = 0; i < a->strategy_count; i++)
		for (size_t k = 0; k < a->strategies[i].symbol_count; k++)
			add_symbol(*symbols, count, a->strategies[i].symbols[k]);
	snprintf(bnb, sizeof bnb, "BNB%s", a->quote);
	if (a->fee_mode == FEE_BNB)
		add_symbol(*symbols, count, bnb);
	return OK;
}
