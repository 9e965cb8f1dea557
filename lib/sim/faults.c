#include "sim/faults.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/utc.h"

#define FAULTS_MAX 1000

/* As enum sim_fault_kind. */
static const char *const kind_names[] = {
	"429", "418", "500", "502", "503", "504", "html", "empty", "truncate", "garbage", "numbers", "wrong_length", "gap", "duplicate",
	"impossible", "off_grid", "late", "hang", "delay", "cut", "reset", "skew", "2013", "partial", "maintenance", "twice", "repeat",
	"missing", "flip", "torn", "bomb", "foreign", "1121", NULL,
};

#define F(member) FIELD(sim_fault, member)

const struct field sim_fault_fields[SIM_FAULT_FIELDS] = {
	{ "route", FIELD_TEXT, F(route), 0, NULL, "the path's last part (\"klines\"), as a pattern of the shell (\"*-2024-05.zip*\"), or the whole path", NULL, 0, 0, "\"*\"" },
	{ "kind", FIELD_ENUM, F(kind), FIELD_REQUIRED, NULL, "what goes wrong", kind_names, 0, 0, NULL },
	{ "method", FIELD_TEXT, F(method), 0, NULL, "only GET, POST, PUT or DELETE", NULL, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "only requests for this pair", NULL, 0, 0, NULL },
	{ "account", FIELD_TEXT, F(account), 0, NULL, "only requests with a key of this account", NULL, 0, 0, NULL },
	{ "processed", FIELD_BOOL, F(processed), 0, NULL, "carry the request out first: only its answer is lost or replaced", NULL, 0, 0, "false" },
	{ "from", FIELD_TIME, F(from_ms), FIELD_NULL, "ms UTC", "only from this time of the exchange on", NULL, 0, 0, NULL },
	{ "until", FIELD_TIME, F(until_ms), FIELD_NULL, "ms UTC", "only until then", NULL, 0, 0, NULL },
	{ "count", FIELD_INT, F(count), FIELD_MIN, NULL, "how often it strikes; 0: always", NULL, 0, 0, "1" },
	{ "after", FIELD_INT, F(after), FIELD_MIN, NULL, "requests it lets pass first", NULL, 0, 0, "0" },
	{ "status", FIELD_INT, F(status), FIELD_MIN | FIELD_MAX, NULL, "HTTP status of html and empty", NULL, 200, 599, "200" },
	{ "retry_after_s", FIELD_INT, F(retry_after_s), FIELD_MIN | FIELD_MAX, "seconds", "Retry-After of 429 and 418", NULL, 0, 259200, "1" },
	{ "delay_ms", FIELD_INT, F(delay_ms), FIELD_MIN | FIELD_MAX, "ms", "of hang, delay and late; 0: 600000 for hang, 1000 for delay, a bar for late",
		NULL, 0, 86400000, "0" },
	{ "skew_ms", FIELD_INT, F(skew_ms), FIELD_MIN | FIELD_MAX, "ms", "of skew", NULL, -86400000, 86400000, "0" },
	{ "probability", FIELD_REAL, F(probability), FIELD_MIN | FIELD_MAX, NULL, "that it strikes where it could", NULL, 0, 1, "1" },
};

static enum err read_rules(json_t *list, struct sim_fault *rules, struct error *e)
{
	size_t i;
	json_t *rule;

	json_array_foreach(list, i, rule) {
		char path[32];
		enum err rc;

		snprintf(path, sizeof path, "faults[%zu].", i);
		if (!json_is_object(rule))
			return error_field(e, ERR_CONFIG, path, "not an object");
		memset(&rules[i], 0, sizeof rules[i]);
		rc = field_read(sim_fault_fields, SIM_FAULT_FIELDS, rule, &rules[i], path, true, e);
		if (rc)
			return rc == ERR_DATA && e ? (e->code = ERR_CONFIG) : rc;
	}
	return OK;
}

enum err sim_faults_add(struct sim_faults *f, const char *text, size_t len, struct error *e)
{
	json_error_t why;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why), *list = json;
	struct sim_fault *rows;
	size_t n;
	enum err rc;

	if (!json)
		return error_set(e, ERR_CONFIG, "faults: not JSON: %s (line %d)", why.text, why.line);
	if (json_is_object(json))
		list = json_object_get(json, "faults");
	n = json_array_size(list);
	if (!json_is_array(list) || n + f->count > FAULTS_MAX) {
		json_decref(json);
		return error_set(e, ERR_CONFIG, "faults: a list of at most %d rules is expected", FAULTS_MAX);
	}
	rows = realloc(f->rows, (f->count + n + 1) * sizeof *rows);
	rc = rows ? OK : error_memory(e);
	if (rows)
		f->rows = rows;
	if (!rc)
		rc = read_rules(list, rows + f->count, e);
	if (!rc)
		f->count += n;
	json_decref(json);
	return rc;
}

void sim_faults_release(struct sim_faults *f)
{
	free(f->rows);
	f->rows = NULL;
	f->count = 0;
}

static bool same(const char *wanted, const char *text)
{
	return !wanted[0] || (text && strcmp(wanted, text) == 0);
}

static bool matches(const struct sim_fault *rule, const struct sim_target *t)
{
	const char *last = strrchr(t->path, '/');

	if (!same(rule->method, t->method) || !same(rule->symbol, t->symbol) || !same(rule->account, t->account))
		return false;
	if ((rule->from_ms != TIME_NONE && t->now_ms < rule->from_ms) || (rule->until_ms != TIME_NONE && t->now_ms >= rule->until_ms))
		return false;
	return strcmp(rule->route, t->path) == 0 || (last && fnmatch(rule->route, last + 1, 0) == 0);
}

const struct sim_fault *sim_faults_strike(struct sim_faults *f, const struct sim_target *t)
{
	for (size_t i = 0; i < f->count; i++) {
		struct sim_fault *rule = &f->rows[i];

		if (!matches(rule, t) || (rule->count && rule->struck >= rule->count))
			continue;
		if (rule->seen++ < rule->after)
			continue;
		if (rule->probability < 1 && random_unit(random_next(&f->random)) >= rule->probability)
			continue;
		rule->struck++;
		f->struck++;
		return rule;
	}
	return NULL;
}

void sim_faults_write(const struct sim_faults *f, struct buf *b)
{
	buf_addc(b, '[');
	for (size_t i = 0; i < f->count; i++) {
		buf_adds(b, i ? ",{" : "{");
		field_write(sim_fault_fields, SIM_FAULT_FIELDS, &f->rows[i], b);
		buf_addf(b, ",\"seen\":%lld,\"struck\":%lld}", (long long)f->rows[i].seen, (long long)f->rows[i].struck);
	}
	buf_addc(b, ']');
}
