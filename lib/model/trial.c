#include "model/trial.h"

static const char *const samples[] = { "whole", "train", "test", "walk", "hold", "random", NULL };
const char *const *const sample_names = samples;

#define F(member) FIELD(trial, r.member)
#define METRIC(n) offsetof(struct trial, r.metric) + (n) * sizeof(double), sizeof(double)

/* The metrics are the headlines of the table of metrics (ct-report metrics), in its order; a test holds the two together. */
const struct field trial_fields[TRIAL_FIELDS] = {
	{ "id", FIELD_TEXT, F(id), 0, NULL, "hash of candles, setup, parameters, sample and period", NULL, 0, 0, NULL },
	{ "sample", FIELD_ENUM, F(sample), 0, NULL, "what it is: a set over the whole period, over a train window, the chosen set over a test window, "
		"all test windows together, buy and hold, entries at random", samples, 0, 0, NULL },
	{ "window", FIELD_INT, F(window), FIELD_NULL | FIELD_MIN, NULL, "number of the walk forward's window", NULL, 0, 0, NULL },
	{ "number", FIELD_INT, F(number), FIELD_NULL | FIELD_MIN, NULL, "place of the set in its search; of a random run, which", NULL, 0, 0, NULL },
	{ "strategy", FIELD_TEXT, F(strategy), 0, NULL, "the strategy file's name", NULL, 0, 0, NULL },
	{ "tuned", FIELD_TEXT, F(tuned), FIELD_NULL, NULL, "the parameters that were searched, as JSON text", NULL, 0, 0, NULL },
	{ "params", FIELD_TEXT, F(params), FIELD_NULL, NULL, "every parameter, as JSON text", NULL, 0, 0, NULL },
	{ "setup", FIELD_TEXT, F(setup), 0, NULL, "hash of market, money, fees, risk and exchange rules", NULL, 0, 0, NULL },
	{ "digest", FIELD_TEXT, F(digest), 0, NULL, "SHA-256 of the candles of the search", NULL, 0, 0, NULL },
	{ "version", FIELD_TEXT, F(version), 0, NULL, "the program's version and commit", NULL, 0, 0, NULL },
	{ "since", FIELD_TIME, F(since), 0, "ms UTC", "first step", NULL, 0, 0, NULL },
	{ "until", FIELD_TIME, F(until), 0, "ms UTC", "end", NULL, 0, 0, NULL },
	{ "days", FIELD_REAL, METRIC(0), FIELD_NULL, "days", "length of the period", NULL, 0, 0, NULL },
	{ "pnl", FIELD_REAL, METRIC(1), FIELD_NULL, "quote", "profit, net of all costs", NULL, 0, 0, NULL },
	{ "total_return", FIELD_REAL, METRIC(2), FIELD_NULL, "fraction", "return over the whole period", NULL, 0, 0, NULL },
	{ "cagr", FIELD_REAL, METRIC(3), FIELD_NULL, "fraction", "compound annual growth rate", NULL, 0, 0, NULL },
	{ "volatility", FIELD_REAL, METRIC(4), FIELD_NULL, "fraction", "standard deviation of the daily returns, annualized", NULL, 0, 0, NULL },
	{ "max_drawdown", FIELD_REAL, METRIC(5), FIELD_NULL, "fraction", "largest fall from a peak, daily closes", NULL, 0, 0, NULL },
	{ "drawdown_days", FIELD_REAL, METRIC(6), FIELD_NULL, "days", "longest time below a peak", NULL, 0, 0, NULL },
	{ "sharpe", FIELD_REAL, METRIC(7), FIELD_NULL, "ratio", "mean over standard deviation of the daily returns, annualized", NULL, 0, 0, NULL },
	{ "sortino", FIELD_REAL, METRIC(8), FIELD_NULL, "ratio", "mean over downside deviation of the daily returns, annualized", NULL, 0, 0, NULL },
	{ "calmar", FIELD_REAL, METRIC(9), FIELD_NULL, "ratio", "annual return over maximum drawdown", NULL, 0, 0, NULL },
	{ "trades", FIELD_REAL, METRIC(10), FIELD_NULL, NULL, "closed round trips", NULL, 0, 0, NULL },
	{ "win_rate", FIELD_REAL, METRIC(11), FIELD_NULL, "fraction", "share of them with a profit", NULL, 0, 0, NULL },
	{ "profit_factor", FIELD_REAL, METRIC(12), FIELD_NULL, "ratio", "gross profit over gross loss", NULL, 0, 0, NULL },
	{ "expectancy", FIELD_REAL, METRIC(13), FIELD_NULL, "quote", "mean net profit of a trade", NULL, 0, 0, NULL },
	{ "worst_trade", FIELD_REAL, METRIC(14), FIELD_NULL, "quote", "largest loss", NULL, 0, 0, NULL },
	{ "consecutive_losses", FIELD_REAL, METRIC(15), FIELD_NULL, NULL, "longest losing streak", NULL, 0, 0, NULL },
	{ "exposure", FIELD_REAL, METRIC(16), FIELD_NULL, "fraction", "share of bars with an open position at their close", NULL, 0, 0, NULL },
	{ "fees", FIELD_REAL, METRIC(17), FIELD_NULL, "quote", "fees paid", NULL, 0, 0, NULL },
	{ "slippage", FIELD_REAL, METRIC(18), FIELD_NULL, "quote", "cost of fills beyond the expected prices", NULL, 0, 0, NULL },
	{ "returns", FIELD_TEXT, FIELD(trial, returns), FIELD_NULL, "fraction", "daily returns, as a JSON array in text; null: of train windows and random runs",
		NULL, 0, 0, NULL },
};

int result_metric(const char *name)
{
	const struct field *f = field_find(trial_fields + TRIAL_FIRST_METRIC, TRIAL_METRICS, name);

	return f ? (int)(f - trial_fields) - TRIAL_FIRST_METRIC : -1;
}
