#include "tune/known.h"

#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/utc.h"
#include "model/interval.h"

void known_release(struct known *k)
{
	buf_release(&k->text);
	free(k->start);
	free(k->t_ms);
	*k = (struct known){ 0 };
}

static enum err grow(struct known *k, struct error *e)
{
	size_t cap = k->cap ? 2 * k->cap : 4096;
	size_t *start = realloc(k->start, (cap + 1) * sizeof *start);
	int64_t *t_ms;

	if (!start)
		return error_memory(e);
	k->start = start;
	t_ms = realloc(k->t_ms, cap * sizeof *t_ms);
	if (!t_ms)
		return error_memory(e);
	k->t_ms = t_ms;
	k->cap = cap;
	return OK;
}

enum err known_add(struct known *k, const char *line, size_t len, int64_t t_ms, struct error *e)
{
	enum err rc = k->count == k->cap ? grow(k, e) : OK;

	if (rc)
		return rc;
	if (k->text.len + len >= BUF_MAX)
		return error_set(e, ERR_DATA, "more than 1 GiB of lines");
	k->start[k->count] = k->text.len;
	k->t_ms[k->count++] = t_ms;
	buf_add(&k->text, line, len);
	k->start[k->count] = k->text.len;
	return k->text.failed ? error_memory(e) : OK;
}

/* Where the value of a member begins; NULL: there is no such member. A quote inside a text has a backslash before it. */
static const char *value_of(const char *line, size_t len, const char *name)
{
	const char *end = line + len, *p = line;
	size_t n = strlen(name);

	while ((p = memmem(p, (size_t)(end - p), name, n))) {
		bool quoted = p > line && p[-1] == '"';

		p += n;
		if (!quoted || p == end || *p != '"')
			continue;
		for (p++; p < end && (*p == ' ' || *p == '\t'); p++)
			;
		if (p == end || *p != ':')
			continue;
		for (p++; p < end && (*p == ' ' || *p == '\t'); p++)
			;
		return p;
	}
	return NULL;
}

static int64_t time_of(const char *line, size_t len, const char *name)
{
	const char *p = value_of(line, len, name), *end = line + len;
	int64_t t = 0;
	int digits = 0;

	for (; p && p < end && *p >= '0' && *p <= '9' && digits < 16; p++, digits++)
		t = 10 * t + (*p - '0');
	return digits ? t : TIME_NONE;
}

static int interval_of(const char *line, size_t len)
{
	const char *p = value_of(line, len, "interval"), *end = line + len;
	char name[8] = "";

	for (size_t n = 0; p && n < sizeof name - 1 && ++p < end && *p != '"'; n++)
		name[n] = *p;
	return interval_find(name);
}

int64_t known_since(const char *line, size_t len)
{
	int64_t t = time_of(line, len, "t_ms");
	int interval;

	if (t != TIME_NONE)
		return t;
	t = time_of(line, len, "close_time");
	if (t != TIME_NONE)
		return t + 1;
	t = time_of(line, len, "open_time");
	interval = t == TIME_NONE ? -1 : interval_of(line, len);
	return interval < 0 ? TIME_NONE : interval_next((enum interval)interval, t);
}

bool known_timed(const struct known *k)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->t_ms[i] == TIME_NONE)
			return false;
	return true;
}

bool known_in_order(const struct known *k)
{
	for (size_t i = 1; i < k->count; i++)
		if (k->t_ms[i] < k->t_ms[i - 1])
			return false;
	return true;
}

static int by_time(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

enum err known_moments(const struct known *k, int64_t **moments, size_t *n, struct error *e)
{
	int64_t *m = malloc((k->count ? k->count : 1) * sizeof *m);
	size_t kept = 0;

	if (!m)
		return error_memory(e);
	if (k->count)
		memcpy(m, k->t_ms, k->count * sizeof *m);
	qsort(m, k->count, sizeof *m, by_time);
	for (size_t i = 0; i < k->count; i++)
		if (kept == 0 || m[i] != m[kept - 1])
			m[kept++] = m[i];
	*moments = m;
	*n = kept;
	return OK;
}

size_t known_pick(int64_t *moments, size_t n, size_t want, size_t last, uint64_t seed)
{
	size_t at_end = last < want ? last : want, kept = 0;
	size_t pool, open;

	if (want >= n)
		return n;
	pool = n - at_end;
	open = want - at_end;
	/* Knuth's selection sampling: each of the pool with equal chance, in one pass, in order. */
	for (size_t i = 0; i < n; i++) {
		bool take = i >= pool || random_next(&seed) % (pool - i) < open;

		if (!take)
			continue;
		if (i < pool)
			open--;
		moments[kept++] = moments[i];
	}
	return kept;
}
