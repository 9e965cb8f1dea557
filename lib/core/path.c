#include "core/path.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static enum err join(char *out, struct error *e, const char *a, const char *b, const char *c)
{
	if ((size_t)snprintf(out, PATH_SIZE, "%s%s%s", a, b, c) >= PATH_SIZE)
		return error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", a);
	return OK;
}

/* $VARIABLE/ct/name, or $HOME/fallback/ct/name; name "" is the folder itself. */
static enum err xdg(const char *variable, const char *fallback, const char *name, char *out, struct error *e)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	const char *folder = *name ? "/ct/" : "/ct";
	char root[PATH_SIZE];
	enum err rc;

	if (base && *base)
		return join(out, e, base, folder, name);
	if (!home || !*home)
		return error_set(e, ERR_CONFIG, "neither %s nor HOME is set", variable);
	rc = join(root, e, home, "/", fallback);
	return rc ? rc : join(out, e, root, folder, name);
}

static enum err option_or(const char *option, const char *variable, char *out, struct error *e, bool *found)
{
	const char *v = option ? option : getenv(variable);

	*found = v && *v;
	return *found ? join(out, e, v, "", "") : OK;
}

enum err path_db(const char *option, char *out, struct error *e)
{
	bool found;
	enum err rc = option_or(option, "CT_DB", out, e, &found);

	return rc || found ? rc : xdg("XDG_DATA_HOME", ".local/share", "ct.db", out, e);
}

enum err path_config(const char *option, char *out, struct error *e)
{
	bool found;
	enum err rc = option_or(option, "CT_CONFIG", out, e, &found);

	return rc || found ? rc : xdg("XDG_CONFIG_HOME", ".config", "", out, e);
}

enum err path_state(const char *name, char *out, struct error *e)
{
	return xdg("XDG_STATE_HOME", ".local/state", name, out, e);
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* The folder of the running program, "" when it cannot be known. */
static void program_folder(char *out)
{
	char self[PATH_SIZE];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	out[0] = '\0';
	if (n <= 0)
		return;
	self[n] = '\0';
	snprintf(out, PATH_SIZE, "%s", dirname(self));
}

enum err path_share(const char *name, char *out, struct error *e)
{
	static const char *const places[] = { "/../share/ct/", "/../../share/", "/../../../share/" };
	const char *share = getenv("CT_SHARE");
	char folder[PATH_SIZE];
	enum err rc;

	if (share && *share) {
		rc = join(out, e, share, "/", name);
		if (rc || access(out, F_OK) == 0)
			return rc;
	}
	program_folder(folder);
	for (size_t i = 0; *folder && i < sizeof places / sizeof *places; i++) {
		rc = join(out, e, folder, places[i], name);
		if (rc || access(out, F_OK) == 0)
			return rc;
	}
	return error_set(e, ERR_NOINPUT, "cannot find the shipped file '%s' (is CT_SHARE right?)", name);
}

bool path_library(const char *name, size_t i, char *out)
{
	char folder[PATH_SIZE];

	if (i > 1)
		return false;
	program_folder(folder);
	if (i == 0)
		return join(out, NULL, folder, "/../lib/ct/", name) == OK;
	return xdg("XDG_DATA_HOME", ".local/share", "lib/", folder, NULL) == OK && join(out, NULL, folder, name, "") == OK;
}

enum err path_find(const char *config_dir, const char *kind, const char *name, char *out, struct error *e)
{
	const char *suffix = strlen(name) > 5 && strcmp(name + strlen(name) - 5, ".json") == 0 ? "" : ".json";
	char relative[PATH_SIZE];

	if (strchr(name, '/') || is_file(name))
		return join(out, e, name, "", "");
	if ((size_t)snprintf(relative, sizeof relative, "%s/%s%s", kind, name, suffix) >= sizeof relative)
		return error_set(e, ERR_CONFIG, "name is too long: '%.100s…'", name);
	if (join(out, e, config_dir, "/", relative) == OK && is_file(out))
		return OK;
	if (path_share(relative, out, e) == OK)
		return OK;
	return error_set(e, ERR_NOINPUT, "no file '%s', and no '%s' in %s or among the shipped ones", name, relative, config_dir);
}

bool path_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum err path_make_parents(const char *file, struct error *e)
{
	char path[PATH_SIZE];

	if (join(path, e, file, "", ""))
		return ERR_CONFIG;
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return error_set(e, ERR_CANTCREAT, "cannot make folder '%s': %s", path, strerror(errno));
		*p = '/';
	}
	return OK;
}

enum err file_read(const char *path, size_t max, struct buf *b, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;
	enum err rc = OK;

	if (fd < 0)
		return error_set(e, ERR_NOINPUT, "cannot open '%s': %s", path, strerror(errno));
	for (;;) {
		char *to = buf_reserve(b, 1 << 16);

		if (!to) {
			rc = error_memory(e);
			break;
		}
		n = read(fd, to, (1 << 16) - 1);
		if (n <= 0)
			break;
		b->len += (size_t)n;
		b->data[b->len] = '\0';
		if (b->len > max) {
			rc = error_set(e, ERR_DATA, "'%s' is larger than %zu bytes", path, max);
			break;
		}
	}
	if (n < 0)
		rc = error_set(e, ERR_NOINPUT, "cannot read '%s': %s", path, strerror(errno));
	close(fd);
	return rc;
}

static bool write_all(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t done = write(fd, data, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

enum err file_replace(const char *path, const void *data, size_t n, struct error *e)
{
	char temporary[PATH_SIZE];
	bool written;
	int fd;

	if ((size_t)snprintf(temporary, sizeof temporary, "%s.%d.tmp", path, (int)getpid()) >= sizeof temporary)
		return error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", path);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return error_set(e, ERR_CANTCREAT, "cannot create '%s': %s", path, strerror(errno));
	written = write_all(fd, data, n) && fsync(fd) == 0;
	if (close(fd) != 0 || !written || rename(temporary, path) != 0) {
		error_set(e, ERR_IO, "cannot write '%s': %s", path, strerror(errno));
		unlink(temporary);
		return ERR_IO;
	}
	return OK;
}

enum err lock_take(const char *path, int wait_ms, int *fd, struct error *e)
{
	enum err rc = path_make_parents(path, e);
	int pause;

	if (rc)
		return rc;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return error_set(e, ERR_CANTCREAT, "cannot create lock '%s': %s", path, strerror(errno));
	for (pause = 1; flock(*fd, LOCK_EX | LOCK_NB) != 0; wait_ms -= pause, pause = pause < 20 ? pause * 2 : 20) {
		if (wait_ms <= 0) {
			close(*fd);
			*fd = -1;
			return error_set(e, ERR_TEMPFAIL, "'%s' is locked by another process", path);
		}
		nanosleep(&(struct timespec){ .tv_nsec = pause * 1000 * 1000 }, NULL);
	}
	return OK;
}
