#ifndef CT_TUNE_LUCK_H
#define CT_TUNE_LUCK_H

#include <stddef.h>

/*
 * How much of a search's best result is luck. Sharpe ratios here are per period (a day), not annual.
 * Undefined is NaN.
 * Source: Bailey and López de Prado 2012 (probabilistic Sharpe), 2014 (deflated Sharpe); Bailey, Borwein, López de
 * Prado, Zhu 2017 (probability of backtest overfitting).
 */

/* mean / sd (ddof 1); NaN with fewer than two returns; 0 where they are all equal. */
double luck_sharpe(const double *returns, size_t n);

struct luck_moments {
	double sharpe, skew, kurtosis; /* of the population; a normal's kurtosis is 3 */
};
struct luck_moments luck_moments(const double *returns, size_t n);

/* The probability that the true Sharpe is above `threshold`. */
double luck_psr(const double *returns, size_t n, double threshold);
/* The highest Sharpe that so many trials without any skill would show; variance: of their Sharpes (ddof 1). trials >= 2. */
double luck_expected_best(double variance, double trials);
/* Variance with ddof 1 of n values, NaNs left out; *used: how many counted. */
double luck_variance(const double *values, size_t n, size_t *used);

struct luck_overfit {
	double pbo;                        /* share of the splits in which the best half-time set was no better than the median in the other half */
	double lambda_mean, lambda_median; /* of the logit of its rank there */
	size_t splits;
};

/*
 * Probability of backtest overfitting by combinatorially symmetric cross-validation. columns[k] holds the returns of
 * set k, `rows` each; blocks is even, 2..20. NaNs where there are fewer than two sets or than 2 rows a block.
 * False: out of memory.
 */
int luck_overfit(const double *const *columns, size_t sets, size_t rows, size_t blocks, struct luck_overfit *out);

/* The x below which a standard normal variable lies with probability p. */
double luck_normal_quantile(double p);

#endif
