#include "tune/prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/child.h"
#include "core/utc.h"

static const struct field fields[] = {
	{ "command", FIELD_TEXT, FIELD(proof, command), 0, NULL, "what was run", NULL, 0, 0, NULL },
	{ "causal", FIELD_BOOL, FIELD(proof, causal), 0, NULL, "no line used the future", NULL, 0, 0, NULL },
	{ "repeatable", FIELD_BOOL, FIELD(proof, repeatable), 0, NULL, "the whole input gives the same output twice", NULL, 0, 0, NULL },
	{ "timed", FIELD_BOOL, FIELD(proof, timed), 0, NULL, "every line says since when it was known", NULL, 0, 0, NULL },
	{ "candles", FIELD_INT, FIELD(proof, candles), 0, NULL, "candles of the whole input", NULL, 0, 0, NULL },
	{ "lines", FIELD_INT, FIELD(proof, lines), 0, NULL, "lines of the whole output", NULL, 0, 0, NULL },
	{ "moments", FIELD_INT, FIELD(proof, moments), 0, NULL, "moments at which the input can be cut", NULL, 0, 0, NULL },
	{ "cuts", FIELD_INT, FIELD(proof, cuts), 0, NULL, "cuts made", NULL, 0, 0, NULL },
	{ "seed", FIELD_INT, FIELD(proof, seed), 0, NULL, "of the random cuts", NULL, 0, 0, NULL },
	{ "compared", FIELD_INT, FIELD(proof, compared), 0, NULL, "lines found the same, over all cuts", NULL, 0, 0, NULL },
	{ "differing", FIELD_INT, FIELD(proof, differing), 0, NULL, "cuts at which something differed", NULL, 0, 0, NULL },
	{ "line", FIELD_INT, FIELD(proof, line), FIELD_NULL, NULL, "number of the first line that differed", NULL, 0, 0, NULL },
	{ "known_ms", FIELD_TIME, FIELD(proof, known_ms), FIELD_NULL, "ms UTC", "since when that line was known", NULL, 0, 0, NULL },
	{ "cut_ms", FIELD_TIME, FIELD(proof, cut_ms), FIELD_NULL, "ms UTC", "the earliest cut at which it differed", NULL, 0, 0, NULL },
	{ "at_cut", FIELD_TEXT, FIELD(proof, at_cut), FIELD_NULL, NULL, "the line as it was without later candles", NULL, 0, 0, NULL },
	{ "whole", FIELD_TEXT, FIELD(proof, whole), FIELD_NULL, NULL, "the line as it became with them", NULL, 0, 0, NULL },
};

const struct kind proof_kind = {
	"proof", 1, fields, sizeof fields / sizeof *fields, sizeof(struct proof), "whether a command's output depends on the future",
};

#define EVERYTHING INT64_MAX /* a cut after all candles */

/* One run on what was known at t. */
struct cut {
	struct judge *judge;
	int64_t t;
	size_t given;    /* lines of the input that were passed over */
	size_t at;       /* the line of the whole output that is next */
	struct buf part; /* the beginning of a line */
	bool differs;
	int64_t compared;
};

struct judge {
	struct prove *prove;
	struct proof *proof;
	struct known output;
	struct cut whole;
	struct cut *cuts;
	size_t count, begun, done;
};

enum err prove_add(struct prove *p, const struct candle *c, const char *line, size_t len, struct error *e)
{
	return known_add(&p->input, line, len, c->bar.close_time + 1, e);
}

void prove_release(struct prove *p)
{
	known_release(&p->input);
}

/* The next run of lines that were known at t: without copying them. */
static size_t feed(void *run, const char **data)
{
	struct cut *c = run;
	const struct known *k = &c->judge->prove->input;
	size_t from;

	while (c->given < k->count && k->t_ms[c->given] > c->t)
		c->given++;
	from = c->given;
	while (c->given < k->count && k->t_ms[c->given] <= c->t)
		c->given++;
	*data = k->text.data + k->start[from];
	return k->start[c->given] - k->start[from];
}

/* Calls `line` for each line that is complete, with its LF; the rest waits in c->part. */
static enum err split(struct cut *c, const char *data, size_t n, enum err (*line)(struct cut *c, const char *s, size_t len, struct error *e),
	struct error *e)
{
	enum err rc = OK;

	while (n > 0 && !rc) {
		const char *lf = memchr(data, '\n', n);
		size_t len = lf ? (size_t)(lf - data) + 1 : n;

		if (!lf || c->part.len)
			buf_add(&c->part, data, len);
		if (c->part.failed)
			return error_memory(e);
		if (lf && c->part.len)
			rc = line(c, c->part.data, c->part.len, e);
		else if (lf)
			rc = line(c, data, len, e);
		if (lf)
			buf_clear(&c->part);
		data += len;
		n -= len;
	}
	return rc;
}

static enum err keep_line(struct cut *c, const char *s, size_t len, struct error *e)
{
	return known_add(&c->judge->output, s, len, known_since(s, len), e);
}

/* What of a line fits a record: without LF, whole UTF-8 characters. */
static void copy_line(char *out, const char *s, size_t len)
{
	if (len && s[len - 1] == '\n')
		len--;
	if (len >= PROOF_LINE)
		for (len = PROOF_LINE - 1; len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80; len--)
			;
	memcpy(out, s, len);
	out[len] = '\0';
}

/*
 * Line `at` of the whole output is not what the cut gave (s; NULL: nothing). Of all such lines the first is kept, from the
 * earliest cut; what a command writes differently on the same input comes before all.
 */
static void differ(struct cut *c, size_t at, const char *s, size_t len)
{
	const struct known *k = &c->judge->output;
	struct proof *p = c->judge->proof;
	bool again = c->t == EVERYTHING;

	p->differing += !c->differs && !again;
	c->differs = true;
	if (again)
		p->repeatable = 0;
	else if (!p->repeatable || (p->line != INT_NONE && ((int64_t)at + 1 > p->line || ((int64_t)at + 1 == p->line && c->t > p->cut_ms))))
		return;
	p->line = (int64_t)at + 1;
	p->cut_ms = again ? TIME_NONE : c->t;
	p->known_ms = at < k->count ? k->t_ms[at] : TIME_NONE;
	copy_line(p->at_cut, s ? s : "", len);
	copy_line(p->whole, at < k->count ? k->text.data + k->start[at] : "", at < k->count ? k->start[at + 1] - k->start[at] : 0);
}

/* Moves to the next line of the whole output that the cut must give; false: there is none. */
static bool expected(struct cut *c)
{
	const struct known *k = &c->judge->output;

	while (c->judge->proof->timed && c->at < k->count && k->t_ms[c->at] > c->t)
		c->at++;
	return c->at < k->count;
}

static enum err compare_line(struct cut *c, const char *s, size_t len, struct error *e)
{
	const struct known *k = &c->judge->output;
	bool more;

	(void)e;
	if (c->differs)
		return OK;
	more = expected(c);
	if (more && k->start[c->at + 1] - k->start[c->at] == len && memcmp(k->text.data + k->start[c->at], s, len) == 0) {
		c->at++;
		c->compared++;
	} else if (!c->judge->proof->timed || known_since(s, len) <= c->t) {
		differ(c, c->at, s, len);
	}
	return OK;
}

static enum err take_whole(void *run, const char *data, size_t n, struct error *e)
{
	return split(run, data, n, keep_line, e);
}

static enum err take_cut(void *run, const char *data, size_t n, struct error *e)
{
	return split(run, data, n, compare_line, e);
}

/* What was left without LF is a line too; then nothing may be missing. */
static enum err end_whole(void *run, const char *how, struct error *e)
{
	struct cut *c = run;
	enum err rc = OK;

	if (*how)
		return error_set(e, ERR_INTERNAL, "'%.64s' %s", c->judge->prove->argv[0], how);
	if (c->part.len)
		rc = keep_line(c, c->part.data, c->part.len, e);
	buf_release(&c->part);
	return rc;
}

static enum err end_cut(void *run, const char *how, struct error *e)
{
	struct cut *c = run;
	struct judge *j = c->judge;
	char t[UTC_TEXT];

	if (*how && c->t == EVERYTHING)
		return error_set(e, ERR_INTERNAL, "'%.64s' %s when it was run again", j->prove->argv[0], how);
	if (*how)
		return error_set(e, ERR_INTERNAL, "'%.64s' %s on the candles known at %s (--verbose shows what it said)", j->prove->argv[0], how,
			utc_format(c->t, t));
	if (c->part.len)
		compare_line(c, c->part.data, c->part.len, e);
	buf_release(&c->part);
	if (!c->differs && (j->proof->timed || c->t == EVERYTHING) && expected(c))
		differ(c, c->at, NULL, 0);
	j->done++;
	if (c->t != EVERYTHING)
		j->proof->compared += c->compared;
	if (j->prove->progress)
		j->prove->progress(j->done, j->count);
	return OK;
}

static void *next_whole(void *ctx, bool *quiet)
{
	struct judge *j = ctx;

	(void)quiet;
	return j->begun++ ? NULL : &j->whole;
}

/* The second run on everything, then the longest cuts first, so that the last ones to end are short. */
static void *next_cut(void *ctx, bool *quiet)
{
	struct judge *j = ctx;

	*quiet = !j->prove->loud;
	return j->begun == j->count ? NULL : &j->cuts[j->count - ++j->begun];
}

static enum err run_whole(struct judge *j, struct error *e)
{
	const struct prove *p = j->prove;
	const struct child_set set = {
		.argv = p->argv, .parallel = 1, .timeout_ms = p->timeout_ms, .stopping = p->stopping, .ctx = j,
		.next = next_whole, .feed = feed, .take = take_whole, .end = end_whole,
	};
	size_t i = 0;
	enum err rc;

	j->whole = (struct cut){ .judge = j, .t = EVERYTHING };
	rc = child_run(&set, e);
	buf_release(&j->whole.part);
	if (rc)
		return rc;
	if (j->output.count == 0)
		return error_set(e, ERR_DATA, "'%.64s' wrote nothing", p->argv[0]);
	j->proof->timed = known_timed(&j->output);
	if (j->proof->timed || known_in_order(&p->input))
		return OK;
	while (j->output.t_ms[i] != TIME_NONE)
		i++;
	return error_set(e, ERR_DATA, "output line %zu has neither t_ms nor close_time: such output is compared only over candles in order of time", i + 1);
}

/* The moments at which the input can be cut, but for its end; and its end as the last one, for the second run. */
static enum err choose(struct judge *j, struct error *e)
{
	const struct prove *p = j->prove;
	int64_t *moments;
	size_t n;
	enum err rc = known_moments(&p->input, &moments, &n, e);

	if (rc)
		return rc;
	if (n < 2)
		rc = error_set(e, n ? ERR_DATA : ERR_NOINPUT, n ? "candles of one moment cannot be cut" : "no candles on stdin");
	if (!rc) {
		j->proof->moments = (int64_t)--n;
		n = known_pick(moments, n, (size_t)p->cuts, (size_t)p->last_bars, (uint64_t)p->seed);
		j->cuts = calloc(n + 1, sizeof *j->cuts);
		rc = j->cuts ? OK : error_memory(e);
	}
	if (!rc) {
		j->proof->cuts = (int64_t)n;
		for (size_t i = 0; i <= n; i++)
			j->cuts[i] = (struct cut){ .judge = j, .t = i < n ? moments[i] : EVERYTHING };
		j->count = n + 1;
	}
	free(moments);
	return rc;
}

static enum err run_cuts(struct judge *j, struct error *e)
{
	const struct prove *p = j->prove;
	const struct child_set set = {
		.argv = p->argv, .parallel = p->parallel, .timeout_ms = p->timeout_ms, .stopping = p->stopping, .ctx = j,
		.next = next_cut, .feed = feed, .take = take_cut, .end = end_cut,
	};
	enum err rc;

	j->begun = 0;
	rc = child_run(&set, e);
	if (rc == ERR_TEMPFAIL)
		error_set(e, rc, "stopped after %zu of %zu runs: no verdict", j->done, j->count);
	for (size_t i = 0; i < j->count; i++)
		buf_release(&j->cuts[i].part);
	if (!rc && j->proof->compared == 0 && j->proof->differing == 0)
		rc = error_set(e, ERR_DATA, "nothing to compare: no line of output was known at any of the cuts");
	j->proof->causal = j->proof->repeatable && j->proof->differing == 0;
	return rc;
}

static void name_command(char *const *argv, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; argv[i] && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i ? " " : "", argv[i]);
}

enum err prove_run(struct prove *p, struct proof *out, struct error *e)
{
	struct judge j = { .prove = p, .proof = out };
	enum err rc;

	*out = (struct proof){
		.candles = (int64_t)p->input.count, .seed = p->seed, .repeatable = 1, .line = INT_NONE, .known_ms = TIME_NONE, .cut_ms = TIME_NONE,
	};
	name_command(p->argv, out->command, sizeof out->command);
	rc = choose(&j, e);
	if (!rc)
		rc = run_whole(&j, e);
	if (!rc) {
		out->lines = (int64_t)j.output.count;
		rc = run_cuts(&j, e);
	}
	known_release(&j.output);
	free(j.cuts);
	return rc;
}
