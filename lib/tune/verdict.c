/* Whether the winner is luck, in one sentence with its reasons. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "report/number.h"
#include "tune/show.h"

/* Every searched parameter of a set: "lookback 20, stop_pct 3". */
static void add_set(const struct result *r, struct buf *b)
{
	json_t *set = json_loads(r->tuned, 0, NULL), *value;
	const char *key;
	bool any = false;

	json_object_foreach(set, key, value) {
		char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));

		buf_addf(b, "%s%s %s", any ? ", " : "", key, json_is_string(value) ? json_string_value(value) : text ? text : "");
		free(text);
		any = true;
	}
	if (!any)
		buf_adds(b, "as its file has it");
	json_decref(set);
}

/* What speaks against the winner, each with its number; what is not known. */
struct doubts {
	struct buf text;
	size_t against, unknown;
	struct buf missing;
};

static void add_doubt(struct doubts *d, const char *before, double v, bool percent, const char *after)
{
	buf_addf(&d->text, "\n  - %s", before);
	d->against++;
	if (percent)
		number_percent(&d->text, v, 0);
	else
		number_real(&d->text, v, 2);
	buf_adds(&d->text, after);
}

static void add_missing(struct doubts *d, const char *what)
{
	buf_addf(&d->missing, "%s%s", d->unknown++ ? ", " : "", what);
}

static const struct rank_measure *find_measure(const struct rank *k, const char *name)
{
	for (size_t i = 0; i < RANK_MEASURES; i++)
		if (strcmp(k->measures[i].name, name) == 0)
			return &k->measures[i];
	return NULL;
}

static void doubt_yardsticks(const struct rank *k, struct doubts *d)
{
	const struct rank_measure *sharpe = find_measure(k, "sharpe"), *calmar = find_measure(k, "calmar"), *earned = find_measure(k, "total_return");

	if (earned->winner <= 0)
		add_doubt(d, "it did not even earn anything: ", earned->winner, true, "");
	if (isnan(sharpe->beaten))
		add_missing(d, "random entries");
	else if (sharpe->beaten < 0.95 || (calmar->beaten < 0.95))
		add_doubt(d, "entries at random do as well: it beats only ", fmin(sharpe->beaten, isnan(calmar->beaten) ? 1 : calmar->beaten), true,
			" of them (95% is wanted)");
	if (isnan(earned->held))
		add_missing(d, "buy and hold");
	else if (sharpe->held > sharpe->winner)
		add_doubt(d, "buying and holding had the higher Sharpe, ", sharpe->held, false, "");
	else if (calmar->held > calmar->winner)
		add_doubt(d, "buying and holding had the higher Calmar, ", calmar->held, false, "");
	if (isnan(earned->walked))
		add_missing(d, "a walk forward");
	else if (earned->walked <= 0)
		add_doubt(d, "chosen on the past and traded afterwards, such sets returned ", earned->walked, true, "");
}

/* Why there is no winner, with what the nearest had. */
static void explain_none(const struct rank *k, struct buf *b)
{
	const struct brief none = { NAN, NAN, NAN };
	struct brief most = none;

	for (size_t i = 0; i < k->sets; i++) {
		struct brief x = ranking_brief(&k->by, &k->rows[i].r);

		most.metric = isnan(most.metric) ? x.metric : most.metric;
		most.trades = fmax(most.trades, x.trades);
		if (x.trades > 0)
			most.max_drawdown = fmin(most.max_drawdown, x.max_drawdown);
	}
	if (!k->sets) {
		buf_adds(b, "There is no trial to judge.\n");
	} else if (!(most.trades > 0)) {
		buf_addf(b, "None of the %zu sets made a single round trip: there is nothing to compare. ct-backtest with one of them shows each "
			"entry that was refused, and why.\n", k->sets);
	} else if (isnan(most.metric)) {
		buf_addf(b, "None of the %zu sets has a %s: choose another --metric.\n", k->sets, trial_fields[TRIAL_FIRST_METRIC + k->by.metric].name);
	} else {
		buf_addf(b, "None of the %zu sets keeps the limits. The most round trips of a set: %.0f; the smallest drawdown: ", k->sets, most.trades);
		number_percent(b, most.max_drawdown, 1);
		buf_adds(b, ".\n");
	}
}

void show_verdict(const struct rank *k, struct buf *b)
{
	struct doubts d = { 0 };

	if (!k->allowed) {
		explain_none(k, b);
		return;
	}
	if (isnan(k->dsr))
		add_missing(&d, "the deflated Sharpe ratio");
	else if (k->dsr < 0.95)
		add_doubt(&d, "with so many trials, the probability that it is better than luck is ", k->dsr, true, " (95% is wanted)");
	if (isnan(k->overfit.pbo))
		add_missing(&d, "the cross-validation");
	else if (k->overfit.pbo > 0.2)
		add_doubt(&d, "what was best in one half of the time was below the median in the other in ", k->overfit.pbo, true,
			" of the cases (at most 20% is wanted)");
	doubt_yardsticks(k, &d);
	buf_addf(b, "The winner of %zu trial%s, ", k->trials, k->trials == 1 ? "" : "s");
	add_set(&k->rows[0].r, b);
	if (d.against)
		buf_addf(b, ", is probably luck:%s", d.text.data ? d.text.data : "");
	else if (d.unknown)
		buf_adds(b, ": nothing speaks against it so far.");
	else
		buf_adds(b, ", is probably not luck: it passes every test here. That is no promise: trade it on paper first.");
	if (d.unknown)
		buf_addf(b, "%sNot known: %s.", d.against ? "\n" : " ", d.missing.data ? d.missing.data : "");
	if (k->other_lots && !k->lots)
		buf_addf(b, "%sThe random runs are those of another winner: ct-tune --resume with this metric and limits makes them for this one.",
			d.against && !d.unknown ? "\n" : " ");
	if (k->walks > 1)
		buf_addf(b, " The files hold the walks forward of %zu searches: rank each search alone to see its own.", k->walks);
	buf_addc(b, '\n');
	buf_release(&d.text);
	buf_release(&d.missing);
}
