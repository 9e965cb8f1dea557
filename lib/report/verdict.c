#include "report/verdict.h"

#include <math.h>

#include "core/utc.h"
#include "report/number.h"

#define NEAR 1.25 /* maximum drawdowns within this factor of the least are called alike */

static double days_of(const struct slice *s)
{
	return (double)s->p.span_ms / (double)MS_DAY;
}

static bool tells_enough(const struct slice *s)
{
	return s->p.daily && s->p.outcome_count >= VERDICT_TRADES && days_of(s) >= VERDICT_DAYS && isfinite(metric_value("max_drawdown", &s->p, NULL));
}

/* Calmar orders accounts of like drawdowns; without any drawdown, the return itself does, above every ratio. */
static double merit(const struct slice *s)
{
	double calmar = metric_value("calmar", &s->p, NULL), earned = metric_value("total_return", &s->p, NULL);

	return isnan(calmar) ? earned >= 0 ? 1e9 * (1 + earned) : earned : calmar;
}

static const struct slice *find_safest(const struct slices *s)
{
	const struct slice *best = NULL;
	double least = INFINITY;

	for (size_t i = 0; i < s->count; i++)
		if (tells_enough(&s->rows[i]))
			least = fmin(least, metric_value("max_drawdown", &s->rows[i].p, NULL));
	for (size_t i = 0; i < s->count; i++) {
		const struct slice *row = &s->rows[i];

		if (tells_enough(row) && metric_value("max_drawdown", &row->p, NULL) <= least * NEAR && (!best || merit(row) > merit(best)))
			best = row;
	}
	return best;
}

static void add_percent(struct buf *b, const char *metric, const struct slice *s)
{
	number_percent(b, fabs(metric_value(metric, &s->p, NULL)), 1);
}

static bool is_least(const struct slices *s, const struct slice *best)
{
	for (size_t i = 0; i < s->count; i++)
		if (tells_enough(&s->rows[i]) && metric_value("max_drawdown", &s->rows[i].p, NULL) < metric_value("max_drawdown", &best->p, NULL))
			return false;
	return true;
}

static void praise(const struct slices *s, const struct slice *best, size_t able, struct buf *b)
{
	double earned = metric_value("total_return", &best->p, NULL), calmar = metric_value("calmar", &best->p, NULL);
	bool others = false;

	if (able < 2)
		buf_addf(b, "Only %s has traded enough to be judged: its maximum drawdown was ", best->account);
	else
		buf_addf(b, "Safest was %s: its maximum drawdown was %s, ", best->account, is_least(s, best) ? "the least" : "near the least");
	add_percent(b, "max_drawdown", best);
	for (size_t i = 0; i < s->count; i++)
		if (&s->rows[i] != best && tells_enough(&s->rows[i])) {
			buf_addf(b, "%s%s ", others ? ", " : " (", s->rows[i].account);
			add_percent(b, "max_drawdown", &s->rows[i]);
			others = true;
		}
	buf_addf(b, "%s, %s ", others ? ")" : "", earned < 0 ? "though it lost" : "and it earned");
	add_percent(b, "total_return", best);
	if (isfinite(calmar) && earned >= 0) {
		buf_adds(b, " (Calmar ");
		number_real(b, calmar, 2);
		buf_addc(b, ')');
	}
}

void verdict_write(const struct slices *s, struct buf *b)
{
	const struct slice *best = find_safest(s);
	size_t able = 0, poor = 0;

	for (size_t i = 0; i < s->count; i++)
		able += tells_enough(&s->rows[i]);
	if (best)
		praise(s, best, able, b);
	for (size_t i = 0; i < s->count; i++) {
		const struct slice *row = &s->rows[i];

		if (tells_enough(row))
			continue;
		buf_adds(b, poor++ ? ", " : best ? "; too little to tell about " : "Too little to tell which is safest: ");
		buf_addf(b, "%s (%zu round trip%s in %.0f days)", row->account, row->p.outcome_count, row->p.outcome_count == 1 ? "" : "s", floor(days_of(row)));
	}
	if (poor)
		buf_addf(b, ": it takes %d round trips and %d days", VERDICT_TRADES, VERDICT_DAYS);
	if (s->count)
		buf_adds(b, ".\n");
}
