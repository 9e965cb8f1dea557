/*
 * Indicators in memory, a call a bar and in rows: nanoseconds a bar, median of 21, beside the better of TA-Lib 0.7.1
 * and Tulip 0.9.2 in batch, whose times are scaled by how long a plain sum takes here and took there (0.8 ns).
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "study/study.h"

#define BARS 1024000 /* whole pieces */
#define RUNS 21
#define SUM_THERE 0.8

static const struct { const char *name; double params[STUDY_PARAMS], batch_ns; } rows[] = {
	{ "ema", { 20 }, 2.5 }, { "sma", { 20 }, 1.7 }, { "rsi", { 14 }, 6.0 }, { "atr", { 14 }, 2.5 }, { "adx", { 14 }, 8.4 },
	{ "highest", { 20 }, 4.3 }, { "macd", { 12, 26, 9 }, 2.7 }, { "bollinger", { 20, 2 }, 2.5 },
};

#define ROWS (sizeof rows / sizeof *rows)

static struct study_bar bars[BARS];

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double chance(void)
{
	return (double)rand() / RAND_MAX;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *ns)
{
	qsort(ns, RUNS, sizeof *ns, by_size);
	return ns[RUNS / 2];
}

/* Nanoseconds a bar, of one indicator over all of them. */
static double measure(const struct indicator *ind, const double *params, bool in_rows)
{
	static double piece[STUDY_OUTPUTS][STUDY_PIECE];
	double out[STUDY_OUTPUTS] = { 0 }, began, took;
	void *state = calloc(1, ind->size(params));

	if (!state)
		exit(70);
	ind->init(state, params, 365);
	began = seconds();
	for (size_t i = 0; i < BARS && in_rows; i += STUDY_PIECE)
		ind->run(state, &bars[i], STUDY_PIECE, out, piece);
	for (size_t i = 0; i < BARS && !in_rows; i++)
		ind->step(state, &bars[i], out);
	took = seconds() - began;
	free(state);
	return took / BARS * 1e9;
}

static double measure_sum(void)
{
	static double values[BARS];
	volatile double sink;
	double sum = 0, began;

	for (size_t i = 0; i < BARS; i++)
		values[i] = bars[i].close;
	began = seconds();
	for (size_t i = 0; i < BARS; i++)
		sum += values[i];
	sink = sum;
	(void)sink;
	return (seconds() - began) / BARS * 1e9;
}

static void make_bars(void)
{
	double price = 100;

	srand(7);
	for (size_t i = 0; i < BARS; i++) {
		double to = price * (1 + (chance() - 0.5) / 50);

		bars[i] = (struct study_bar){ (int64_t)i * 60000, (to > price ? to : price) * (1 + chance() / 200),
			(to < price ? to : price) * (1 - chance() / 200), to, 1 + chance() };
		price = to;
	}
}

/* All in turn, again and again: what else the machine does hits each of them. */
int main(void)
{
	static double sum[RUNS], one[ROWS][RUNS], row[ROWS][RUNS];
	double scale;

	make_bars();
	for (int run = 0; run < RUNS; run++) {
		sum[run] = measure_sum();
		for (size_t i = 0; i < ROWS; i++) {
			one[i][run] = measure(indicator_find(rows[i].name), rows[i].params, false);
			row[i][run] = measure(indicator_find(rows[i].name), rows[i].params, true);
		}
	}
	scale = median(sum) / SUM_THERE;
	printf("a plain sum: %.2f ns here, %.1f there\n", scale * SUM_THERE, SUM_THERE);
	for (size_t i = 0; i < ROWS; i++) {
		double a = median(one[i]), b = median(row[i]), batch = rows[i].batch_ns * scale;

		printf("%-10s a call a bar %5.2f ns %5.2fx  in rows %5.2f ns %5.2fx  batch %5.2f ns\n", rows[i].name, a, a / batch, b, b / batch, batch);
	}
	return 0;
}
