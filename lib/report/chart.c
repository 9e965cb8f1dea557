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

void chart_add_text(struct buf *data, const char *text)
{
	buf_addc(data, '"');
	for (; *text; text++)
		buf_addc(data, *text == '"' ? '\'' : *text);
	buf_addc(data, '"');
}

/* Of each stretch of points the lowest and the highest stay, and both ends. */
void chart_add_curve(struct buf *b, const char *name, const struct curve *c, bool percent)
{
	size_t stretch = 1 + 2 * c->count / CHART_POINTS, low = 0, high_at = 0;
	double high = 0, low_below = 0, high_below = 0;

	chart_add_text(b, name);
	buf_addc(b, '\n');
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

static enum err write_data(const struct buf *b, char *path, struct error *e)
{
	const char *folder = getenv("TMPDIR");
	enum err rc = OK;
	int fd;

	snprintf(path, PATH_SIZE, "%s/ct-report.XXXXXX", folder && *folder ? folder : "/tmp");
	fd = mkostemp(path, O_CLOEXEC);
	if (b->failed)
		rc = error_memory(e);
	else if (fd < 0)
		rc = error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", path, strerror(errno));
	else if (write(fd, b->data, b->len) != (ssize_t)b->len)
		rc = error_set(e, ERR_IO, "cannot write '%s': %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
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

enum err chart_draw(const struct chart *c, const char *path, const struct buf *data, struct error *e)
{
	char name[64], script[PATH_SIZE], data_path[PATH_SIZE], temporary[PATH_SIZE], count[24];
	const char *format = format_of(path);
	enum err rc;
	int fd;

	if (!format)
		return error_set(e, ERR_USAGE, "'%s': a chart's name ends in .png or .svg", path);
	if ((size_t)snprintf(temporary, sizeof temporary, "%s.%d.tmp", path, (int)getpid()) >= sizeof temporary)
		return error_set(e, ERR_CANTCREAT, "path is too long: '%.100s…'", path);
	snprintf(name, sizeof name, "gnuplot/%s", c->script);
	rc = path_share(name, script, e);
	if (rc)
		return rc;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", path, strerror(errno));
	close(fd);
	rc = write_data(data, data_path, e);
	snprintf(count, sizeof count, "%zu", c->count);
	if (!rc)
		rc = run_gnuplot((const char *const[]){ "gnuplot", "-d", "-c", script, format, temporary, data_path, count, c->title,
			c->note ? c->note : "", c->more[0] ? c->more[0] : "", c->more[1] ? c->more[1] : "", c->more[2] ? c->more[2] : "", NULL }, e);
	if (!rc && rename(temporary, path) != 0)
		rc = error_set(e, ERR_CANTCREAT, "cannot rename to '%s': %s", path, strerror(errno));
	unlink(data_path);
	if (rc)
		unlink(temporary);
	return rc;
}
