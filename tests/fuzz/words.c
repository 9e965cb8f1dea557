/*
 * What people type as options, and the small files of request counts: any text is read without harm or a refusal says why, and
 * what is accepted can be used. The first letter picks the reader: indicators, searched parameters (g), walks forward, outages,
 * daily returns, budgets of weight and of orders (B).
 */
#include "fuzz.h"

#include "core/utc.h"
#include "model/outage.h"
#include "study/study.h"
#include "tune/plan.h"
#include "tune/space.h"
#include "tune/trial.h"
#include "venue/budget.h"

/* Specs, one a line; each in a panel of its own and in one of all gives the same. */
static void read_indicators(char *text)
{
	struct panel *all = panel_new(INTERVAL_1H);
	struct error e = { 0 };

	for (char *spec; (spec = strsep(&text, "\n"));) {
		struct panel *one = panel_new(INTERVAL_1H);
		size_t first, in_all;
		enum err rc = panel_want(one, spec, &first, &e);

		need_reason(rc, &e);
		if (panel_want(all, spec, &in_all, &e) != rc || (!rc && strcmp(panel_column_name(one, 0), panel_column_name(all, in_all)) != 0))
			abort();
		panel_free(one);
	}
	for (int i = 0; i < 100; i++) {
		struct bar b = wave_bar(i, INTERVAL_1H);
		const double *row = panel_step(all, &b);

		for (size_t c = 0; c < panel_columns(all); c++)
			if (isinf(row[c]) || (i < panel_first(all, c) && !isnan(row[c])))
				abort();
	}
	panel_free(all);
}

static enum err any_set(void *ctx, const char *set, struct error *e)
{
	json_t *json = json_loads(set, JSON_REJECT_DUPLICATES, NULL);

	(void)ctx;
	(void)e;
	if (!json)
		abort();
	json_decref(json);
	return OK;
}

/* Axes, one a line, and their sets: as many as their values make, or by lot. */
static void read_space(char *text)
{
	struct space s;
	struct error e = { 0 };
	size_t size = 1;
	enum err rc = OK;

	space_init(&s, strategy_kind_find("channel"));
	for (char *spec; !rc && (spec = strsep(&text, "\n"));) {
		rc = space_add(&s, spec, &e);
		need_reason(rc, &e);
	}
	for (size_t i = 0; i < s.axis_count; i++)
		size *= s.axes[i].count < 1000 ? s.axes[i].count : 1000;
	if (!rc)
		rc = size && size <= 300 ? space_grid(&s, any_set, NULL, &e) : space_random(&s, 20, 1, any_set, NULL, &e);
	if (s.set_count > 300 || (s.set_count && rc))
		abort();
	for (size_t i = 0; i < s.set_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(s.sets[i], s.sets[k]) == 0)
				abort();
	space_release(&s);
}

/* WALK, or WALK and the embargo after a line's end; its windows in three years. */
static void read_walk(char *text)
{
	const char *walk = strsep(&text, "\n");
	int64_t since = INT64_C(1609459200000), until = since + 1095 * MS_DAY;
	struct window *rows = NULL;
	struct walk w;
	struct error e = { 0 };
	size_t n = 0;
	enum err rc = walk_parse(walk, &w, &e);

	if (!rc && text)
		rc = walk_embargo(text, INTERVAL_4H, &w, &e);
	if (!rc)
		rc = plan_windows(&w, since, until, &rows, &n, &e);
	need_reason(rc, &e);
	for (size_t i = 0; !rc && i < n; i++)
		if (rows[i].train_from < since || rows[i].train_to > rows[i].test_from || rows[i].test_to > until || (i && rows[i].test_from < rows[i - 1].test_to))
			abort();
	free(rows);
}

/* Outages, one a line. */
static void read_outages(char *text)
{
	char all[OUTAGES_TEXT] = "";
	struct outage rows[OUTAGES_MAX];
	struct error e = { 0 };
	size_t n = 0;

	for (char *one; (one = strsep(&text, "\n"));) {
		enum err rc = outages_add(all, one, &e);

		need_reason(rc, &e);
		n += !rc;
	}
	if (outages_read(all, rows) != n)
		abort();
	for (size_t i = 0; i < n; i++)
		if (rows[i].from_ms >= rows[i].to_ms)
			abort();
}

static void read_returns(char *text)
{
	double *returns = NULL;
	struct error e = { 0 };
	size_t n = 0;
	enum err rc = trial_returns_read(text, &returns, &n, &e);

	need_reason(rc, &e);
	for (size_t i = 0; !rc && i < n; i++)
		if (!isfinite(returns[i]))
			abort();
	free(returns);
}

static void read_budget(char *text)
{
	char first[BUDGET_TEXT], second[BUDGET_TEXT];
	struct budget_state s, again;
	int64_t wait;

	if (!budget_parse(text, strlen(text), &s))
		return;
	if (!budget_parse(first, budget_format(&s, first), &again) || budget_format(&again, second) == 0 || strcmp(first, second) != 0)
		abort();
	(void)budget_charge(&s, 20, INT64_C(1714521600000), &wait);
}

static void read_order_budget(char *text)
{
	struct order_budget_state defaults = { { { .limit = 100, .length_ms = 10000 }, { .limit = 200000, .length_ms = MS_DAY } } }, s, again;
	char first[ORDERS_TEXT], second[ORDERS_TEXT];
	int64_t wait;

	if (!order_budget_parse(text, strlen(text), &defaults, &s))
		return;
	if (!order_budget_parse(first, order_budget_format(&s, first), &defaults, &again) || order_budget_format(&again, second) == 0 ||
		strcmp(first, second) != 0)
		abort();
	(void)order_budget_charge(&s, 2, 80, INT64_C(1714521600000), &wait);
}

static const struct {
	char letter;
	void (*read)(char *text);
} readers[] = {
	{ 'i', read_indicators }, { 'g', read_space }, { 'w', read_walk }, { 'o', read_outages }, { 'r', read_returns }, { 'b', read_budget },
	{ 'B', read_order_budget },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text;

	for (size_t i = 0; n && i < sizeof readers / sizeof *readers; i++)
		if (data[0] == readers[i].letter) {
			text = strndup((const char *)data + 1, n - 1);
			readers[i].read(text);
			free(text);
			return 0;
		}
	return -1;
}
