#include "venue/budget.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/utc.h"

#define LOCK_WAIT_MS 2000

static int64_t window_of(int64_t t_ms)
{
	return t_ms - t_ms % MS_MINUTE;
}

static void enter_window(struct budget_state *s, int64_t now_ms)
{
	if (s->window_ms == window_of(now_ms))
		return;
	s->window_ms = window_of(now_ms);
	s->used = 0;
}

enum budget_answer budget_charge(struct budget_state *s, int64_t weight, int64_t now_ms, int64_t *wait_ms)
{
	if (s->blocked_ms > now_ms) {
		*wait_ms = s->blocked_ms - now_ms;
		return BUDGET_BLOCKED;
	}
	enter_window(s, now_ms);
	if (s->used > 0 && s->used + weight > s->limit * BUDGET_PERCENT / 100) {
		*wait_ms = s->window_ms + MS_MINUTE - now_ms;
		return BUDGET_FULL;
	}
	s->used += weight;
	*wait_ms = 0;
	return BUDGET_TAKEN;
}

void budget_learn(struct budget_state *s, int64_t weight, int64_t reported, int64_t sent_ms, int64_t received_ms)
{
	enter_window(s, received_ms);
	if (window_of(sent_ms) != s->window_ms)
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
	struct budget_state got;

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

enum err budget_open(struct budget *b, const char *host, int64_t default_limit, struct error *e)
{
	char name[PATH_SIZE];

	b->default_limit = default_limit;
	snprintf(name, sizeof name, "budget/%s", host);
	for (char *p = name + strlen("budget/"); *p; p++)
		if (*p == '/' || *p == ':' || *p == '[' || *p == ']')
			*p = '_';
	return path_state(name, b->path, e);
}

static enum err write_state(const struct budget *b, int fd, const struct budget_state *s, struct error *e)
{
	char text[BUDGET_TEXT];
	size_t n = budget_format(s, text);

	if (pwrite(fd, text, n, 0) != (ssize_t)n || ftruncate(fd, (off_t)n) != 0)
		return error_set(e, ERR_IO, "cannot write '%s': %s", b->path, strerror(errno));
	return OK;
}

enum err budget_update(const struct budget *b, void (*change)(struct budget_state *s, void *ctx), void *ctx, struct error *e)
{
	struct budget_state s, before;
	char text[BUDGET_TEXT];
	ssize_t n;
	int fd;
	enum err rc = lock_take(b->path, LOCK_WAIT_MS, &fd, e);

	if (rc)
		return rc;
	n = pread(fd, text, sizeof text, 0);
	if (n < 0 || !budget_parse(text, (size_t)n, &s))
		s.limit = b->default_limit;
	before = s;
	change(&s, ctx);
	if (n <= 0 || memcmp(&s, &before, sizeof s) != 0)
		rc = write_state(b, fd, &s, e);
	close(fd);
	return rc;
}
