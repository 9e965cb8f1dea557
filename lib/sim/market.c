#include "sim/market.h"

#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "feed/archive.h"
#include "sim/folder.h"
#include "sim/generate.h"

#define BARS_MAX ((size_t)1 << 23) /* of one series: sixteen years of minutes */
#define GRID_BARS 1000             /* looked at to tell tick and step */

struct series {
	struct bar *bars;
	size_t count, cap;
	bool loaded;
	struct error failed; /* code OK: it did not */
};

struct pair {
	char name[SYMBOL_SIZE];
	struct generate generate; /* of a generated market */
	struct series *series[INTERVAL_COUNT];
	dec64 tick, step; /* 0: not yet known */
	struct funding *payments;
	size_t payment_count;
	bool paid; /* they are loaded */
};

struct sim_market {
	struct pair *pairs;
	size_t count;
	bool generated;
	struct sim_file *files;
	size_t file_count;
};

static const char *const made_up[] = {
	"AAAUSDT", "ADAUSDT", "BBBUSDT", "BNBUSDT", "BTCUSDT", "CCCUSDT", "DDDUSDT", "DOGEUSDT", "EEEUSDT", "ETHUSDT",
	"FFFUSDT", "GGGUSDT", "HHHUSDT", "IIIUSDT", "JJJUSDT", "LINKUSDT", "LTCUSDT", "SOLUSDT", "TRXUSDT", "XRPUSDT",
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

static enum err add_pair(struct sim_market *m, const char *name, struct pair **pair, struct error *e)
{
	struct pair *pairs;

	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->pairs[i].name, name) == 0) {
			*pair = &m->pairs[i];
			return OK;
		}
	pairs = realloc(m->pairs, (m->count + 1) * sizeof *pairs);
	if (!pairs)
		return error_memory(e);
	m->pairs = pairs;
	*pair = &pairs[m->count++];
	memset(*pair, 0, sizeof **pair);
	memcpy((*pair)->name, name, strlen(name) + 1);
	return OK;
}

static enum err add_series(struct pair *p, enum interval interval, struct error *e)
{
	if (!p->series[interval])
		p->series[interval] = calloc(1, sizeof *p->series[interval]);
	return p->series[interval] ? OK : error_memory(e);
}

static enum err add_series_of_files(struct sim_market *m, struct error *e)
{
	struct pair *pair;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < m->file_count; i++) {
		if (m->files[i].series.interval < 0)
			continue;
		rc = add_pair(m, m->files[i].series.symbol, &pair, e);
		if (!rc)
			rc = add_series(pair, (enum interval)m->files[i].series.interval, e);
	}
	return rc;
}

static enum err all_there(const struct sim_market *m, const char *dir, const struct sim_names *names, struct error *e)
{
	if (m->count == 0)
		return error_set(e, ERR_NOINPUT, "no file named SYMBOL-INTERVAL.csv[.zst] in '%.300s'", dir);
	for (size_t i = 0; i < names->count; i++)
		if (sim_market_find(m, names->names[i]) < 0)
			return error_set(e, ERR_NOINPUT, "no candles of '%.40s' in '%.300s'", names->names[i], dir);
	return OK;
}

enum err sim_market_folder(const char *dir, const struct sim_names *names, struct sim_market **market, struct error *e)
{
	struct sim_market *m = calloc(1, sizeof *m);
	enum err rc = m ? sim_folder_scan(dir, names, &m->files, &m->file_count, e) : error_memory(e);

	if (!rc)
		rc = add_series_of_files(m, e);
	if (!rc && m->count)
		qsort(m->pairs, m->count, sizeof *m->pairs, by_name);
	if (!rc)
		rc = all_there(m, dir, names, e);
	if (rc) {
		sim_market_free(m);
		return rc;
	}
	*market = m;
	return OK;
}

enum err sim_market_generate(uint64_t seed, enum interval interval, int64_t from_ms, double outages_per_year, const struct sim_names *names,
	struct sim_market **market, struct error *e)
{
	struct sim_market *m = calloc(1, sizeof *m);
	struct sim_names all = names->count ? *names : (struct sim_names){ made_up, sizeof made_up / sizeof *made_up };
	enum err rc = m ? OK : error_memory(e);

	for (size_t i = 0; !rc && i < all.count; i++) {
		struct pair *pair;

		if (strlen(all.names[i]) >= SYMBOL_SIZE)
			rc = error_set(e, ERR_USAGE, "'%.60s' is too long for a symbol", all.names[i]);
		else
			rc = add_pair(m, all.names[i], &pair, e);
		if (!rc)
			rc = add_series(pair, interval, e);
		if (!rc) {
			generate_init(&pair->generate, seed, pair->name, interval, from_ms, outages_per_year);
			pair->tick = pair->generate.tick;
			pair->step = pair->generate.step;
		}
	}
	if (rc) {
		sim_market_free(m);
		return rc;
	}
	m->generated = true;
	qsort(m->pairs, m->count, sizeof *m->pairs, by_name);
	*market = m;
	return OK;
}

void sim_market_free(struct sim_market *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++) {
		for (int j = 0; j < INTERVAL_COUNT; j++)
			if (m->pairs[i].series[j]) {
				free(m->pairs[i].series[j]->bars);
				free(m->pairs[i].series[j]);
			}
		free(m->pairs[i].payments);
	}
	sim_folder_release(m->files, m->file_count);
	free(m->pairs);
	free(m);
}

size_t sim_market_count(const struct sim_market *m)
{
	return m->count;
}

const char *sim_market_name(const struct sim_market *m, size_t pair)
{
	return m->pairs[pair].name;
}

int sim_market_find(const struct sim_market *m, const char *name)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, m->pairs[middle].name);

		if (order == 0)
			return (int)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

unsigned sim_market_intervals(const struct sim_market *m, size_t pair)
{
	unsigned bits = 0;

	for (int i = 0; i < INTERVAL_COUNT; i++)
		if (m->pairs[pair].series[i])
			bits |= 1U << i;
	return bits;
}

static enum err add_bar(struct series *s, const struct bar *bar, struct error *e)
{
	if (s->count == BARS_MAX)
		return error_set(e, ERR_DATA, "more than %zu bars", BARS_MAX);
	if (grow(&s->bars, &s->cap, s->count + 1, sizeof *s->bars, e))
		return ERR_INTERNAL;
	s->bars[s->count++] = *bar;
	return OK;
}

static enum err load_file(struct series *s, const struct sim_file *file, struct error *e)
{
	struct feed *feed;
	struct candle c;
	bool end;
	enum err rc = feed_open(file->path, &file->series, &feed, e);

	if (rc)
		return rc;
	for (;;) {
		rc = feed_next(feed, &c, &end, e);
		if (rc || end)
			break;
		rc = add_bar(s, &c.bar, e);
		if (rc)
			break;
	}
	feed_close(feed);
	return rc;
}

static int by_open_time(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;

	return (x->open_time > y->open_time) - (x->open_time < y->open_time);
}

/* Overlapping files (a month and its days) have the same bars twice: the exchange has each once. */
static void put_in_order(struct series *s)
{
	size_t kept = 0;
	bool sorted = true;

	for (size_t i = 1; i < s->count && sorted; i++)
		sorted = s->bars[i - 1].open_time < s->bars[i].open_time;
	if (sorted)
		return;
	qsort(s->bars, s->count, sizeof *s->bars, by_open_time);
	for (size_t i = 0; i < s->count; i++)
		if (kept == 0 || s->bars[kept - 1].open_time != s->bars[i].open_time)
			s->bars[kept++] = s->bars[i];
	s->count = kept;
}

/* The place goes into the message: who reads it later has neither path nor line. */
static void locate(struct error *failed, const char *path)
{
	struct error e = *failed;

	if (e.line)
		error_set(failed, e.code, "%.200s:%ld: %s%s%.200s", path, e.line, e.field, e.field[0] ? ": " : "", e.message);
}

static enum err load(struct sim_market *m, struct pair *p, enum interval interval, struct error *e)
{
	struct series *s = p->series[interval];
	enum err rc = OK;

	if (s->loaded) {
		if (s->failed.code && e)
			*e = s->failed;
		return s->failed.code;
	}
	for (size_t i = 0; !rc && i < m->file_count; i++)
		if (m->files[i].series.interval == (int)interval && strcmp(m->files[i].series.symbol, p->name) == 0) {
			rc = load_file(s, &m->files[i], &s->failed);
			if (rc)
				locate(&s->failed, m->files[i].path);
		}
	s->loaded = true;
	if (rc && e)
		*e = s->failed;
	put_in_order(s);
	return rc;
}

static enum err extend(struct pair *p, enum interval interval, int64_t now_ms, struct error *e)
{
	struct series *s = p->series[interval];
	struct bar bar;
	enum err rc = OK;

	while (!rc && p->generate.open_time <= now_ms && s->count < BARS_MAX)
		if (generate_next(&p->generate, &bar))
			rc = add_bar(s, &bar, e);
	return rc;
}

enum err sim_market_bars(struct sim_market *m, size_t pair, enum interval interval, int64_t now_ms, const struct bar **bars, size_t *count,
	struct error *e)
{
	struct pair *p = &m->pairs[pair];
	enum err rc;

	*bars = NULL;
	*count = 0;
	if (!p->series[interval])
		return OK;
	rc = m->generated ? extend(p, interval, now_ms, e) : load(m, p, interval, e);
	if (rc)
		return rc;
	*bars = p->series[interval]->bars;
	*count = p->series[interval]->count;
	return OK;
}

enum err sim_market_payments(struct sim_market *m, size_t pair, const struct funding **rows, size_t *count, struct error *e)
{
	struct pair *p = &m->pairs[pair];
	enum err rc = p->paid ? OK : sim_folder_rates(m->files, m->file_count, p->name, &p->payments, &p->payment_count, e);

	p->paid = !rc;
	*rows = p->payments;
	*count = p->payment_count;
	return rc;
}

/* The largest power of ten, up to `grid`, that v is a multiple of. */
static dec64 coarsest(dec v, dec64 grid)
{
	while (grid > 1 && v % grid != 0)
		grid /= 10;
	return grid;
}

size_t sim_bars_before(const struct bar *bars, size_t count, int64_t t_ms)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (bars[middle].open_time < t_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum err sim_market_grid(struct sim_market *m, size_t pair, dec64 *tick, dec64 *step, struct error *e)
{
	struct pair *p = &m->pairs[pair];
	const struct bar *bars = NULL;
	size_t count = 0;
	dec64 prices = DEC_ONE, volumes = DEC_ONE;
	enum err rc = OK;

	for (int i = INTERVAL_COUNT - 1; p->tick == 0 && !rc && count == 0 && i >= 0; i--)
		rc = sim_market_bars(m, pair, (enum interval)i, INT64_MAX, &bars, &count, e);
	if (rc)
		return rc;
	if (p->tick == 0) {
		for (size_t i = count > GRID_BARS ? count - GRID_BARS : 0; i < count; i++) {
			prices = coarsest(bars[i].open, coarsest(bars[i].high, coarsest(bars[i].low, coarsest(bars[i].close, prices))));
			volumes = coarsest(bars[i].volume, volumes);
		}
		p->tick = prices;
		p->step = volumes;
	}
	*tick = p->tick;
	*step = p->step;
	return OK;
}
