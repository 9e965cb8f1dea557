/*
 * Formulas: Sharpe 1994; Sortino and van der Meer 1991; Young 1991 (Calmar); Tharp 1998 (SQN); Bailey and López de
 * Prado 2012 (probabilistic Sharpe). What has no value is NaN with a reason, never 0 and never infinity.
 */
#include "report/metrics.h"

#include <math.h>
#include <string.h>

#include "core/utc.h"
#include "report/returns.h"

static double undefined(const char **why, const char *reason)
{
	*why = reason;
	return NAN;
}

static size_t periods(const struct performance *p)
{
	return p->daily && p->daily->count ? p->daily->count - 1 : 0;
}

/* NULL when a curve with at least `least` returns is there. */
static const char *lacks(const struct performance *p, size_t least)
{
	if (!p->daily || !p->daily->count)
		return p->no_equity ? p->no_equity : "no equity is recorded";
	if (!(p->daily->equity[0] > 0))
		return "it began without capital";
	if (periods(p) < least)
		return least == 1 ? "less than one day" : "fewer than two daily returns";
	return NULL;
}

static double days(const struct performance *p, const char **why)
{
	return p->span_ms > 0 ? (double)p->span_ms / (double)MS_DAY : undefined(why, "no time has passed");
}

static double pnl(const struct performance *p, const char **why)
{
	return isnan(p->pnl) ? undefined(why, p->no_equity ? p->no_equity : "no equity is recorded") : p->pnl;
}

static double total_return(const struct performance *p, const char **why)
{
	const char *missing = lacks(p, 1);

	return missing ? undefined(why, missing) : p->daily->equity[periods(p)] / p->daily->equity[0] - 1;
}

static double growth(double ratio, double years)
{
	return ratio <= 0 ? -1 : pow(ratio, 1 / years) - 1;
}

static double cagr(const struct performance *p, const char **why)
{
	const char *missing = lacks(p, 1);
	double years;

	if (missing)
		return undefined(why, missing);
	years = (double)(p->daily->t_ms[periods(p)] - p->daily->t_ms[0]) / (double)(365 * MS_DAY);
	return growth(p->daily->equity[periods(p)] / p->daily->equity[0], years);
}

static double volatility(const struct performance *p, const char **why)
{
	const char *missing = lacks(p, 2);

	return missing ? undefined(why, missing) : returns_of(p).sd * sqrt(p->periods_per_year);
}

static double sharpe(const struct performance *p, const char **why)
{
	const char *missing = lacks(p, 2);
	struct returns r;

	if (missing)
		return undefined(why, missing);
	r = returns_of(p);
	return r.sd < FLAT_SD ? undefined(why, "the daily returns are all equal") : sqrt(p->periods_per_year) * r.mean / r.sd;
}

static double downside_deviation(const struct performance *p, const char **why)
{
	const char *missing = lacks(p, 1);

	return missing ? undefined(why, missing) : returns_of(p).down * sqrt(p->periods_per_year);
}

static double sortino(const struct performance *p, const char **why)
{
	const char *missing = lacks(p, 1);
	struct returns r;

	if (missing)
		return undefined(why, missing);
	r = returns_of(p);
	return r.down > 0 ? sqrt(p->periods_per_year) * r.mean / r.down : undefined(why, "no losing day");
}

static double psr(const struct performance *p, const char **why)
{
	const char *missing = lacks(p, 2);
	struct returns r;
	double s, variance;

	if (missing)
		return undefined(why, missing);
	r = returns_of(p);
	if (r.sd < FLAT_SD)
		return undefined(why, "the daily returns are all equal");
	s = r.mean / r.sd;
	variance = 1 - r.skew * s + (r.kurtosis - 1) / 4 * s * s;
	return variance > 0 ? erfc(-s * sqrt(r.count - 1) / sqrt(variance) / sqrt(2)) / 2 : undefined(why, "the daily returns are too lopsided");
}

static const char *find_drawdown(const struct performance *p, struct drawdown *d)
{
	const char *missing = lacks(p, 1);

	if (!missing)
		curve_drawdown(p->daily, d);
	return missing;
}

static double max_drawdown(const struct performance *p, const char **why)
{
	struct drawdown d;
	const char *missing = find_drawdown(p, &d);

	return missing ? undefined(why, missing) : d.depth;
}

static double max_drawdown_bars(const struct performance *p, const char **why)
{
	struct drawdown d;

	if (!p->all || p->all->count < 2)
		return undefined(why, p->no_equity ? p->no_equity : "no equity is recorded");
	curve_drawdown(p->all, &d);
	return d.depth;
}

static double drawdown_days(const struct performance *p, const char **why)
{
	struct drawdown d;
	const char *missing = find_drawdown(p, &d);

	return missing ? undefined(why, missing) : (double)d.longest_ms / (double)MS_DAY;
}

static double drawdown_point(const struct performance *p, const char **why, int which)
{
	struct drawdown d;
	const char *missing = find_drawdown(p, &d);
	ptrdiff_t at;

	if (missing)
		return undefined(why, missing);
	if (!(d.depth > 0))
		return undefined(why, "no drawdown");
	at = which == 0 ? (ptrdiff_t)d.peak : which == 1 ? (ptrdiff_t)d.trough : d.recovery;
	return at < 0 ? undefined(why, "not recovered yet") : (double)p->daily->t_ms[at];
}

static double drawdown_peak(const struct performance *p, const char **why) { return drawdown_point(p, why, 0); }
static double drawdown_trough(const struct performance *p, const char **why) { return drawdown_point(p, why, 1); }
static double drawdown_recovery(const struct performance *p, const char **why) { return drawdown_point(p, why, 2); }

static double calmar(const struct performance *p, const char **why)
{
	struct drawdown d;
	const char *missing = find_drawdown(p, &d);

	if (missing)
		return undefined(why, missing);
	if (!(d.depth > 0))
		return undefined(why, "no drawdown");
	return growth(p->daily->equity[periods(p)] / p->daily->equity[0], (double)periods(p) / p->periods_per_year) / d.depth;
}

static const char no_trade[] = "no closed trade", no_loss[] = "no losing trade", no_win[] = "no winning trade";

/* Metrics of the closed trades: VALUE is an expression in t (the tally) and n (how many); REASON is NULL where it is defined. */
#define OF_TRADES(NAME, VALUE, REASON)                                                 \
	static double NAME(const struct performance *p, const char **why)              \
	{                                                                              \
		struct tally t = p->tally ? *p->tally : tally_of(p->outcomes, p->outcome_count);\
		double n = (double)p->outcome_count;                                   \
		const char *reason = (REASON);                                         \
                                                                                       \
		(void)t;                                                               \
		(void)n;                                                               \
		return reason ? undefined(why, reason) : (VALUE);                      \
	}

OF_TRADES(trades, n, NULL)
OF_TRADES(wins, t.wins, NULL)
OF_TRADES(losses, t.losses, NULL)
OF_TRADES(breakeven, t.even, NULL)
OF_TRADES(gross_profit, t.profit, NULL)
OF_TRADES(gross_loss, t.loss, NULL)
OF_TRADES(win_rate, t.wins / n, n > 0 ? NULL : no_trade)
OF_TRADES(profit_factor, t.profit / t.loss, t.losses > 0 ? NULL : n > 0 ? no_loss : no_trade)
OF_TRADES(average_win, t.profit / t.wins, t.wins > 0 ? NULL : n > 0 ? no_win : no_trade)
OF_TRADES(average_loss, t.loss / t.losses, t.losses > 0 ? NULL : n > 0 ? no_loss : no_trade)
OF_TRADES(payoff, t.profit / t.wins / (t.loss / t.losses), t.wins > 0 && t.losses > 0 ? NULL : n == 0 ? no_trade : t.wins > 0 ? no_loss : no_win)
OF_TRADES(expectancy, t.sum / n, n > 0 ? NULL : no_trade)
OF_TRADES(expectancy_ratio, (1 + t.profit / t.wins / (t.loss / t.losses)) * (t.wins / n) - 1,
	t.wins > 0 && t.losses > 0 ? NULL : n == 0 ? no_trade : t.wins > 0 ? no_loss : no_win)
OF_TRADES(mean_trade_return, t.ret / n, n > 0 ? NULL : no_trade)
OF_TRADES(best_trade, t.best, n > 0 ? NULL : no_trade)
OF_TRADES(worst_trade, t.worst, n > 0 ? NULL : no_trade)
OF_TRADES(consecutive_losses, t.run_losses, NULL)
OF_TRADES(consecutive_wins, t.run_wins, NULL)

static double sqn(const struct performance *p, const char **why)
{
	double mean, sd;

	if (p->outcome_count < 2)
		return undefined(why, "fewer than two closed trades");
	outcomes_spread(p, &mean, &sd);
	return sd < FLAT_SD ? undefined(why, "every trade made the same") : sqrt((double)p->outcome_count) * mean / sd;
}

static double exposure(const struct performance *p, const char **why)
{
	if (!(p->bars > 0))
		return undefined(why, p->no_equity ? p->no_equity : "no equity is recorded");
	return p->bars_held / p->bars;
}

static double exposure_time(const struct performance *p, const char **why)
{
	return p->span_ms > 0 ? (double)p->held_ms / (double)p->span_ms : undefined(why, "no time has passed");
}

static double turnover(const struct performance *p, const char **why)
{
	if (!p->all || !p->all->count)
		return undefined(why, p->no_equity ? p->no_equity : "no equity is recorded");
	return p->traded / curve_mean(p->all);
}

static double turnover_annual(const struct performance *p, const char **why)
{
	if (!p->all || p->all->count < 2 || p->span_ms <= 0)
		return undefined(why, p->no_equity ? p->no_equity : "no time has passed");
	return p->traded / curve_mean(p->all) / ((double)p->span_ms / (double)(365 * MS_DAY));
}

static double fees(const struct performance *p, const char **why)
{
	(void)why;
	return p->fees;
}

static double slippage(const struct performance *p, const char **why)
{
	if (p->fills == 0)
		return 0;
	return isnan(p->slippage) ? undefined(why, "the decisions of some fills are not among the records") : p->slippage;
}

const char *const metric_group_names[] = { "Return", "Risk", "Trades", "Activity and cost" };
const char *const metric_unit_names[] = { "quote", "fraction", "ratio", "count", "days", "ms UTC" };

const struct metric_def metric_defs[] = {
	{ "days", METRIC_RETURN, UNIT_DAYS, 0, true, "length of the period", "span_ms/86400000", days },
	{ "pnl", METRIC_RETURN, UNIT_QUOTE, 1, true, "profit, net of all costs", "E_last - E_first - deposits | gross_profit - gross_loss", pnl },
	{ "total_return", METRIC_RETURN, UNIT_FRACTION, 1, true, "return over the whole period", "E[T]/E[0] - 1", total_return },
	{ "cagr", METRIC_RETURN, UNIT_FRACTION, 1, true, "compound annual growth rate", "(E[T]/E[0])^(1/years) - 1", cagr },
	{ "volatility", METRIC_RISK, UNIT_FRACTION, -1, true, "standard deviation of the daily returns, annualized", "sd(x)*sqrt(A)", volatility },
	{ "downside_deviation", METRIC_RISK, UNIT_FRACTION, -1, false, "root mean square of the daily losses, annualized", "down(x)*sqrt(A)", downside_deviation },
	{ "max_drawdown", METRIC_RISK, UNIT_FRACTION, -1, true, "largest fall from a peak, daily closes", "1 - E[trough]/E[peak]", max_drawdown },
	{ "max_drawdown_bars", METRIC_RISK, UNIT_FRACTION, -1, false, "the same over every recorded close", "1 - P[trough]/P[peak]", max_drawdown_bars },
	{ "drawdown_days", METRIC_RISK, UNIT_DAYS, -1, true, "longest time below a peak", "below_ms/86400000", drawdown_days },
	{ "drawdown_peak", METRIC_RISK, UNIT_TIME, 0, false, "when the maximum drawdown began", "last day at E[peak]", drawdown_peak },
	{ "drawdown_trough", METRIC_RISK, UNIT_TIME, 0, false, "when it was deepest", "day of E[trough]", drawdown_trough },
	{ "drawdown_recovery", METRIC_RISK, UNIT_TIME, 0, false, "when the peak was reached again", "first day back at E[peak]", drawdown_recovery },
	{ "sharpe", METRIC_RISK, UNIT_RATIO, 1, true, "mean over standard deviation of the daily returns, annualized", "sqrt(A)*mean(x)/sd(x)", sharpe },
	{ "sortino", METRIC_RISK, UNIT_RATIO, 1, true, "mean over downside deviation of the daily returns, annualized", "sqrt(A)*mean(x)/down(x)", sortino },
	{ "calmar", METRIC_RISK, UNIT_RATIO, 1, true, "annual return over maximum drawdown", "((E[T]/E[0])^(A/T) - 1)/max_drawdown", calmar },
	{ "psr", METRIC_RISK, UNIT_FRACTION, 1, false, "probability that the true Sharpe ratio is above 0", "Phi(s*sqrt(T - 1)/sqrt(1 - g3*s + (g4 - 1)/4*s^2))", psr },
	{ "trades", METRIC_TRADES, UNIT_COUNT, 0, true, "closed round trips", "wins + losses + breakeven", trades },
	{ "wins", METRIC_TRADES, UNIT_COUNT, 0, false, "of them with a profit", "round trips with a net profit > 0, of N", wins },
	{ "losses", METRIC_TRADES, UNIT_COUNT, 0, false, "of them with a loss", "round trips with a net profit < 0, of N", losses },
	{ "breakeven", METRIC_TRADES, UNIT_COUNT, 0, false, "of them with neither", "round trips with a net profit of 0, of N", breakeven },
	{ "win_rate", METRIC_TRADES, UNIT_FRACTION, 1, true, "share of trades with a profit", "wins/trades", win_rate },
	{ "gross_profit", METRIC_TRADES, UNIT_QUOTE, 1, false, "sum of the profits", "sum of the positive net profits, of N round trips", gross_profit },
	{ "gross_loss", METRIC_TRADES, UNIT_QUOTE, -1, false, "sum of the losses", "-(sum of the negative net profits, of N round trips)", gross_loss },
	{ "profit_factor", METRIC_TRADES, UNIT_RATIO, 1, true, "gross profit over gross loss", "gross_profit/gross_loss", profit_factor },
	{ "average_win", METRIC_TRADES, UNIT_QUOTE, 1, false, "mean profit of a winning trade", "gross_profit/wins", average_win },
	{ "average_loss", METRIC_TRADES, UNIT_QUOTE, -1, false, "mean loss of a losing trade", "gross_loss/losses", average_loss },
	{ "payoff", METRIC_TRADES, UNIT_RATIO, 1, false, "average win over average loss", "average_win/average_loss", payoff },
	{ "expectancy", METRIC_TRADES, UNIT_QUOTE, 1, true, "mean net profit of a trade", "(gross_profit - gross_loss)/trades", expectancy },
	{ "expectancy_ratio", METRIC_TRADES, UNIT_RATIO, 1, false, "expectancy over average loss", "(1 + payoff)*win_rate - 1", expectancy_ratio },
	{ "mean_trade_return", METRIC_TRADES, UNIT_FRACTION, 1, false, "mean return of a trade", "sum(ret)/N", mean_trade_return },
	{ "best_trade", METRIC_TRADES, UNIT_QUOTE, 1, false, "largest profit", "largest net profit of N round trips", best_trade },
	{ "worst_trade", METRIC_TRADES, UNIT_QUOTE, 1, true, "largest loss", "least net profit of N round trips", worst_trade },
	{ "sqn", METRIC_TRADES, UNIT_RATIO, 1, false, "system quality number; says little below 30 trades", "sqrt(N)*mean(pnl)/sd(pnl)", sqn },
	{ "consecutive_losses", METRIC_TRADES, UNIT_COUNT, -1, true, "longest losing streak", "longest streak of losses among N round trips, in the order of exits", consecutive_losses },
	{ "consecutive_wins", METRIC_TRADES, UNIT_COUNT, 1, false, "longest winning streak", "longest streak of wins among N round trips, in the order of exits", consecutive_wins },
	{ "exposure", METRIC_COST, UNIT_FRACTION, 0, true, "share of recorded closes with an open position", "closes_held/closes", exposure },
	{ "exposure_time", METRIC_COST, UNIT_FRACTION, 0, false, "share of the time with an open position", "held_ms/span_ms", exposure_time },
	{ "turnover", METRIC_COST, UNIT_RATIO, 0, false, "amount traded over mean equity", "traded/mean(E)", turnover },
	{ "turnover_annual", METRIC_COST, UNIT_RATIO, 0, false, "the same, annualized", "turnover*31536000000/span_ms", turnover_annual },
	{ "fees", METRIC_COST, UNIT_QUOTE, -1, true, "fees paid", "sum of the fees of F fills, in quote units", fees },
	{ "slippage", METRIC_COST, UNIT_QUOTE, -1, true, "cost of fills beyond the expected prices", "sum over F fills of qty times how much worse the price was than the one decided on (of a stop or limit order: than its own)", slippage },
};
const size_t metric_def_count = sizeof metric_defs / sizeof *metric_defs;

const struct metric_def *metric_def_find(const char *name)
{
	for (size_t i = 0; i < metric_def_count; i++)
		if (strcmp(metric_defs[i].name, name) == 0)
			return &metric_defs[i];
	return NULL;
}

double metric_value(const char *name, const struct performance *p, const char **why)
{
	const char *unused;

	return metric_def_find(name)->compute(p, why ? why : &unused);
}
