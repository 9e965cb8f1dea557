#include "venue/budget.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/utc.h"

#define LOCK_WAIT_MS 2000

static int64_t length_of(const struct budget_state *s)
{
	return s->length_ms ? s->length_ms : MS_MINUTE;
}

static int64_t window_of(const struct budget_state *s, int64_t t_ms)
{
	return t_ms - t_ms % length_of(s);
}

static void enter_window(struct budget_state *s, int64_t now_ms)
{
	if (s->window_ms == window_of(s, now_ms))
		return;
	s->window_ms = window_of(s, now_ms);
	s->used = 0;
}

enum budget_answer budget_charge(struct budget_state *s, int64_t weight, int64_t now_ms, int64_t *wait_ms)
{
	return budget_charge_share(s, weight, BUDGET_PERCENT, now_ms, wait_ms);
}

enum budget_answer budget_charge_share(struct budget_state *s, int64_t weight, int percent, int64_t now_ms, int64_t *wait_ms)
{
	if (s->blocked_ms > now_ms) {
		*wait_ms = s->blocked_ms - now_ms;
		return BUDGET_BLOCKED;
	}
	enter_window(s, now_ms);
	if (s->used > 0 && s->used + weight > s->limit * percent / 100) {
		*wait_ms = s->window_ms + length_of(s) - now_ms;
		return BUDGET_FULL;
	}
	s->used += weight;
	*wait_ms = 0;
	return BUDGET_TAKEN;
}

void budget_learn(struct budget_state *s, int64_t weight, int64_t reported, int64_t sent_ms, int64_t received_ms)
{
	enter_window(s, received_ms);
	if (window_of(s, sent_ms) != s->window_ms)
		s->used += weight;
	else if (reported > s->used)
		s->used = reported;
}

void budget_block(struct budget_state *s, int64_t until_ms)
{
	if (until_ms > s->blocked_ms)
		s->blocked_ms = until_ms;
}

size_t budget_format(const struct budget_state *s, char *out)
{
	return (size_t)snprintf(out, BUDGET_TEXT, "ct-budget 1 window %" PRId64 " used %" PRId64 " limit %" PRId64 " blocked %" PRId64 "\n",
		s->window_ms, s->used, s->limit, s->blocked_ms);
}

bool budget_parse(const char *text, size_t n, struct budget_state *s)
{
	char line[BUDGET_TEXT], end;
	struct budget_state got = { 0 };

	*s = (struct budget_state){ 0 };
	if (n >= sizeof line)
		return false;
	memcpy(line, text, n);
	line[n] = '\0';
	if (sscanf(line, "ct-budget 1 window %15" SCNd64 " used %15" SCNd64 " limit %15" SCNd64 " blocked %15" SCNd64 "%c", &got.window_ms,
			&got.used, &got.limit, &got.blocked_ms, &end) != 5 || end != '\n')
		return false;
	if (got.window_ms < 0 || got.used < 0 || got.limit < 1 || got.blocked_ms < 0)
		return false;
	*s = got;
	return true;
}

enum err budget_path(const char *host, const char *suffix, char *path, struct error *e)
{
	char name[PATH_SIZE];

	snprintf(name, sizeof name, "budget/%s%s", host, suffix);
	for (char *p = name + strlen("budget/"); *p; p++)
		if (*p == '/' || *p == ':' || *p == '[' || *p == ']')
			*p = '_';
	return path_state(name, path, e);
}

enum err budget_open(struct budget *b, const char *host, int64_t default_limit, struct error *e)
{
	*b = (struct budget){ .default_limit = default_limit };
	return budget_path(host, "", b->path, e);
}

enum err budget_open_calls(struct budget *b, const char *host, const char *name, int64_t limit, int64_t length_ms, struct error *e)
{
	char suffix[64];

	*b = (struct budget){ .default_limit = limit, .length_ms = length_ms };
	snprintf(suffix, sizeof suffix, ".%s", name);
	return budget_path(host, suffix, b->path, e);
}

enum err budget_rewrite(const char *path, size_t max, size_t (*change)(void *ctx, const char *text, size_t n, char *out), void *ctx,
	struct error *e)
{
	char text[ORDERS_TEXT], out[ORDERS_TEXT];
	size_t length;
	ssize_t n;
	int fd;
	enum err rc = lock_take(path, LOCK_WAIT_MS, &fd, e);

	if (rc)
		return rc;
	n = pread(fd, text, max < sizeof text ? max : sizeof text, 0);
	length = change(ctx, text, n < 0 ? 0 : (size_t)n, out);
	if (length && (pwrite(fd, out, length, 0) != (ssize_t)length || ftruncate(fd, (off_t)length) != 0))
		rc = error_set(e, ERR_IO, "cannot write '%s': %s", path, strerror(errno));
	close(fd);
	return rc;
}

struct update {
	const struct budget *budget;
	void (*change)(struct budget_state *s, void *ctx);
	void *ctx;
};

static size_t update(void *ctx, const char *text, size_t n, char *out)
{
	const struct update *u = ctx;
	struct budget_state s, before;

	if (!budget_parse(text, n, &s))
		s.limit = u->budget->default_limit;
	s.length_ms = u->budget->length_ms;
	before = s;
	u->change(&s, u->ctx);
	return n == 0 || memcmp(&s, &before, sizeof s) != 0 ? budget_format(&s, out) : 0;
}

enum err budget_update(const struct budget *b, void (*change)(struct budget_state *s, void *ctx), void *ctx, struct error *e)
{
	struct update u = { b, change, ctx };

	return budget_rewrite(b->path, BUDGET_TEXT, update, &u, e);
}
