#include "store/intake.h"

#include <string.h>
#include <unistd.h>

#include "core/prog.h"

void intake_init(struct intake *i, struct store *s, bool pass)
{
	*i = (struct intake){ .pass = pass };
	batch_init(&i->batch, s);
	i->batch.keep_marks = pass;
}

/* Lines that are not to be passed are blanked in place: the marks of others hold. No record has a NUL in it. */
static void blank_refused(struct intake *i)
{
	uint64_t mark;

	for (size_t at = 0; at < i->batch.refused.len; at += sizeof mark) {
		char *line;

		memcpy(&mark, i->batch.refused.data + at, sizeof mark);
		line = i->lines.data + (mark - i->passed);
		memset(line, 0, strcspn(line, "\n") + 1);
	}
	buf_clear(&i->batch.refused);
}

/* n bytes of lines, without those that are blank. */
static enum err pass_lines(const struct intake *i, size_t n, struct error *e)
{
	const char *s = i->lines.data, *end = s + n;
	enum err rc = OK;

	while (!rc && s < end) {
		size_t run = strnlen(s, (size_t)(end - s));

		if (run)
			rc = prog_write(s, run, e);
		for (s += run; s < end && !*s;)
			s++;
	}
	return rc;
}

static enum err flush(void *ctx, struct error *e)
{
	struct intake *i = ctx;
	enum err rc = batch_flush(&i->batch, e);
	uint64_t until = batch_waits_since(&i->batch);
	size_t n = until - i->passed < i->lines.len ? (size_t)(until - i->passed) : i->lines.len;

	if (!rc && i->lines.failed)
		rc = error_memory(e);
	if (rc)
		buf_clear(&i->lines);
	if (rc || !n)
		return rc;
	if (!i->out_failed)
		i->out_failed = pass_lines(i, n, &i->out_error) != OK;
	i->passed += n;
	memmove(i->lines.data, i->lines.data + n, i->lines.len - n);
	i->lines.len -= n;
	return OK;
}

enum err intake_add(struct intake *i, const struct record *r, const char *line, size_t len, struct error *e)
{
	bool full;
	enum err rc;

	i->batch.mark = i->passed + i->lines.len;
	rc = batch_add(&i->batch, r, &full, e);
	if (rc) {
		blank_refused(i);
		return rc;
	}
	if (i->pass && line) {
		buf_add(&i->lines, line, len);
		buf_addc(&i->lines, '\n');
	}
	return full ? flush(i, e) : OK;
}

static enum err take_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct record r;
	enum err rc = record_read(line, len, &r, e);

	return rc ? rc : intake_add(ctx, &r, line, len, e);
}

enum err intake_finish(struct intake *i, enum err rc, int64_t put[3], struct error *e)
{
	struct error later = { 0 };
	enum err last = flush(i, &later);

	if (!last && !rc && !prog_stopping())
		rc = batch_complete(&i->batch, e);
	if (!last)
		last = batch_log(&i->batch, rc ? e : NULL, &later);
	if (!last && i->out_failed) {
		later = i->out_error;
		last = later.code;
	}
	if (!rc && last) {
		*e = later;
		rc = last;
	}
	memcpy(put, i->batch.put, sizeof i->batch.put);
	batch_release(&i->batch);
	buf_release(&i->lines);
	return rc;
}

enum err intake_stdin(const char *db, bool pass, int64_t put[3], struct error *e)
{
	struct intake i;
	struct store *s;
	enum err rc = store_open(db, STORE_WRITE, &s, e);

	if (rc)
		return rc;
	intake_init(&i, s, pass);
	prog_hint_terminal("records");
	prog_on_wait(flush, &i);
	rc = prog_lines(STDIN_FILENO, "stdin", take_line, &i, e);
	prog_on_wait(NULL, NULL);
	rc = intake_finish(&i, rc, put, e);
	store_close(s);
	return rc;
}
