/*
 * The tables of lib/ as files: `tables schemas` names them, `tables schema NAME` prints one, `tables manual` prints the
 * kinds of records for ct-records(5), `tables samples` one line of each kind. Used by share/build/generate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/config.h"
#include "model/record.h"
#include "strategy/strategy.h"

#define STRATEGY "strategy-" /* before a strategy's name: the schema of its files */

static void print_schema(const char *name)
{
	const struct kind *k = kind_find(name);
	struct buf b = { 0 };
	json_t *json;
	char *text;

	if (k)
		record_schema(k, &b);
	else if (strncmp(name, STRATEGY, strlen(STRATEGY)) == 0 && strategy_kind_find(name + strlen(STRATEGY)))
		strategy_schema(strategy_kind_find(name + strlen(STRATEGY)), &b);
	else
		accounts_schema(&b);
	json = json_loads(b.data, 0, NULL);
	text = json ? json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) : NULL;
	if (!text)
		exit(1);
	puts(text);
	free(text);
	json_decref(json);
	buf_release(&b);
}

static void print_type(const struct field *f)
{
	static const char *const types[] = {
		[FIELD_TEXT] = "text", [FIELD_DEC] = "decimal", [FIELD_DEC64] = "decimal", [FIELD_INT] = "integer", [FIELD_TIME] = "time",
		[FIELD_REAL] = "number", [FIELD_BOOL] = "boolean", [FIELD_ENUM] = "word",
	};

	printf("%s%s", types[f->type], f->flags & FIELD_NULL ? " or null" : "");
}

static void print_kind(const struct kind *k)
{
	printf(".SS %s\nVersion %d: %s.\n.TS\nlb lb lb lb\nl l l lx.\nkey\ttype\tunit\tmeaning\n", k->name, k->version, k->doc);
	for (size_t i = 0; i < k->field_count; i++) {
		const struct field *f = &k->fields[i];

		printf("%s\t", f->name);
		print_type(f);
		printf("\t%s\tT{\n%s", f->unit ? f->unit : "", f->doc);
		for (int n = 0; f->type == FIELD_ENUM && f->values[n]; n++)
			printf("%s%s", n ? ", " : ": ", f->values[n]);
		puts("\nT}");
	}
	puts(".TE");
}

static void print_sample(const struct kind *k)
{
	static const char *const values[] = {
		[FIELD_TEXT] = "BTCUSDT", [FIELD_DEC] = "1.5", [FIELD_DEC64] = "1.5", [FIELD_INT] = "7", [FIELD_TIME] = "1714521600000",
		[FIELD_REAL] = "0.25", [FIELD_BOOL] = "true", [FIELD_ENUM] = NULL,
	};
	struct record r = { 0 };
	struct buf b = { 0 };

	for (size_t i = 0; i < k->field_count; i++) {
		const struct field *f = &k->fields[i];

		if (field_read_text(f, f->type == FIELD_ENUM ? f->values[0] : values[f->type], &r.candle, NULL))
			exit(1);
	}
	record_write(k, &r.candle, &b);
	fputs(b.data, stdout);
	buf_release(&b);
}

static void each_kind(void (*print)(const struct kind *))
{
	for (int i = 0; i < KIND_COUNT; i++)
		print(&kinds[i]);
}

static void print_name(const struct kind *k)
{
	puts(k->name);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "schemas") == 0) {
		each_kind(print_name);
		puts("accounts");
		for (size_t i = 0; strategy_kinds[i]; i++)
			printf(STRATEGY "%s\n", strategy_kinds[i]->name);
	} else if (strcmp(what, "schema") == 0 && argc > 2) {
		print_schema(argv[2]);
	} else if (strcmp(what, "manual") == 0) {
		each_kind(print_kind);
	} else if (strcmp(what, "samples") == 0) {
		each_kind(print_sample);
	} else {
		fputs("usage: tables schemas | schema NAME | manual | samples\n", stderr);
		return 64;
	}
	return fflush(stdout) == 0 ? 0 : 74;
}
