/*
 * orders URL KEY N: N orders one after another on a warm connection, through the signed client. Prints, in microseconds, median and
 * 99th percentile of what is ours before a request is handed over (budget, parameters, signature), of the exchange and its answer,
 * and of the whole call. The exchange is ct-sim, its clock at 2024-05-01 00:00:05.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "venue/broker_dialect.h"

#define NOW INT64_C(1714521605000)
#define MOST 100000

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void print(const char *what, double *us, int n)
{
	qsort(us, (size_t)n, sizeof *us, by_size);
	printf("%-44s %6.0f us, p99 %6.0f us\n", what, us[n / 2], us[n * 99 / 100]);
}

int main(int argc, char **argv)
{
	static double ours[MOST], wire[MOST], whole[MOST];
	const struct http_count limits[] = { { 10000, 100000000 }, { 86400000, 100000000 } };
	struct broker_config config = { .market = MARKET_SPOT, .mode = MODE_DEMO, .now_ms = NOW };
	struct error e;
	struct broker *b;
	int n = argc == 4 ? (int)strtol(argv[3], NULL, 10) : 0;

	if (n < 1 || n > MOST)
		return 64;
	config.base_url = argv[1];
	config.key = argv[2];
	if (broker_open(&config, &b, &e))
		return fprintf(stderr, "orders: %s\n", e.message), 1;
	broker_learn_limits(b, 100000000, limits, 2);
	for (int i = -10; i < n; i++) { /* ten to warm up */
		struct broker_counts before = *broker_counts(b);
		double start = now_us();
		char id[24];
		struct order_request q = { .symbol = "AAAUSDT", .id = id, .side = i & 1 ? SIDE_SELL : SIDE_BUY, .type = VENUE_LIMIT, .tif = VENUE_IOC,
			.qty = DEC_ONE, .quote_qty = DEC_NONE, .price = (dec)(i & 1 ? 90 : 110) * DEC_ONE, .stop_price = DEC_NONE };
		struct placed p;
		struct reply r;

		snprintf(id, sizeof id, "bench-%d", i + 10);
		if (broker_place(b, &q, &p, &r) != FATE_DONE)
			return fprintf(stderr, "orders: %s\n", r.error.message), 1;
		placed_release(&p);
		if (i < 0)
			continue;
		whole[i] = now_us() - start;
		ours[i] = (double)(broker_counts(b)->ours_ns - before.ours_ns) / 1e3;
		wire[i] = (double)(broker_counts(b)->wire_ns - before.wire_ns) / 1e3;
	}
	printf("%d orders, %s\n", n, broker_key_kind(b));
	print("  budget, parameters, stamp, signature", ours, n);
	print("  on the wire, with the exchange's work", wire, n);
	print("  the whole call, with its answer read", whole, n);
	broker_close(b);
	return 0;
}
