#include "tune/show.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "model/record.h"
#include "report/metrics.h"
#include "report/number.h"

const char *const show_formats[] = { "table", "json", "csv", NULL };

#define PARAMS 12 /* columns of parameters; more would not be read */

static const char *const shown_metrics[] = { "trades", "total_return", "max_drawdown", "sharpe", "calmar", "win_rate", "profit_factor", "exposure" };

static enum cell_type cell_of(const struct metric_def *m)
{
	static const enum cell_type types[] = { CELL_MONEY, CELL_PERCENT, CELL_RATIO, CELL_COUNT, CELL_DAYS, CELL_TIME };

	return types[m->unit];
}

static const char *spoken(const char *name, char *out, size_t size)
{
	snprintf(out, size, "%s", name);
	for (char *c = out; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	return out;
}

/* The names of the searched parameters, of all sets shown. */
struct names {
	char name[PARAMS][64];
	size_t count;
};

static void find_names(const struct rank *k, size_t top, struct names *n)
{
	n->count = 0;
	for (size_t i = 0; i < top; i++) {
		json_t *set = json_loads(k->rows[i].r.tuned, JSON_DECODE_ANY, NULL), *value;
		const char *key;

		json_object_foreach(set, key, value) {
			size_t at = 0;

			while (at < n->count && strcmp(n->name[at], key) != 0)
				at++;
			if (at == n->count && at < PARAMS)
				snprintf(n->name[n->count++], sizeof n->name[0], "%s", key);
		}
		json_decref(set);
	}
}

/* One parameter of a set as a person writes it; "" where the set does not have it. */
static void param_text(const struct result *r, const char *name, char *out, size_t size)
{
	json_t *set = json_loads(r->tuned, JSON_DECODE_ANY, NULL), *v = json_object_get(set, name);
	char *text = v ? json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12)) : NULL;

	if (json_is_string(v))
		snprintf(out, size, "%s", json_string_value(v));
	else
		snprintf(out, size, "%s", text ? text : "");
	free(text);
	json_decref(set);
}

static enum err put_table(struct table *t, const struct style *s, struct buf *b, struct error *e)
{
	bool ok = table_ok(t);

	if (ok)
		table_write(t, s, b);
	table_release(t);
	return ok && !b->failed ? OK : error_memory(e);
}

static enum err sets_table(const struct rank *k, size_t top, const struct style *s, struct buf *b, struct error *e)
{
	char titles[sizeof shown_metrics / sizeof *shown_metrics][32], title[160], text[64];
	struct names n;
	struct table t;

	find_names(k, top, &n);
	snprintf(title, sizeof title, "%s: the best %zu of %zu parameter sets%s, by %s", k->rows[0].r.strategy, top, k->sets,
		k->allowed < k->sets ? " (some kept out)" : "", trial_fields[TRIAL_FIRST_METRIC + k->by.metric].name);
	table_init(&t, title);
	table_column(&t, "#", "rank", true);
	for (size_t i = 0; i < n.count; i++)
		table_column(&t, n.name[i], n.name[i], true);
	for (size_t i = 0; i < sizeof shown_metrics / sizeof *shown_metrics; i++)
		table_column(&t, spoken(shown_metrics[i], titles[i], sizeof titles[i]), shown_metrics[i], true);
	for (size_t row = 0; row < top; row++) {
		const struct result *r = &k->rows[row].r;

		table_real(&t, CELL_COUNT, (double)row + 1);
		for (size_t i = 0; i < n.count; i++) {
			param_text(r, n.name[i], text, sizeof text);
			table_text(&t, text);
		}
		for (size_t i = 0; i < sizeof shown_metrics / sizeof *shown_metrics; i++) {
			table_real(&t, cell_of(metric_def_find(shown_metrics[i])), r->metric[result_metric(shown_metrics[i])]);
			if (strcmp(shown_metrics[i], "total_return") == 0)
				table_tint(&t, r->metric[result_metric(shown_metrics[i])]);
		}
	}
	return put_table(&t, s, b, e);
}

/* One row: of each measure the value at this place in it. */
static void measures_row(struct table *t, const struct rank *k, const char *what, size_t at, bool strong)
{
	table_text(t, what);
	for (size_t i = 0; i < RANK_MEASURES; i++) {
		const struct rank_measure *m = &k->measures[i];
		double v;

		memcpy(&v, (const char *)m + at, sizeof v);
		table_real(t, at == offsetof(struct rank_measure, beaten) ? CELL_PERCENT : cell_of(metric_def_find(m->name)), v);
		if (strong)
			table_strong(t);
	}
}

#define MEASURE(MEMBER) offsetof(struct rank_measure, MEMBER)

static enum err measures_table(const struct rank *k, const struct style *s, struct buf *b, struct error *e)
{
	char titles[RANK_MEASURES][32];
	struct table t;

	table_init(&t, "The winner, and what it must beat");
	table_column(&t, "", "what", false);
	for (size_t i = 0; i < RANK_MEASURES; i++)
		table_column(&t, spoken(k->measures[i].name, titles[i], sizeof titles[i]), k->measures[i].name, true);
	measures_row(&t, k, "winner, over the time it was chosen on", MEASURE(winner), true);
	if (k->windows && k->walks < 2) {
		measures_row(&t, k, "chosen on train windows (median)", MEASURE(trained), false);
		measures_row(&t, k, "then traded: walk forward", MEASURE(walked), true);
	}
	measures_row(&t, k, "buy and hold", MEASURE(held), false);
	if (k->lots) {
		measures_row(&t, k, "random entries, median", MEASURE(lot_median), false);
		measures_row(&t, k, "random entries, best 5%", MEASURE(lot_high), false);
		measures_row(&t, k, "share of random runs the winner beats", MEASURE(beaten), false);
	}
	return put_table(&t, s, b, e);
}

static void luck_line(struct table *t, const char *what, enum cell_type type, double v, const char *meaning)
{
	table_text(t, what);
	table_real(t, type, v);
	table_text(t, meaning);
}

static enum err luck_table(const struct rank *k, const struct style *s, struct buf *b, struct error *e)
{
	char blocks[96];
	struct table t;

	snprintf(blocks, sizeof blocks, "of %zu ways to halve the time, the best of one half was below the median of the other",
		k->overfit.splits);
	table_init(&t, "How much of it is luck");
	table_column(&t, "", "name", false);
	table_column(&t, "value", "value", true);
	table_column(&t, "what it is", "meaning", false);
	luck_line(&t, "trials", CELL_COUNT, (double)k->trials, "parameter sets that were ever tried on these candles and traded");
	luck_line(&t, "Sharpe", CELL_RATIO, k->moments.sharpe * sqrt(365), "of the winner, annualized");
	luck_line(&t, "Sharpe by luck", CELL_RATIO, k->best_by_luck * sqrt(365), "what the best of so many trials would show without any skill");
	luck_line(&t, "PSR", CELL_PERCENT, k->psr, "probability that its true Sharpe is above 0, had it been the only trial");
	luck_line(&t, "DSR", CELL_PERCENT, k->dsr, "probability that it is above what luck gives; 95% is wanted");
	luck_line(&t, "PBO", CELL_PERCENT, k->overfit.pbo, blocks);
	return put_table(&t, s, b, e);
}

static enum err show_table(const struct rank *k, size_t top, const struct style *s, struct buf *b, struct error *e)
{
	enum err rc = OK;

	top = top < k->allowed ? top : k->allowed;
	if (k->allowed) {
		rc = sets_table(k, top, s, b, e);
		buf_addc(b, '\n');
		if (!rc)
			rc = measures_table(k, s, b, e);
		buf_addc(b, '\n');
		if (!rc)
			rc = luck_table(k, s, b, e);
		buf_addc(b, '\n');
	}
	show_verdict(k, b);
	return rc || !b->failed ? rc : error_memory(e);
}

static enum err show_csv(const struct rank *k, size_t top, struct buf *b, struct error *e)
{
	struct names n;
	char text[64];

	top = top < k->allowed ? top : k->allowed;
	find_names(k, top, &n);
	buf_adds(b, "rank,id,number");
	for (size_t i = 0; i < n.count; i++)
		buf_addf(b, ",%s", n.name[i]);
	for (size_t i = 0; i < TRIAL_METRICS; i++)
		buf_addf(b, ",%s", trial_fields[TRIAL_FIRST_METRIC + i].name);
	buf_addc(b, '\n');
	for (size_t row = 0; row < top; row++) {
		const struct result *r = &k->rows[row].r;

		buf_addf(b, "%zu,%s,%lld", row + 1, r->id, (long long)r->number);
		for (size_t i = 0; i < n.count; i++) {
			param_text(r, n.name[i], text, sizeof text);
			buf_addf(b, ",%s", text);
		}
		for (size_t i = 0; i < TRIAL_METRICS; i++)
			buf_addf(b, isnan(r->metric[i]) ? "," : ",%.12g", r->metric[i]);
		buf_addc(b, '\n');
	}
	return b->failed ? error_memory(e) : OK;
}

static void add_metric(const struct rank *k, const char *name, double value, struct buf *b)
{
	struct metric m = { .scope = "luck", .value = value };

	snprintf(m.account, sizeof m.account, "%s", k->rows[0].r.strategy);
	snprintf(m.run, sizeof m.run, "%s", k->rows[0].r.id);
	snprintf(m.name, sizeof m.name, "%s", name);
	if (isnan(value))
		snprintf(m.why, sizeof m.why, "the trials do not tell");
	record_write(&kinds[KIND_METRIC], &m, b);
}

static void add_measure(const struct rank *k, const struct rank_measure *m, struct buf *b)
{
	const struct { const char *name; double v; } values[] = { { "winner", m->winner }, { "trained", m->trained }, { "walk", m->walked },
		{ "hold", m->held }, { "random_median", m->lot_median }, { "random_best", m->lot_high }, { "random_beaten", m->beaten } };
	char name[48];

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		snprintf(name, sizeof name, "%s.%s", m->name, values[i].name);
		add_metric(k, name, values[i].v, b);
	}
}

static enum err show_json(const struct rank *k, size_t top, struct buf *b, struct error *e)
{
	struct trial *t = calloc(1, sizeof *t);

	if (!t)
		return error_memory(e);
	top = top < k->allowed ? top : k->allowed;
	for (size_t i = 0; i < top; i++) {
		t->r = k->rows[i].r;
		record_write(&kinds[KIND_TRIAL], t, b);
	}
	if (k->allowed) {
		add_metric(k, "trials", (double)k->trials, b);
		add_metric(k, "sharpe_daily", k->moments.sharpe, b);
		add_metric(k, "sharpe_daily_by_luck", k->best_by_luck, b);
		add_metric(k, "psr", k->psr, b);
		add_metric(k, "dsr", k->dsr, b);
		add_metric(k, "pbo", k->overfit.pbo, b);
		for (size_t i = 0; i < RANK_MEASURES; i++)
			add_measure(k, &k->measures[i], b);
	}
	free(t);
	return b->failed ? error_memory(e) : OK;
}

enum err show_rank(const struct rank *k, enum show_format format, size_t top, const struct style *s, struct buf *b, struct error *e)
{
	switch (format) {
	case SHOW_JSON: return show_json(k, top, b, e);
	case SHOW_CSV: return show_csv(k, top, b, e);
	case SHOW_TABLE: break;
	}
	return show_table(k, top, s, b, e);
}
