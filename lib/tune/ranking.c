#include "tune/ranking.h"

#include <math.h>

#include "report/metrics.h"

enum err ranking_by(struct ranking *o, const char *metric, struct error *e)
{
	const struct metric_def *def = metric_def_find(metric);

	o->metric = result_metric(metric);
	if (o->metric < 0 || !def)
		return error_set(e, ERR_USAGE, "'%.60s' is not a metric of a trial, such as calmar, sharpe or total_return", metric);
	if (!def->good)
		return error_set(e, ERR_USAGE, "%s: neither more nor less of it is better", metric);
	o->good = def->good;
	return OK;
}

struct brief ranking_brief(const struct ranking *o, const struct result *r)
{
	return (struct brief){ r->metric[o->metric], r->metric[result_metric("trades")], r->metric[result_metric("max_drawdown")] };
}

bool ranking_allows(const struct ranking *o, const struct brief *b)
{
	return !isnan(b->metric) && (o->min_trades <= 0 || b->trades >= o->min_trades) && (isnan(o->max_drawdown) || b->max_drawdown <= o->max_drawdown);
}

int ranking_compare(const struct ranking *o, const struct brief *a, const struct brief *b)
{
	if (isnan(a->metric) || isnan(b->metric))
		return isnan(a->metric) - isnan(b->metric);
	return a->metric == b->metric ? 0 : (a->metric > b->metric) == (o->good > 0) ? -1 : 1;
}

size_t ranking_best(const struct ranking *o, const struct brief *rows, size_t n)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++)
		if (ranking_allows(o, &rows[i]) && (best == n || ranking_compare(o, &rows[i], &rows[best]) < 0))
			best = i;
	return best;
}
