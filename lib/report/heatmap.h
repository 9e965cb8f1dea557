#ifndef CT_REPORT_HEATMAP_H
#define CT_REPORT_HEATMAP_H

#include "core/buf.h"
#include "model/trial.h"

/*
 * One metric of a search over two of its parameters. A cell is the median of all sets with its two values, whatever
 * their other parameters are; NaN: no set, or undefined in all.
 */
struct heatmap {
	char x[64], y[64];         /* parameter names; y "": there is only one */
	const char *metric;
	int good;                  /* 1: more is better, -1: less, 0: neither */
	char (*columns)[64], (*rows)[64]; /* their values, ascending */
	size_t column_count, row_count;
	double *cells;             /* row by row */
	size_t most;               /* sets in the fullest cell */
	double low, high;          /* of the cells */
	size_t best, calm;         /* the best cell, and the one whose surroundings (itself and up to 8 around) are best on average; cell count: none */
	double calm_mean;
};

/*
 * x, y NULL: the first parameters that were searched. Only trials over the whole period count.
 * ERR_DATA: no such trial, trials of several searches. ERR_USAGE: no such parameter or metric.
 */
enum err heatmap_make(struct heatmap *h, const struct result *rows, size_t n, const char *x, const char *y, const char *metric, struct error *e);
void heatmap_release(struct heatmap *h);

/* How warm a cell is shown, -1..1: by its distance from zero where any is below it, else by its place between the lowest and the highest. */
double heatmap_heat(const struct heatmap *h, double v);
/* The value that is shown with this heat. */
double heatmap_value(const struct heatmap *h, double heat);
/* In words: where it is best, and where it is best on average with its neighbours. */
void heatmap_sentence(const struct heatmap *h, struct buf *b);

#endif
