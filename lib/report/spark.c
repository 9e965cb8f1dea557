#include "report/spark.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "report/number.h"

/* A grid of dots: 2 × 4 of them in each Braille character, 1 × 1 in an ASCII one. */
struct grid {
	size_t width, height; /* characters */
	size_t dx, dy;        /* dots a character */
	unsigned char *dots;  /* bits of each character */
};

static void set_dot(struct grid *g, size_t x, size_t y)
{
	static const unsigned char bits[4][2] = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

	g->dots[y / g->dy * g->width + x / g->dx] |= bits[y % g->dy][x % g->dx];
}

/* The last value at or before each column's end: equity stands until it changes. */
static double sample(const struct curve *c, double fraction)
{
	int64_t t = c->t_ms[0] + (int64_t)llround(fraction * (double)(c->t_ms[c->count - 1] - c->t_ms[0]));
	size_t low = 0, high = c->count;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (c->t_ms[middle] <= t)
			low = middle;
		else
			high = middle;
	}
	return c->equity[low];
}

static void plot(struct grid *g, const struct curve *c, double bottom, double top)
{
	size_t columns = g->width * g->dx, rows = g->height * g->dy, before = 0;

	for (size_t x = 0; x < columns; x++) {
		double v = sample(c, (double)x / (double)(columns - 1));
		size_t y = rows - 1 - (size_t)lround((v - bottom) / (top - bottom) * (double)(rows - 1));
		size_t from = x && before < y ? before + 1 : y, to = x && before > y ? before - 1 : y;

		for (size_t dot = from; dot <= to; dot++) /* a jump is drawn as a line */
			set_dot(g, x, dot);
		before = y;
	}
}

static void add_dots(struct buf *b, unsigned char dots, bool utf8)
{
	if (!utf8) {
		buf_addc(b, dots ? '*' : ' ');
		return;
	}
	if (!dots) {
		buf_addc(b, ' ');
		return;
	}
	buf_addc(b, (char)0xe2); /* U+2800 + dots */
	buf_addc(b, (char)(0xa0 | dots >> 6));
	buf_addc(b, (char)(0x80 | (dots & 0x3f)));
}

/* "2024-01-01      2024-07-01      2024-12-31" under the chart. */
static void add_dates(const struct curve *c, size_t indent, size_t width, struct buf *b)
{
	int64_t first = c->t_ms[0], last = c->t_ms[c->count - 1], times[3] = { first, first + (last - first) / 2, last - 1 };
	char text[UTC_TEXT];
	size_t at = 0;

	for (size_t i = 0; i < indent; i++)
		buf_addc(b, ' ');
	for (int i = 0; i < 3; i++) {
		size_t n, to;

		n = strcspn(utc_format(times[i], text), " ");
		to = i == 0 ? 0 : i == 1 ? (width - n) / 2 : width - n;
		if (width < 3 * n + 4 && i == 1)
			continue;
		for (; at < to; at++)
			buf_addc(b, ' ');
		buf_add(b, text, n);
		at += n;
	}
	buf_addc(b, '\n');
}

static void add_row(const struct grid *g, size_t row, double bottom, double top, size_t label_width, const struct style *s, struct buf *b)
{
	struct buf label = { .max = 64 };
	size_t last = g->width;
	bool marked = row == 0 || row == g->height - 1 || row == g->height / 2;

	if (marked)
		number_real(&label, top - (top - bottom) * (double)row / (double)(g->height - 1), fabs(top) >= 1000 ? 0 : 2);
	for (size_t i = label.len; i < label_width; i++)
		buf_addc(b, ' ');
	buf_add(b, label.data ? label.data : "", label.len);
	buf_release(&label);
	buf_addf(b, " %s%s%s", style_faint(s), s->utf8 ? marked ? "┤" : "│" : marked ? "+" : "|", style_off(s));
	while (last && !g->dots[row * g->width + last - 1])
		last--;
	for (size_t i = 0; i < last; i++)
		add_dots(b, g->dots[row * g->width + i], s->utf8);
	buf_addc(b, '\n');
}

enum err spark_write(const struct curve *c, size_t width, size_t height, const struct style *s, struct buf *b, struct error *e)
{
	struct grid g = { width, height, s->utf8 ? 2 : 1, s->utf8 ? 4 : 1, NULL };
	double bottom = INFINITY, top = -INFINITY;
	struct buf longest = { .max = 64 };
	size_t label_width;

	if (c->count < 2)
		return OK;
	for (size_t i = 0; i < c->count; i++) {
		bottom = fmin(bottom, c->equity[i]);
		top = fmax(top, c->equity[i]);
	}
	if (top - bottom < 1e-9 * fmax(1, fabs(top))) {
		bottom -= 1;
		top += 1;
	}
	g.dots = calloc(width * height, 1);
	if (!g.dots)
		return error_memory(e);
	plot(&g, c, bottom, top);
	number_real(&longest, top, fabs(top) >= 1000 ? 0 : 2);
	label_width = longest.len;
	buf_release(&longest);
	for (size_t row = 0; row < height; row++)
		add_row(&g, row, bottom, top, label_width, s, b);
	add_dates(c, label_width + 2, width, b);
	free(g.dots);
	return OK;
}
