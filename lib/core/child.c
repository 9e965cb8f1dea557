#include "core/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK (1 << 16)
#define REAP_MS 5 /* between looks at a process that has closed its stdout and not ended yet */
#define LOOK_MS 1000

/* One run. Its process has a group of its own, so that what it started can be ended with it. */
struct slot {
	void *run; /* NULL: the slot is free */
	pid_t pid;
	int in, out; /* our ends; -1: closed */
	const char *data;
	size_t left; /* of data, not written yet */
	int64_t deadline_ms;
};

struct pool {
	const struct child_set *set;
	struct slot slots[CHILD_PARALLEL];
	size_t slot_count, running;
	bool no_more;
	char block[BLOCK];
};

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int spawn(char *const *argv, int in, int out, bool quiet, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int failed;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (quiet)
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	failed = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

static enum err start(const struct child_set *set, struct slot *s, void *run, bool quiet, struct error *e)
{
	int in[2], out[2], failed;

	if (pipe2(in, O_CLOEXEC) != 0)
		return error_set(e, ERR_INTERNAL, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(out, O_CLOEXEC) != 0) {
		failed = errno;
		close(in[0]);
		close(in[1]);
		return error_set(e, ERR_INTERNAL, "cannot make a pipe: %s", strerror(failed));
	}
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	*s = (struct slot){ .in = in[1], .out = out[0] };
	failed = spawn(set->argv, in[0], out[1], quiet, &s->pid);
	close(in[0]);
	close(out[1]);
	if (failed) {
		shut(&s->in);
		shut(&s->out);
		return error_set(e, failed == EAGAIN || failed == ENOMEM ? ERR_INTERNAL : ERR_NOINPUT, "cannot run '%s': %s", set->argv[0],
			strerror(failed));
	}
	s->run = run;
	s->deadline_ms = set->timeout_ms ? monotonic_ms() + set->timeout_ms : INT64_MAX;
	return OK;
}

/* Writes what the pipe takes. A command that reads no more is no error. */
static void feed(const struct child_set *set, struct slot *s)
{
	ssize_t n;

	for (;;) {
		if (s->left == 0 && (s->left = set->feed(s->run, &s->data)) == 0)
			break;
		n = write(s->in, s->data, s->left);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0)
			break;
		s->data += n;
		s->left -= (size_t)n;
	}
	shut(&s->in);
}

static enum err take(struct pool *p, struct slot *s, struct error *e)
{
	ssize_t n = read(s->out, p->block, sizeof p->block);

	if (n > 0)
		return p->set->take(s->run, p->block, (size_t)n, e);
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		shut(&s->in);
		shut(&s->out);
	}
	return OK;
}

static void put_down(struct slot *s)
{
	kill(-s->pid, SIGKILL);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	shut(&s->in);
	shut(&s->out);
}

static enum err finish(struct pool *p, struct slot *s, const char *how, struct error *e)
{
	void *run = s->run;

	shut(&s->in);
	shut(&s->out);
	s->run = NULL;
	p->running--;
	return p->set->end(run, how, e);
}

/* A run that is over, or too late. */
static enum err settle(struct pool *p, struct slot *s, struct error *e)
{
	char how[CHILD_HOW] = "";
	int status;

	if (s->out < 0 && waitpid(s->pid, &status, WNOHANG) == s->pid) {
		if (WIFSIGNALED(status))
			snprintf(how, sizeof how, "was killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
		else if (WEXITSTATUS(status))
			snprintf(how, sizeof how, "ended with exit code %d", WEXITSTATUS(status));
		return finish(p, s, how, e);
	}
	if (monotonic_ms() < s->deadline_ms)
		return OK;
	put_down(s);
	snprintf(how, sizeof how, "took longer than %.12g s", (double)p->set->timeout_ms / 1000);
	return finish(p, s, how, e);
}

/* Starts what there is room for. */
static enum err fill(struct pool *p, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; i < p->slot_count && !p->no_more && !rc; i++) {
		bool quiet = false;
		void *run;

		if (p->slots[i].run)
			continue;
		run = p->set->next(p->set->ctx, &quiet);
		p->no_more = !run;
		if (run)
			rc = start(p->set, &p->slots[i], run, quiet, e);
		if (run && !rc)
			p->running++;
	}
	return rc;
}

/* Waits until a pipe is ready, a process may have ended, or a second is over. */
static enum err turn(struct pool *p, struct error *e)
{
	struct pollfd fds[2 * CHILD_PARALLEL];
	int wait_ms = LOOK_MS;
	enum err rc = OK;

	for (size_t i = 0; i < p->slot_count; i++) {
		const struct slot *s = &p->slots[i];
		int64_t left = s->run ? s->deadline_ms - monotonic_ms() : LOOK_MS;

		fds[2 * i] = (struct pollfd){ .fd = s->run ? s->in : -1, .events = POLLOUT };
		fds[2 * i + 1] = (struct pollfd){ .fd = s->run ? s->out : -1, .events = POLLIN };
		if (s->run && s->out < 0)
			wait_ms = REAP_MS;
		else if (left < wait_ms)
			wait_ms = left < 0 ? 0 : (int)left;
	}
	if (poll(fds, 2 * p->slot_count, wait_ms) < 0 && errno != EINTR)
		return error_set(e, ERR_INTERNAL, "cannot wait for the command: %s", strerror(errno));
	for (size_t i = 0; i < p->slot_count && !rc; i++) {
		struct slot *s = &p->slots[i];

		if (s->run && s->out >= 0 && fds[2 * i + 1].revents)
			rc = take(p, s, e);
		if (!rc && s->run && s->in >= 0 && fds[2 * i].revents)
			feed(p->set, s);
		if (!rc && s->run)
			rc = settle(p, s, e);
	}
	return rc;
}

enum err child_run(const struct child_set *set, struct error *e)
{
	struct pool *p = calloc(1, sizeof *p);
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	enum err rc;

	if (!p)
		return error_memory(e);
	p->set = set;
	p->slot_count = (size_t)(set->parallel < 1 ? 1 : set->parallel > CHILD_PARALLEL ? CHILD_PARALLEL : set->parallel);
	sigaction(SIGPIPE, &ignore, &before);
	rc = fill(p, e);
	while (!rc && p->running) {
		rc = turn(p, e);
		if (!rc && set->stopping && set->stopping())
			rc = error_set(e, ERR_TEMPFAIL, "stopped");
		if (!rc)
			rc = fill(p, e);
	}
	for (size_t i = 0; i < p->slot_count; i++)
		if (p->slots[i].run)
			put_down(&p->slots[i]);
	sigaction(SIGPIPE, &before, NULL);
	explicit_bzero(p->block, sizeof p->block); /* a command may have written a secret */
	free(p);
	return rc;
}
