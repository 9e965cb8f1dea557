/*
 * The tables of lib/ as files, for share/build/generate: `tables schemas` names the JSON Schemas, `tables schema NAME`
 * prints one, `tables manual NAME` prints a table in the manual's language, `tables samples` one line of each kind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/config.h"
#include "model/finding.h"
#include "model/halt.h"
#include "model/notify.h"
#include "model/record.h"
#include "model/wanted.h"
#include "risk/config.h"
#include "strategy/strategy.h"

static void pretty(struct buf *schema)
{
	json_t *json = schema->data ? json_loads(schema->data, 0, NULL) : NULL;
	char *text = json ? json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) : NULL;

	if (!text)
		exit(1);
	puts(text);
	free(text);
	json_decref(json);
	buf_release(schema);
}

/* Those that are never stored, too. */
static const struct kind *const passing[] = { &wanted_kind, &finding_kind, &verified_kind, NULL };

static const struct kind *any_kind(const char *name)
{
	for (int i = 0; passing[i]; i++)
		if (strcmp(passing[i]->name, name) == 0)
			return passing[i];
	return kind_find(name);
}

static int print_schema(const char *name)
{
	const struct kind *kind = any_kind(name);
	const struct strategy_kind *strategy = strncmp(name, "strategy-", 9) == 0 ? strategy_kind_find(name + 9) : NULL;
	struct buf b = { 0 };

	if (kind)
		record_schema(kind, &b);
	else if (strategy)
		strategy_schema(strategy, &b);
	else if (strcmp(name, "accounts") == 0)
		accounts_schema(&b);
	else if (strcmp(name, "risk") == 0)
		risk_schema(&b);
	else if (strcmp(name, "notify") == 0)
		notify_schema(&b);
	else if (strcmp(name, "outages") == 0)
		halts_schema(&b);
	else
		return 64;
	pretty(&b);
	return 0;
}

static void list_schemas(void)
{
	for (int i = 0; i < KIND_COUNT; i++)
		puts(kinds[i].name);
	for (int i = 0; strategy_kinds[i]; i++)
		printf("strategy-%s\n", strategy_kinds[i]->name);
	for (int i = 0; passing[i]; i++)
		puts(passing[i]->name);
	puts("accounts\nrisk\nnotify\noutages");
}

static const char *type_name(const struct field *f)
{
	static const char *const types[] = {
		[FIELD_TEXT] = "text", [FIELD_DEC] = "decimal", [FIELD_DEC64] = "decimal", [FIELD_INT] = "integer", [FIELD_TIME] = "time",
		[FIELD_REAL] = "number", [FIELD_BOOL] = "boolean", [FIELD_ENUM] = "word",
	};

	return types[f->type];
}

/* What it means, the words it may be, and its range. */
static void print_meaning(const struct field *f)
{
	printf("T{\n%s", f->doc);
	for (int n = 0; f->type == FIELD_ENUM && f->values[n]; n++)
		printf("%s%s", n ? ", " : "; one of: ", f->values[n]);
	if (f->flags & FIELD_ABOVE_MIN)
		printf("; above %.12g", f->min);
	else if (f->flags & FIELD_MIN)
		printf("; at least %.12g", f->min);
	if (f->flags & FIELD_MAX)
		printf("; at most %.12g", f->max);
	puts("\nT}");
}

static void print_record_table(const struct kind *k)
{
	printf(".SS %s\nVersion %d: %s.\n.TS\nlb lb lb lb\nl l l lx.\nkey\ttype\tunit\tmeaning\n", k->name, k->version, k->doc);
	for (size_t i = 0; i < k->field_count; i++) {
		const struct field *f = &k->fields[i];

		printf("%s\t%s%s\t%s\t", f->name, type_name(f), f->flags & FIELD_NULL ? " or null" : "", f->unit ? f->unit : "");
		print_meaning(f);
	}
	puts(".TE");
}

static void print_config_table(const struct field *fields, size_t n)
{
	puts(".TS\nlb lb lb lb\nl l l lx.\nkey\ttype\tdefault\tmeaning");
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];

		printf("%s\t%s\t%s\t", f->name, type_name(f), f->fallback ? f->fallback : f->flags & FIELD_REQUIRED ? "required" : "none");
		print_meaning(f);
	}
	puts(".TE");
}

static int print_manual(const char *name)
{
	const struct strategy_kind *strategy = strategy_kind_find(name);

	if (strcmp(name, "records") == 0)
		for (int i = 0; i < KIND_COUNT; i++)
			print_record_table(&kinds[i]);
	else if (any_kind(name))
		print_record_table(any_kind(name));
	else if (strcmp(name, "accounts") == 0)
		print_config_table(account_config_fields, ACCOUNT_FIELDS);
	else if (strcmp(name, "risk") == 0)
		print_config_table(risk_fields, RISK_FIELDS);
	else if (strcmp(name, "notify") == 0)
		print_config_table(notify_fields, NOTIFY_FIELDS);
	else if (strcmp(name, "outages") == 0)
		print_config_table(halt_fields, HALT_FIELDS);
	else if (strategy)
		print_config_table(strategy->params, strategy->param_count);
	else
		return 64;
	return 0;
}

static int print_samples(void)
{
	static const char *const values[] = {
		[FIELD_TEXT] = "BTCUSDT", [FIELD_DEC] = "1.5", [FIELD_DEC64] = "1.5", [FIELD_INT] = "7", [FIELD_TIME] = "1714521600000",
		[FIELD_REAL] = "0.25", [FIELD_BOOL] = "true", [FIELD_ENUM] = NULL,
	};
	struct buf b = { 0 };

	for (int k = 0; k < KIND_COUNT; k++) {
		struct record r = { 0 };

		for (size_t i = 0; i < kinds[k].field_count; i++) {
			const struct field *f = &kinds[k].fields[i];

			if (field_read_text(f, f->type == FIELD_ENUM ? f->values[0] : values[f->type], &r.candle, NULL))
				return 1;
		}
		record_write(&kinds[k], &r.candle, &b);
	}
	fputs(b.data, stdout);
	buf_release(&b);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *name = argc > 2 ? argv[2] : "";
	int rc = 0;

	if (strcmp(what, "schemas") == 0)
		list_schemas();
	else if (strcmp(what, "schema") == 0)
		rc = print_schema(name);
	else if (strcmp(what, "manual") == 0)
		rc = print_manual(name);
	else if (strcmp(what, "samples") == 0)
		rc = print_samples();
	else
		rc = 64;
	if (rc == 64)
		fputs("usage: tables schemas | schema NAME | manual NAME | samples\n", stderr);
	return rc || fflush(stdout) == 0 ? rc : 74;
}
