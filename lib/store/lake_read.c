/* Rows out of a lake: each series' files one after the other, several series one after the other or merged by time. */
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/prog.h"
#include "core/utc.h"
#include "store/lake_file.h"

/* One series: its files, and the row that is next. A file is always read to its end, or a damage would not be found. */
struct lane {
	struct lake *l;
	const struct lake_table *t;
	const struct lake_file *files;
	size_t count, at; /* the file that is read */
	int64_t since, until, last_ms; /* last_ms: of the row before */
	int64_t year_start, year_end;  /* of the file */
	int64_t skip; /* rows not to be given, of those in the period */
	struct duck_answer *answer;
	uint64_t sum;
	bool has_row;
	struct record row;
};

static const char *time_name(const struct lake_table *t)
{
	return t->kind->fields[t->first_field].name;
}

static int64_t row_time(const struct lane *lane)
{
	int64_t t_ms;

	memcpy(&t_ms, (const char *)&lane->row.candle + lane->t->kind->fields[lane->t->first_field].offset, sizeof t_ms);
	return t_ms;
}

static enum err open_file(struct lane *lane, struct error *e)
{
	const struct lake_table *t = lane->t;
	const struct lake_file *f = &lane->files[lane->at];
	struct buf sql = { 0 };
	enum err rc;

	lane->sum = lake_sum_start(f);
	lane->year_start = lake_year_start(f->year);
	lane->year_end = lake_year_start(f->year + 1);
	buf_adds(&sql, "SELECT ");
	for (size_t i = t->first_field; i < t->kind->field_count; i++)
		buf_addf(&sql, "%s\"%s\"", i == t->first_field ? "" : ", ", t->kind->fields[i].name);
	lake_from(&sql, f->path);
	rc = sql.failed ? error_memory(e)
		: duck_ask(lane->l->duck, sql.data, t->kind->fields + t->first_field, t->kind->field_count - t->first_field, &lane->answer, e);
	buf_release(&sql);
	return rc;
}

/* Another tool may have written the file, and then there is no sum in it. */
static enum err check_sum(struct lane *lane, struct error *e)
{
	struct lake_stamp stamp;
	enum err rc = lake_stamp(lane->l, lane->files[lane->at].path, &stamp, e);

	if (!rc && stamp.sum != INT_NONE && stamp.sum != lake_sum_value(lane->sum))
		rc = error_set(e, ERR_DATA, "the rows are not those that were written for this series");
	return rc;
}

/* The folders say what the columns do not. */
static void name_row(struct lane *lane)
{
	const struct lake_file *f = &lane->files[lane->at];
	char *object = (char *)&lane->row.candle;

	memcpy(object + lane->t->market, &f->market, sizeof f->market);
	memcpy(object + lane->t->symbol, f->symbol, sizeof f->symbol);
	if (lane->t->has_interval)
		memcpy(object + lane->t->interval, &f->interval, sizeof f->interval);
}

/* As a row that is put; funding payments have no other check than that of a line. */
static enum err check_record(const struct lane *lane, struct error *e)
{
	const struct kind *k = lane->t->kind;
	struct record again;
	struct buf line = { 0 };
	enum err rc;

	if (lane->t->has_interval)
		return store_check(k, &lane->row.candle, e);
	record_write(k, &lane->row.candle, &line);
	rc = line.failed ? error_memory(e) : record_read_kind(k, line.data, line.len, &again.candle, e);
	buf_release(&line);
	return rc;
}

static enum err check_row(struct lane *lane, struct error *e)
{
	int64_t t_ms = row_time(lane);
	char time[UTC_TEXT], message[128];
	enum err rc = OK;

	if (t_ms < lane->year_start || t_ms >= lane->year_end)
		rc = error_field(e, ERR_DATA, time_name(lane->t), "%lld is not in %d", (long long)t_ms, lane->files[lane->at].year);
	else if (t_ms <= lane->last_ms)
		rc = error_field(e, ERR_DATA, time_name(lane->t), "%s comes after a later row", utc_format(t_ms, time));
	else if ((rc = check_record(lane, e)) && e) {
		snprintf(message, sizeof message, "%.80s, in the row of %s", e->message, utc_format(t_ms, time));
		memcpy(e->message, message, sizeof message);
	}
	lane->last_ms = t_ms;
	return rc;
}

static bool row_wanted(struct lane *lane)
{
	int64_t t_ms = row_time(lane);

	return t_ms >= lane->since && (lane->until == TIME_NONE || t_ms < lane->until) && lane->skip-- <= 0; /* TIME_NONE is the smallest integer */
}

/* The next row of the file that is wanted, or the file's end. */
static enum err next_of_file(struct lane *lane, struct error *e)
{
	bool end = false;
	enum err rc = lane->answer ? OK : open_file(lane, e);

	while (!rc && !lane->has_row && !end) {
		rc = duck_next(lane->answer, &lane->row.candle, &end, e);
		if (rc || end)
			break;
		name_row(lane);
		rc = check_row(lane, e);
		lane->sum = lake_sum(lane->sum, lane->t, &lane->row.candle);
		lane->has_row = row_wanted(lane);
	}
	if (rc || !end)
		return rc;
	duck_end(lane->answer);
	lane->answer = NULL;
	return check_sum(lane, e);
}

/* On to the next row; has_row false: there is none. */
static enum err advance(struct lane *lane, struct error *e)
{
	lane->has_row = false;
	while (!lane->has_row && lane->at < lane->count) {
		enum err rc = next_of_file(lane, e);

		if (rc)
			return lake_error(lane->files[lane->at].path, rc, e);
		if (!lane->has_row)
			lane->at++;
	}
	return OK;
}

/* The newest `last` rows: as many of the newest files as have them, and how many rows of those come before. */
static enum err find_last(struct lane *lane, int64_t last, struct error *e)
{
	int64_t found = 0;
	enum err rc = OK;
	size_t from = lane->count;

	while (!rc && found < last && from > 0) {
		struct lane one = *lane;

		one.files += --from;
		one.count = 1;
		for (rc = advance(&one, e); !rc && one.has_row; rc = advance(&one, e))
			found++;
		duck_end(one.answer);
	}
	lane->files += from;
	lane->count -= from;
	lane->skip = found > last ? found - last : 0;
	return rc;
}

static bool same_series(const struct lake_file *a, const struct lake_file *b)
{
	return a->market == b->market && a->interval == b->interval && strcmp(a->symbol, b->symbol) == 0;
}

static enum err start(struct lane *lane, struct lake *l, const struct lake_table *t, const struct store_query *q, struct error *e)
{
	enum err rc = OK;

	lane->l = l;
	lane->t = t;
	lane->since = q->since;
	lane->until = q->until;
	lane->last_ms = TIME_NONE;
	lane->row.kind = t->kind;
	if (q->last > 0)
		rc = find_last(lane, q->last, e);
	return rc ? rc : advance(lane, e);
}

static enum err give_all(struct lane *lane, store_callback *callback, void *ctx, struct error *e)
{
	enum err rc = OK;

	while (!rc && lane->has_row) {
		rc = callback(ctx, &lane->row.candle, e);
		if (!rc)
			rc = advance(lane, e);
	}
	return rc;
}

/* The series are few (hundreds): the earliest of their next rows is found by looking at each. Ties go in series order. */
static enum err merge(struct lane *lanes, size_t n, store_callback *callback, void *ctx, struct error *e)
{
	enum err rc = OK;

	while (!rc) {
		struct lane *first = NULL;

		for (size_t i = 0; i < n; i++)
			if (lanes[i].has_row && (!first || row_time(&lanes[i]) < row_time(first)))
				first = &lanes[i];
		if (!first)
			break;
		rc = callback(ctx, &first->row.candle, e);
		if (!rc)
			rc = advance(first, e);
	}
	return rc;
}

static enum err each(struct lake *l, const struct lake_table *t, const struct store_query *q, store_callback *callback, void *ctx, struct error *e)
{
	bool by_time = q->by_time || !t->has_interval; /* as store_each: funding is in order of time */
	struct lake_file *files = NULL;
	struct lane *lanes = NULL;
	size_t n = 0, count = 0;
	enum err rc = lake_files(l, t, q, &files, &n, e);

	lanes = calloc(n + 1, sizeof *lanes);
	if (!rc && !lanes)
		rc = error_memory(e);
	for (size_t i = 0; !rc && i < n; count++) {
		struct lane *lane = &lanes[count];

		for (lane->files = &files[i]; i < n && same_series(lane->files, &files[i]); i++)
			lane->count++;
		rc = start(lane, l, t, q, e);
		if (!rc && !by_time)
			rc = give_all(lane, callback, ctx, e);
	}
	if (!rc && by_time)
		rc = merge(lanes, count, callback, ctx, e);
	for (size_t i = 0; lanes && i < count; i++)
		duck_end(lanes[i].answer);
	free(lanes);
	lake_files_free(files, n);
	return rc;
}

enum err lake_each(const char *folder, const struct kind *k, const struct store_query *q, store_callback *callback, void *ctx, struct error *e)
{
	enum err rc = lake_check_query(q, e);
	const struct lake_table *t;
	struct lake *l;

	for (size_t i = 0; (t = lake_table(i)) && t->kind != k; i++)
		;
	if (!rc && !t)
		rc = error_set(e, ERR_USAGE, "a lake has no %s records", k->name);
	if (!rc && !t->has_interval && (q->last > 0 || q->interval >= 0))
		rc = error_set(e, ERR_USAGE, "%s of a lake has neither an interval nor --last to choose by", t->folder);
	if (!rc)
		rc = lake_open(folder, false, &l, e);
	if (rc)
		return rc;
	rc = each(l, t, q, callback, ctx, e);
	lake_close(l);
	return rc;
}

static enum err pass_over(void *ctx, const void *object, struct error *e)
{
	(void)ctx;
	(void)object;
	return prog_stopped(e);
}

struct taking {
	struct intake *in;
	struct record row;
};

static enum err take(void *ctx, const void *object, struct error *e)
{
	struct taking *t = ctx;
	enum err rc = prog_stopped(e);

	memcpy(&t->row.candle, object, t->row.kind->size);
	return rc ? rc : intake_add(t->in, &t->row, NULL, 0, e);
}

/* Each file has a receipt of its own. */
static enum err take_file(struct lake *l, const struct lake_table *t, const struct store_query *q, const struct lake_file *f, struct intake *in,
	struct error *e)
{
	struct lane lane = { .files = f, .count = 1 };
	struct taking taking = { .in = in, .row.kind = t->kind };
	char sha256[DIGEST_HEX];
	enum err rc = digest_file(f->path, sha256, e);

	if (!rc)
		rc = batch_source(&in->batch, f->path + strlen(l->folder) + 1, sha256, TIME_UNIT_MS, e);
	if (!rc)
		rc = start(&lane, l, t, q, e);
	if (!rc)
		rc = give_all(&lane, take, &taking, e);
	duck_end(lane.answer);
	return rc;
}

static enum err take_table(struct lake *l, const struct lake_table *t, const struct store_query *q, struct intake *in, struct error *e)
{
	struct lake_file *files;
	size_t n;
	enum err rc = lake_files(l, t, q, &files, &n, e);

	for (size_t i = 0; !rc && i < n; i++) {
		prog_progress("import", (double)i, (double)n, "files");
		rc = take_file(l, t, q, &files[i], in, e);
	}
	lake_files_free(files, n);
	return rc;
}

static enum err take_all(struct lake *l, const struct store_query *q, struct intake *in, struct error *e)
{
	const struct lake_table *t;
	enum err rc = OK;

	for (size_t i = 0; !rc && (t = lake_table(i)); i++)
		if (t->has_interval || q->interval < 0)
			rc = each(l, t, q, pass_over, NULL, e);
	for (size_t i = 0; !rc && (t = lake_table(i)); i++)
		if (t->has_interval || q->interval < 0)
			rc = take_table(l, t, q, in, e);
	return rc;
}

enum err lake_import(const char *folder, struct intake *in, const struct store_query *q, struct error *e)
{
	struct lake *l;
	enum err rc = lake_check_query(q, e);

	if (!rc && q->last > 0)
		rc = error_set(e, ERR_USAGE, "--last is not for an import");
	if (!rc)
		rc = lake_open(folder, false, &l, e);
	if (rc)
		return rc;
	rc = take_all(l, q, in, e);
	lake_close(l);
	return rc;
}
