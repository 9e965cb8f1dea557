#include "report/chart.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/path.h"

#define CHART_POINTS 3000 /* of a line: more than the picture has columns */

extern char **environ;

/* One row a point: seconds, value, percent below the high. */
static void add_point(struct buf *b, const struct curve *c, size_t i, bool percent, double below)
{
	double v = percent ? 100 * (c->equity[i] / c->equity[0] - 1) : c->equity[i];

	buf_addf(b, "%lld %.10g %.6g\n", (long long)(c->t_ms[i] / 1000), v, -100 * below);
}

/* Long curves are thinned: of each stretch of points the lowest and the highest stay, and both ends. */
static void add_line(struct buf *b, const struct chart_line *line, bool percent)
{
	const struct curve *c = line->curve;
	size_t stretch = 1 + 2 * c->count / CHART_POINTS, low = 0, high_at = 0;
	double high = 0, low_below = 0, high_below = 0;

	buf_addf(b, "\"%s\"\n", line->name);
	for (size_t i = 0; i < c->count; i++) {
		double below = curve_below_high(c, i, &high);
		bool first = i % stretch == 0, last = (i + 1) % stretch == 0 || i + 1 == c->count;

		if (first || c->equity[i] < c->equity[low]) {
			low = i;
			low_below = below;
		}
		if (first || c->equity[i] > c->equity[high_at]) {
			high_at = i;
			high_below = below;
		}
		if (!last)
			continue;
		add_point(b, c, low < high_at ? low : high_at, percent, low < high_at ? low_below : high_below);
		if (low != high_at)
			add_point(b, c, low < high_at ? high_at : low, percent, low < high_at ? high_below : low_below);
		if (i + 1 == c->count && low != i && high_at != i)
			add_point(b, c, i, percent, below);
	}
	buf_adds(b, "\n\n");
}

static enum err write_data(const struct chart_line *lines, size_t n, char *path, struct error *e)
{
	const char *folder = getenv("TMPDIR");
	struct buf b = { 0 };
	enum err rc = OK;
	int fd;

	snprintf(path, PATH_SIZE, "%s/ct-report.XXXXXX", folder && *folder ? folder : "/tmp");
	for (size_t i = 0; i < n; i++)
		add_line(&b, &lines[i], n > 1);
	fd = mkostemp(path, O_CLOEXEC);
	if (b.failed)
		rc = error_memory(e);
	else if (fd < 0)
		rc = error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", path, strerror(errno));
	else if (write(fd, b.data, b.len) != (ssize_t)b.len)
		rc = error_set(e, ERR_IO, "cannot write '%s': %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	buf_release(&b);
	return rc;
}

/* The first line of what gnuplot said, and its exit. */
static enum err wait_for(pid_t pid, int said, struct error *e)
{
	char text[256] = "", *line = text;
	size_t n = 0;
	ssize_t got;
	int status;

	while (n < sizeof text - 1 && (got = read(said, text + n, sizeof text - 1 - n)) > 0)
		n += (size_t)got;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_set(e, ERR_INTERNAL, "cannot wait for gnuplot: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return OK;
	line += strspn(line, "\n ");
	line[strcspn(line, "\n")] = '\0';
	return error_set(e, ERR_INTERNAL, "gnuplot failed: %s", *line ? line : "it said nothing");
}

static enum err run_gnuplot(const char *const *argv, struct error *e)
{
	posix_spawn_file_actions_t actions;
	int said[2], failed;
	enum err rc;
	pid_t pid;

	if (pipe2(said, O_CLOEXEC) != 0)
		return error_set(e, ERR_INTERNAL, "cannot make a pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, said[1], STDERR_FILENO);
	failed = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(said[1]);
	if (failed == ENOENT || failed == EACCES)
		rc = error_set(e, ERR_UNAVAILABLE, "gnuplot is not installed; install the package gnuplot-nox, or draw in the terminal with --chart");
	else if (failed)
		rc = error_set(e, ERR_INTERNAL, "cannot start gnuplot: %s", strerror(failed));
	else
		rc = wait_for(pid, said[0], e);
	close(said[0]);
	return rc;
}

static const char *format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && strcasecmp(dot, ".png") == 0 ? "png" : dot && strcasecmp(dot, ".svg") == 0 ? "svg" : NULL;
}

enum err chart_equity(const char *path, const char *title, const char *note, const struct chart_line *lines, size_t n, struct error *e)
{
	char script[PATH_SIZE], data[PATH_SIZE], temporary[PATH_SIZE], count[8];
	const char *format = format_of(path);
	enum err rc;
	int fd;

	if (!format)
		return error_set(e, ERR_USAGE, "'%s': a chart's name ends in .png or .svg", path);
	if (n > CHART_LINES)
		return error_set(e, ERR_USAGE, "%zu accounts are too many for one chart: choose at most %d with -A", n, CHART_LINES);
	if ((size_t)snprintf(temporary, sizeof temporary, "%s.%d.tmp", path, (int)getpid()) >= sizeof temporary)
		return error_set(e, ERR_CANTCREAT, "path is too long: '%.100s…'", path);
	rc = path_share("gnuplot/equity.gp", script, e);
	if (rc)
		return rc;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", path, strerror(errno));
	close(fd);
	rc = write_data(lines, n, data, e);
	snprintf(count, sizeof count, "%zu", n);
	if (!rc)
		rc = run_gnuplot((const char *const[]){ "gnuplot", "-d", "-c", script, format, temporary, data, count, title, note ? note : "", NULL }, e);
	if (!rc && rename(temporary, path) != 0)
		rc = error_set(e, ERR_CANTCREAT, "cannot rename to '%s': %s", path, strerror(errno));
	unlink(data);
	if (rc)
		unlink(temporary);
	return rc;
}
