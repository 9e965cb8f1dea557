#include "venue/keys.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/child.h"
#include "core/digest.h"
#include "core/path.h"
#include "core/utc.h"

#define TEXT_MAX 16384 /* bytes of a key's text */
#define API_KEY_MAX 256
#define COMMAND_MS (30 * MS_SECOND)
#define NAME_DIGITS 16

struct keys {
	char text[TEXT_MAX + 1]; /* API key NUL secret NUL, once split */
	size_t len;
	const char *api;
	struct signer *signer;
	char name[NAME_DIGITS + 1];
};

/* A core dump, or a debugger, would show the key. */
static void forbid_dumps(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static struct keys *allocate(void)
{
	struct keys *k = mmap(NULL, sizeof *k, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (k == MAP_FAILED)
		return NULL;
	mlock(k, sizeof *k); /* where the limit does not allow it, the rest still holds */
	madvise(k, sizeof *k, MADV_DONTDUMP);
	madvise(k, sizeof *k, MADV_WIPEONFORK);
	return k;
}

void keys_close(struct keys *k)
{
	if (!k)
		return;
	signer_free(k->signer);
	explicit_bzero(k, sizeof *k);
	munmap(k, sizeof *k);
}

const char *keys_api(const struct keys *k)
{
	return k->api;
}

struct signer *keys_signer(const struct keys *k)
{
	return k->signer;
}

const char *keys_name(const struct keys *k)
{
	return k->name;
}

static enum err too_long(struct error *e)
{
	return error_set(e, ERR_CONFIG, "the key's text is longer than %d bytes", TEXT_MAX);
}

static enum err check_mode(int fd, const char *path, struct error *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return error_set(e, ERR_CONFIG, "cannot look at the key file '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(e, ERR_CONFIG, "the key file '%s' is not a regular file", path);
	if (st.st_mode & 077)
		return error_set(e, ERR_CONFIG, "the key file '%s' is open to others (mode %04o): chmod 600 it", path, (unsigned)(st.st_mode & 07777));
	if (st.st_uid != geteuid())
		return error_set(e, ERR_CONFIG, "the key file '%s' belongs to another user", path);
	return OK;
}

static enum err read_file(const char *name, const char *dir, struct keys *k, struct error *e)
{
	char path[PATH_SIZE];
	ssize_t n = 0;
	enum err rc;
	int fd;

	if ((size_t)snprintf(path, sizeof path, "%s%s%s", name[0] == '/' ? "" : dir, name[0] == '/' ? "" : "/", name) >= sizeof path)
		return error_set(e, ERR_CONFIG, "the key file's path is too long");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return error_set(e, ERR_CONFIG, "cannot read the key file '%s': %s", path, strerror(errno));
	rc = check_mode(fd, path, e);
	while (!rc && k->len < TEXT_MAX && (n = read(fd, k->text + k->len, TEXT_MAX - k->len)) > 0)
		k->len += (size_t)n;
	if (!rc && n < 0)
		rc = error_set(e, ERR_CONFIG, "cannot read the key file '%s': %s", path, strerror(errno));
	else if (!rc && k->len == TEXT_MAX)
		rc = too_long(e);
	close(fd);
	return rc;
}

static enum err read_env(const char *name, const char *dir, struct keys *k, struct error *e)
{
	char *value = getenv(name);

	(void)dir;
	if (!value || !*value)
		return error_set(e, ERR_CONFIG, "the environment variable '%s', which should hold the key, is not set", name);
	k->len = strlen(value);
	if (k->len >= TEXT_MAX)
		return too_long(e);
	memcpy(k->text, value, k->len);
	explicit_bzero(value, k->len);
	unsetenv(name);
	return OK;
}

/* One run of the command, for child.h. */
struct command {
	struct keys *keys;
	bool started;
	char how[CHILD_HOW];
};

static void *command_next(void *ctx, bool *quiet)
{
	struct command *c = ctx;
	bool started = c->started;

	(void)quiet;
	c->started = true;
	return started ? NULL : c;
}

static size_t command_feed(void *run, const char **data)
{
	(void)run, (void)data;
	return 0;
}

static enum err command_take(void *run, const char *data, size_t n, struct error *e)
{
	struct keys *k = ((struct command *)run)->keys;

	if (n >= TEXT_MAX - k->len)
		return too_long(e);
	memcpy(k->text + k->len, data, n);
	k->len += n;
	return OK;
}

static enum err command_end(void *run, const char *how, struct error *e)
{
	(void)e;
	snprintf(((struct command *)run)->how, CHILD_HOW, "%s", how);
	return OK;
}

static enum err read_command(const char *line, const char *dir, struct keys *k, struct error *e)
{
	char shell[] = "sh", option[] = "-c";
	char *words = strdup(line);
	char *argv[] = { shell, option, words, NULL };
	struct command c = { .keys = k };
	struct child_set set = { .argv = argv, .parallel = 1, .timeout_ms = COMMAND_MS, .ctx = &c, .next = command_next, .feed = command_feed,
		.take = command_take, .end = command_end };
	enum err rc;

	(void)dir;
	if (!words)
		return error_memory(e);
	rc = child_run(&set, e);
	free(words);
	if (!rc && c.how[0])
		rc = error_set(e, ERR_CONFIG, "the command that gives the key %s", c.how);
	return rc;
}

static const struct source {
	const char *prefix;
	enum err (*read)(const char *what, const char *dir, struct keys *k, struct error *e);
} sources[] = {
	{ "file:", read_file },
	{ "env:", read_env },
	{ "command:", read_command },
};

static const struct source *find_source(const char *text)
{
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		size_t n = strlen(sources[i].prefix);

		if (strncmp(text, sources[i].prefix, n) == 0 && text[n])
			return &sources[i];
	}
	return NULL;
}

/* A key pasted into accounts.json must not come back in a message. */
enum err keys_check_source(const char *source, struct error *e)
{
	if (!source || !*source)
		return error_set(e, ERR_CONFIG, "the account has no key: 'file:PATH', 'env:NAME' or 'command:WORDS' tells where it is");
	if (!find_source(source))
		return error_set(e, ERR_CONFIG, "key is not 'file:PATH', 'env:NAME' or 'command:WORDS': it tells where the key is, and is not the key itself");
	return OK;
}

/* The next line that is not blank, trimmed, as text of its own; NULL: none. *from moves behind it. */
static char *next_line(char **from, char *end)
{
	char *line, *stop;

	while (*from < end && isspace((unsigned char)**from))
		(*from)++;
	if (*from == end)
		return NULL;
	line = *from;
	stop = memchr(line, '\n', (size_t)(end - line));
	*from = stop ? stop + 1 : end;
	for (stop = stop ? stop : end; stop > line && isspace((unsigned char)stop[-1]);)
		stop--;
	*stop = '\0'; /* text has room for one more byte */
	return line;
}

static bool is_printable(const char *s)
{
	for (; *s; s++)
		if (!isgraph((unsigned char)*s))
			return false;
	return true;
}

static enum err split(struct keys *k, struct error *e)
{
	char *at = k->text, *end = k->text + k->len, *secret, *stop;

	if (memchr(k->text, '\0', k->len))
		return error_set(e, ERR_CONFIG, "the key's text holds a NUL byte");
	k->api = next_line(&at, end);
	while (at < end && isspace((unsigned char)*at))
		at++;
	if (!k->api || at == end)
		return error_set(e, ERR_CONFIG, "the key's text has to be two lines, the API key and the secret (or a PEM private key after the API key)");
	if (strlen(k->api) > API_KEY_MAX || !is_printable(k->api))
		return error_set(e, ERR_CONFIG, "the first line of the key's text is not an API key");
	secret = at;
	if (strncmp(secret, "-----BEGIN", 10) == 0) {
		enum err rc = signer_new(secret, (size_t)(end - secret), &k->signer, e);

		explicit_bzero(secret, (size_t)(end - secret)); /* the signer has what it needs */
		return rc;
	}
	secret = next_line(&at, end);
	for (stop = at; stop < end && isspace((unsigned char)*stop);)
		stop++;
	if (stop < end)
		return error_set(e, ERR_CONFIG, "the key's text has more than two lines, and the second does not begin a PEM private key");
	if (!is_printable(secret))
		return error_set(e, ERR_CONFIG, "the second line of the key's text is not a secret");
	return signer_new(secret, strlen(secret), &k->signer, e);
}

static enum err name_key(struct keys *k, struct error *e)
{
	struct digest *d = digest_new();
	char hex[DIGEST_HEX];

	if (!d)
		return error_memory(e);
	digest_add(d, k->api, strlen(k->api));
	digest_hex(d, hex);
	digest_free(d);
	memcpy(k->name, hex, NAME_DIGITS);
	return OK;
}

enum err keys_open(const char *source, const char *config_dir, struct keys **out, struct error *e)
{
	const struct source *s;
	struct keys *k;
	enum err rc = keys_check_source(source, e);

	*out = NULL;
	if (rc)
		return rc;
	s = find_source(source);
	forbid_dumps();
	k = allocate();
	if (!k)
		return error_memory(e);
	rc = s->read(source + strlen(s->prefix), config_dir ? config_dir : ".", k, e);
	if (!rc)
		rc = split(k, e);
	if (!rc)
		rc = name_key(k, e);
	if (rc) {
		keys_close(k);
		return rc == ERR_NOINPUT ? error_set(e, ERR_CONFIG, "the command that gives the key cannot be run") : rc;
	}
	*out = k;
	return OK;
}
