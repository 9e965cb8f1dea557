/*
 * load DATABASE INTERVAL SINCE UNTIL [SYMBOL]: reads the candles of a pair, or of all pairs, into memory as a program does. Prints the
 * median of eleven readings in seconds, with the opening of the database in each, and the number of candles.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/utc.h"
#include "store/store.h"

#define READINGS 11

struct loaded {
	struct bar *bars;
	size_t n, cap;
};

static enum err on_bars(void *ctx, const struct candle *head, const struct bar *bars, size_t n, struct error *e)
{
	struct loaded *l = ctx;

	(void)head;
	if (l->n + n > l->cap) {
		l->cap = 2 * l->cap + n;
		l->bars = realloc(l->bars, l->cap * sizeof *l->bars);
		if (!l->bars)
			return error_memory(e);
	}
	for (size_t i = 0; i < n; i++)
		l->bars[l->n++] = bars[i];
	return OK;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	struct store_query q = STORE_ANY;
	char symbols[1][SYMBOL_SIZE] = { "" };
	double seconds[READINGS];
	struct loaded l = { 0 };
	struct error e;

	if (argc < 5 || !utc_parse(argv[3], 0, &q.since) || !utc_parse(argv[4], 0, &q.until))
		return 64;
	q.market = MARKET_SPOT;
	q.interval = interval_find(argv[2]);
	if (argc > 5) {
		snprintf(symbols[0], sizeof symbols[0], "%s", argv[5]);
		q.symbols = (const char (*)[SYMBOL_SIZE])symbols;
		q.symbol_count = 1;
	}
	for (int i = 0; i < READINGS; i++) {
		struct timespec from, to;
		struct store *s;

		l.n = 0;
		clock_gettime(CLOCK_MONOTONIC, &from);
		if (store_open(argv[1], STORE_READ, &s, &e) || store_each_bars(s, &q, on_bars, &l, &e)) {
			fprintf(stderr, "load: %s\n", e.message);
			return 1;
		}
		store_close(s);
		clock_gettime(CLOCK_MONOTONIC, &to);
		seconds[i] = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9;
	}
	qsort(seconds, READINGS, sizeof *seconds, by_value);
	printf("%.4f %zu\n", seconds[READINGS / 2], l.n);
	free(l.bars);
	return 0;
}
