#include "study/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/indicators.h"

#define COLUMNS_MAX 1024

const struct indicator *const indicators[] = {
	&study_sma, &study_ema, &study_rma, &study_rsi, &study_tr, &study_atr, &study_adx, &study_highest, &study_lowest, &study_donchian,
	&study_bollinger, &study_zscore, &study_keltner, &study_macd, &study_macd_indep, &study_vwap, &study_vwap_rolling, &study_obv,
	&study_volume_ratio, &study_volatility, NULL,
};

struct study {
	const struct indicator *indicator;
	double params[STUDY_PARAMS];
	size_t column; /* its first */
	void *state;
};

struct panel {
	enum interval interval;
	struct study *studies;
	size_t study_count, column_count;
	double *values;
	char (*names)[STUDY_SPEC];
	bool started;
};

const struct indicator *indicator_find(const char *name)
{
	for (size_t i = 0; indicators[i]; i++)
		if (strcmp(indicators[i]->name, name) == 0)
			return indicators[i];
	return NULL;
}

int indicator_outputs(const struct indicator *i)
{
	int n = 0;

	while (n < STUDY_OUTPUTS && i->outputs[n])
		n++;
	return n;
}

struct panel *panel_new(enum interval interval)
{
	struct panel *p = calloc(1, sizeof *p);

	if (p)
		p->interval = interval;
	return p;
}

void panel_free(struct panel *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->study_count; i++)
		free(p->studies[i].state);
	free(p->studies);
	free(p->values);
	free(p->names);
	free(p);
}

/* One parameter of a spec; *s moves behind it and its comma. */
static enum err read_param(const struct study_param *q, const char *spec, const char **s, double *v, struct error *e)
{
	char *end;

	*v = strtod(*s, &end);
	if (end == *s || (*end && *end != ',') || !isfinite(*v) || *v < q->min || *v > q->max || (q->whole && *v != floor(*v)))
		return error_set(e, ERR_USAGE, "%s of '%s' is not %s from %.12g to %.12g", q->name, spec, q->whole ? "an integer" : "a number", q->min,
			q->max);
	*s = *end ? end + 1 : end;
	return OK;
}

static enum err read_spec(const char *spec, struct study *out, struct error *e)
{
	const char *s = strchr(spec, ':');
	size_t n = s ? (size_t)(s - spec) : strlen(spec);
	char name[STUDY_SPEC];
	enum err rc = OK;
	int i;

	if (n >= sizeof name)
		return error_set(e, ERR_USAGE, "no indicator '%.40s'", spec);
	memcpy(name, spec, n);
	name[n] = '\0';
	out->indicator = indicator_find(name);
	if (!out->indicator)
		return error_set(e, ERR_USAGE, "no indicator '%s'; ct-study --list names them", name);
	s = s ? s + 1 : "";
	for (i = 0; i < STUDY_PARAMS && out->indicator->params[i].name && !rc; i++) {
		out->params[i] = out->indicator->params[i].fallback;
		if (*s)
			rc = read_param(&out->indicator->params[i], spec, &s, &out->params[i], e);
	}
	if (!rc && *s)
		rc = error_set(e, ERR_USAGE, "'%s' has more than the %d parameters of %s", spec, i, name);
	return rc;
}

static void name_columns(struct panel *p, const struct study *s)
{
	for (int k = 0; k < indicator_outputs(s->indicator); k++) {
		char *name = p->names[s->column + (size_t)k];
		size_t n = (size_t)snprintf(name, STUDY_SPEC, "%s", s->indicator->name);

		for (int i = 0; i < STUDY_PARAMS && s->indicator->params[i].name; i++)
			if (s->params[i] != 0) /* 0 is "none" where it is allowed */
				n += (size_t)snprintf(name + n, STUDY_SPEC - n, "_%.6g", s->params[i]);
		if (*s->indicator->outputs[k])
			snprintf(name + n, STUDY_SPEC - n, "_%s", s->indicator->outputs[k]);
	}
}

static enum err add_study(struct panel *p, struct study *s, struct error *e)
{
	size_t columns = (size_t)indicator_outputs(s->indicator), all = p->column_count + columns;
	struct study *studies;
	double *values;
	void *names;

	if (p->started || all > COLUMNS_MAX)
		return error_set(e, ERR_INTERNAL, p->started ? "a column was asked for after the first bar" : "more than 1024 columns");
	if (!(studies = realloc(p->studies, (p->study_count + 1) * sizeof *studies)))
		return error_memory(e);
	p->studies = studies;
	if (!(values = realloc(p->values, all * sizeof *values)))
		return error_memory(e);
	p->values = values;
	if (!(names = realloc(p->names, all * sizeof *p->names)))
		return error_memory(e);
	p->names = names;
	if (!(s->state = calloc(1, s->indicator->size(s->params))))
		return error_memory(e);
	s->indicator->init(s->state, s->params, interval_per_year(p->interval));
	s->column = p->column_count;
	for (size_t i = 0; i < columns; i++)
		p->values[s->column + i] = NAN;
	name_columns(p, s);
	p->studies[p->study_count++] = *s;
	p->column_count = all;
	return OK;
}

enum err panel_want(struct panel *p, const char *spec, size_t *first, struct error *e)
{
	struct study s = { 0 };
	enum err rc = read_spec(spec, &s, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < p->study_count; i++)
		if (p->studies[i].indicator == s.indicator && memcmp(p->studies[i].params, s.params, sizeof s.params) == 0) {
			*first = p->studies[i].column;
			return OK;
		}
	*first = p->column_count;
	return add_study(p, &s, e);
}

static struct study_bar seen(const struct bar *bar)
{
	return (struct study_bar){
		.open_time = bar->open_time, .high = dec_double(bar->high), .low = dec_double(bar->low),
		.close = dec_double(bar->close), .volume = dec_double(bar->volume),
	};
}

const double *panel_step(struct panel *p, const struct bar *bar)
{
	const struct study_bar b = seen(bar);

	p->started = true;
	for (size_t i = 0; i < p->study_count; i++)
		p->studies[i].indicator->step(p->studies[i].state, &b, p->values + p->studies[i].column);
	return p->values;
}

/* One indicator over a piece of a run; NULL rows are left out. */
static void fill_study(const struct panel *p, struct study *s, const struct study_bar *bars, size_t n, double *const *rows, size_t at)
{
	double piece[STUDY_OUTPUTS][STUDY_PIECE];
	size_t outputs = (size_t)indicator_outputs(s->indicator);

	s->indicator->run(s->state, bars, n, p->values + s->column, piece);
	for (size_t k = 0; k < outputs; k++)
		if (rows[s->column + k])
			memcpy(rows[s->column + k] + at, piece[k], n * sizeof *piece[k]);
}

static bool is_wanted(const struct study *s, double *const *rows)
{
	bool wanted = false;

	for (int k = 0; k < indicator_outputs(s->indicator); k++)
		wanted |= rows[s->column + (size_t)k] != NULL;
	return wanted;
}

/* In pieces that fit the first cache. */
void panel_fill(struct panel *p, const struct study_run *run, double *const *rows)
{
	struct study_bar piece[STUDY_PIECE];
	bool any = false;

	p->started = true;
	for (size_t i = 0; i < p->study_count; i++)
		any |= is_wanted(&p->studies[i], rows);
	for (size_t at = 0, count; any && at < run->count; at += count) {
		count = run->count - at < STUDY_PIECE ? run->count - at : STUDY_PIECE;
		for (size_t i = 0; i < count; i++)
			piece[i] = (struct study_bar){ run->bars[at + i].open_time, run->high[at + i], run->low[at + i], run->close[at + i],
				run->volume ? run->volume[at + i] : NAN };
		for (struct study *s = p->studies, *end = s + p->study_count; s < end; s++)
			if (is_wanted(s, rows))
				fill_study(p, s, piece, count, rows, at);
	}
}

/* What fits 52 bits becomes the low part of a double above 2^52: exact, and several at once, where a machine converts one. */
static void see_prices(const dec64 *prices, size_t n, double *out)
{
	const uint64_t head = 0x4330000000000000; /* 2^52 as a double */
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= (uint64_t)prices[i];
	if (all >> 52) {
		for (size_t i = 0; i < n; i++)
			out[i] = dec_double(prices[i]);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t bits = head | (uint64_t)prices[i];
		double v;

		memcpy(&v, &bits, sizeof v);
		out[i] = (v - 0x1p52) / DEC_ONE;
	}
}

void study_see(const struct bar *bars, size_t n, bool volume, double *room, struct study_run *run)
{
	double *high = room, *low = room + n, *close = room + 2 * n, *volumes = volume ? room + 3 * n : NULL;
	bool *traded = (void *)(room + 4 * n);
	dec64 piece[3][STUDY_PIECE];

	for (size_t at = 0, count; at < n; at += count) {
		count = n - at < STUDY_PIECE ? n - at : STUDY_PIECE;
		for (size_t i = 0; i < count; i++) {
			const struct bar *b = &bars[at + i];

			piece[0][i] = b->high;
			piece[1][i] = b->low;
			piece[2][i] = b->close;
			traded[at + i] = b->volume > 0;
		}
		see_prices(piece[0], count, high + at);
		see_prices(piece[1], count, low + at);
		see_prices(piece[2], count, close + at);
	}
	for (size_t i = 0; volumes && i < n; i++)
		volumes[i] = dec_double(bars[i].volume);
	*run = (struct study_run){ .bars = bars, .count = n, .high = high, .low = low, .close = close, .volume = volumes, .traded = traded };
}

bool panel_reads_volume(const struct panel *p)
{
	bool reads = false;

	for (size_t i = 0; i < p->study_count; i++)
		reads |= p->studies[i].indicator->volume;
	return reads;
}

size_t panel_columns(const struct panel *p)
{
	return p->column_count;
}

const char *panel_column_name(const struct panel *p, size_t column)
{
	return p->names[column];
}

/* Whose column it is. */
static const struct study *study_of(const struct panel *p, size_t column)
{
	const struct study *s = p->studies + p->study_count - 1;

	while (s->column > column)
		s--;
	return s;
}

struct column_key panel_column_key(const struct panel *p, size_t column)
{
	const struct study *s = study_of(p, column);
	struct column_key key = { .indicator = s->indicator, .output = (int64_t)(column - s->column) };

	memcpy(key.params, s->params, sizeof key.params);
	return key;
}

int64_t panel_first(const struct panel *p, size_t column)
{
	const struct study *s = study_of(p, column);

	return s->indicator->first(s->params, (int)(column - s->column));
}
