#include "report/explain.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "core/real.h"
#include "core/utc.h"
#include "report/returns.h"

/* One value of the daily curve, if it has so many returns. */
#define OF_DAILY(NAME, LEAST, VALUE)                                                      \
	static double NAME(const struct performance *p)                                   \
	{                                                                                 \
		const struct curve *c = p->daily;                                         \
                                                                                          \
		return c && c->count > (LEAST) && c->equity[0] > 0 ? (VALUE) : (double)NAN; \
	}

static double fall(const struct curve *c, bool trough)
{
	struct drawdown d;

	curve_drawdown(c, &d);
	return c->equity[trough ? d.trough : d.peak];
}

static double below_ms_of(const struct curve *c)
{
	struct drawdown d;

	curve_drawdown(c, &d);
	return (double)d.longest_ms;
}

OF_DAILY(capital, 0, c->equity[0])
OF_DAILY(end, 1, c->equity[c->count - 1])
OF_DAILY(period_count, 1, (double)(c->count - 1))
OF_DAILY(years, 1, (double)(c->t_ms[c->count - 1] - c->t_ms[0]) / (double)(365 * MS_DAY))
OF_DAILY(peak, 1, fall(c, false))
OF_DAILY(trough, 1, fall(c, true))
OF_DAILY(below_ms, 1, below_ms_of(c))
OF_DAILY(mean_x, 1, returns_of(p).mean)
OF_DAILY(sd_x, 2, returns_of(p).sd)
OF_DAILY(down_x, 1, returns_of(p).down)
OF_DAILY(daily_sharpe, 2, returns_of(p).mean / returns_of(p).sd)
OF_DAILY(skew, 2, returns_of(p).skew)
OF_DAILY(kurtosis, 2, returns_of(p).kurtosis)

static double periods_a_year(const struct performance *p) { return p->periods_per_year; }
static double point_peak(const struct performance *p) { return p->all && p->all->count > 1 ? fall(p->all, false) : (double)NAN; }
static double point_trough(const struct performance *p) { return p->all && p->all->count > 1 ? fall(p->all, true) : (double)NAN; }
static double point_mean(const struct performance *p) { return p->all && p->all->count ? curve_mean(p->all) : (double)NAN; }
static double first(const struct performance *p) { return p->all ? p->first : (double)NAN; }
static double last(const struct performance *p) { return p->all ? p->last : (double)NAN; }
static double deposits(const struct performance *p) { return p->all ? p->deposits : (double)NAN; }
static double trip_count(const struct performance *p) { return (double)p->outcome_count; }
static double fill_count(const struct performance *p) { return p->fills; }
static double traded(const struct performance *p) { return p->traded; }
static double closes(const struct performance *p) { return p->bars; }
static double closes_held(const struct performance *p) { return p->bars_held; }
static double span_ms(const struct performance *p) { return (double)p->span_ms; }
static double held_ms(const struct performance *p) { return (double)p->held_ms; }
static double sum_of_returns(const struct performance *p) { return tally_of(p->outcomes, p->outcome_count).ret; }

static double mean_pnl(const struct performance *p)
{
	double mean, sd;

	outcomes_spread(p, &mean, &sd);
	return mean;
}

static double sd_pnl(const struct performance *p)
{
	double mean, sd;

	outcomes_spread(p, &mean, &sd);
	return sd;
}

/* A quantity that formulas are written in; NaN when undefined. */
static const struct symbol_def {
	const char *name;
	const char *doc;
	double (*compute)(const struct performance *p);
} symbol_defs[] = {
	{ "E[0]", "equity before the first day, quote units", capital },
	{ "E[T]", "equity at the last daily close, deposits taken out", end },
	{ "E[peak]", "equity at the peak before the maximum drawdown, daily closes", peak },
	{ "E[trough]", "equity at its lowest after that peak", trough },
	{ "P[peak]", "the same peak, of every recorded close", point_peak },
	{ "P[trough]", "the same low, of every recorded close", point_trough },
	{ "mean(E)", "mean equity of the recorded closes", point_mean },
	{ "T", "daily returns", period_count },
	{ "A", "days a year: crypto never closes", periods_a_year },
	{ "years", "from the first to the last daily close", years },
	{ "mean(x)", "mean daily return over the risk-free rate", mean_x },
	{ "sd(x)", "their standard deviation, ddof 1", sd_x },
	{ "down(x)", "their downside deviation, sqrt(sum(min(x,0)^2)/T)", down_x },
	{ "s", "Sharpe ratio of one day, mean(x)/sd(x)", daily_sharpe },
	{ "g3", "skewness of the daily returns", skew },
	{ "g4", "kurtosis of the daily returns; 3: normal", kurtosis },
	{ "below_ms", "longest time from a peak to the first close back at it, or to the end", below_ms },
	{ "E_first", "first recorded equity, quote units", first },
	{ "E_last", "last recorded equity", last },
	{ "deposits", "what came in without a trade, less what went out", deposits },
	{ "N", "closed round trips", trip_count },
	{ "mean(pnl)", "mean net profit of a round trip", mean_pnl },
	{ "sd(pnl)", "standard deviation of their net profit, ddof 1", sd_pnl },
	{ "sum(ret)", "sum of net profit/entry notional of the round trips", sum_of_returns },
	{ "F", "fills", fill_count },
	{ "traded", "sum of qty*price of all fills", traded },
	{ "closes", "recorded closes", closes },
	{ "closes_held", "of them with an open position", closes_held },
	{ "span_ms", "time from the first record to the last", span_ms },
	{ "held_ms", "of it with an open position", held_ms },
};
#define SYMBOL_DEFS (sizeof symbol_defs / sizeof *symbol_defs)

/* One name met in a formula. */
struct name {
	size_t len;
	const struct symbol_def *symbol; /* else */
	const struct metric_def *metric; /* both NULL: a word, or a function */
	bool function;
};

/* The longest name that begins here; len 0: no letter does. */
static struct name name_at(const char *s)
{
	struct name n = { 0 };

	if (!isalpha((unsigned char)*s))
		return n;
	while (isalnum((unsigned char)s[n.len]) || s[n.len] == '_')
		n.len++;
	n.function = (n.len == 4 && strncmp(s, "sqrt", 4) == 0) || (n.len == 3 && strncmp(s, "Phi", 3) == 0);
	for (size_t i = 0; i < metric_def_count; i++)
		if (strlen(metric_defs[i].name) == n.len && strncmp(metric_defs[i].name, s, n.len) == 0)
			n.metric = &metric_defs[i];
	for (size_t i = 0; i < SYMBOL_DEFS; i++) {
		size_t len = strlen(symbol_defs[i].name);
		bool bracket = strpbrk(symbol_defs[i].name, "[(") != NULL;

		if (strncmp(symbol_defs[i].name, s, len) == 0 && (bracket ? len > n.len : len == n.len)) {
			n.symbol = &symbol_defs[i];
			n.metric = NULL;
			n.len = len;
		}
	}
	return n;
}

static double value_of(const struct name *n, const struct performance *p)
{
	const char *why;

	return n->symbol ? n->symbol->compute(p) : n->metric->compute(p, &why);
}

/* Whether a formula is arithmetic, and whether all of its inputs are defined. */
static bool is_arithmetic(const char *f, size_t len, const struct performance *p, bool *defined)
{
	*defined = true;
	for (size_t i = 0; i < len;) {
		struct name n = name_at(f + i);

		if (n.len && !n.symbol && !n.metric && !n.function)
			return false;
		if (n.symbol || n.metric)
			*defined &= isfinite(value_of(&n, p)) != 0;
		i += n.len ? n.len : 1;
	}
	return true;
}

static void add_value(double v, struct buf *b)
{
	char text[REAL_TEXT];

	if (!isfinite(v)) {
		buf_adds(b, "undefined");
		return;
	}
	real_format(v, 12, text);
	buf_addf(b, v < 0 ? "(%s)" : "%s", text);
}

static void add_filled(const char *f, size_t len, const struct performance *p, struct buf *b)
{
	for (size_t i = 0; i < len;) {
		struct name n = name_at(f + i);

		if (n.symbol || n.metric)
			add_value(value_of(&n, p), b);
		else
			buf_add(b, f + i, n.len ? n.len : 1);
		i += n.len ? n.len : 1;
	}
}

static void add_result(const struct metric_def *m, const struct performance *p, struct buf *b)
{
	char text[UTC_TEXT];
	const char *why = "";
	double v = m->compute(p, &why);

	if (isnan(v)) {
		buf_addf(b, "undefined: %s", why);
	} else if (m->unit == UNIT_TIME) {
		utc_format((int64_t)v - 1, text)[10] = '\0'; /* a daily close is dated 24:00 */
		buf_adds(b, text);
	} else {
		real_format(v, 12, text);
		buf_adds(b, text);
		if (m->unit == UNIT_FRACTION)
			buf_addf(b, " (%.2f%%)", 100 * v);
	}
}

static void add_inputs(const char *f, size_t len, const struct performance *p, struct buf *b)
{
	for (size_t i = 0; i < len;) {
		struct name n = name_at(f + i);
		const char *name = n.symbol ? n.symbol->name : n.metric ? n.metric->name : NULL;
		bool seen = false;
		size_t start;

		for (size_t k = 0; name && k < i && !seen;) {
			struct name before = name_at(f + k);

			seen = before.symbol == n.symbol && before.metric == n.metric && (before.symbol || before.metric);
			k += before.len ? before.len : 1;
		}
		i += n.len ? n.len : 1;
		if (!name || seen)
			continue;
		start = b->len;
		buf_addf(b, "  %-13s ", name);
		add_value(value_of(&n, p), b);
		while (!b->failed && b->len - start < 34)
			buf_addc(b, ' ');
		buf_addf(b, " %s\n", n.symbol ? n.symbol->doc : n.metric->doc);
	}
}

void explain_write(const struct metric_def *m, const struct performance *p, struct buf *b)
{
	const char *f = m->formula, *next = strstr(f, " | ");
	size_t len = next ? (size_t)(next - f) : strlen(f);
	bool defined, arithmetic = is_arithmetic(f, len, p, &defined);

	if (next && !defined) {
		f = next + 3;
		len = strlen(f);
		arithmetic = is_arithmetic(f, len, p, &defined);
	}
	buf_addf(b, "%s: %s (%s)\n", m->name, m->doc, metric_unit_names[m->unit]);
	buf_addf(b, "  = %.*s\n", (int)len, f);
	if (arithmetic && defined) {
		buf_adds(b, "  = ");
		add_filled(f, len, p, b);
		buf_addc(b, '\n');
	}
	buf_adds(b, "  = ");
	add_result(m, p, b);
	buf_adds(b, "\n\n");
	add_inputs(f, len, p, b);
}
