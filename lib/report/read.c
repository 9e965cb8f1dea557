#include "report/read.h"

#include <string.h>
#include <unistd.h>

#include "core/prog.h"

/* The others may be anything a pipe carries. */
static enum err take_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct reading *reading = ctx;
	static struct record r;
	enum err rc = record_read(line, len, &r, e);

	if (!rc && reading->kinds & 1u << (r.kind - kinds))
		rc = reading->add(reading->to, r.kind, &r.candle, e);
	return rc;
}

enum err reading_row(void *ctx, const void *object, struct error *e)
{
	struct reading *reading = ctx;
	enum err rc = prog_stopped(e);

	return rc ? rc : reading->add(reading->to, reading->kind, object, e);
}

enum err reading_files(struct reading *r, const char *const *files, size_t n, struct error *e)
{
	enum err rc = OK, bad = OK;
	int fd;

	for (size_t i = 0; i < n && !rc; i++) {
		bool is_stdin = strcmp(files[i], "-") == 0;

		rc = prog_open(files[i], &fd, e);
		if (rc)
			break;
		if (is_stdin)
			prog_hint_terminal("records");
		rc = prog_lines(fd, is_stdin ? "stdin" : files[i], take_line, r, e);
		if (rc == ERR_DATA && !e->message[0]) { /* --on-bad=skip: named already */
			bad = rc;
			rc = OK;
		}
		if (!is_stdin)
			close(fd);
	}
	return rc ? rc : bad;
}
