/* Answers of DuckDB, as objects of a kind. */
#include <stdlib.h>
#include <string.h>

#include "core/dec.h"
#include "store/duck_api.h"

struct column {
	const char *data;
	const uint64_t *validity; /* NULL: all known */
	enum { AS_OURS, MICROS, RESCALED } form; /* as the field is kept; a time in microseconds; a decimal of another width: */
	int scale;                /* its digits behind the point */
	size_t size;              /* of its value */
};

struct duck_answer {
	const struct duck_api *api;
	const struct field *fields;
	size_t field_count;
	void *connection, *prepared, *chunk;
	struct duck_result result;
	uint64_t at, count; /* rows of the chunk */
	struct column *columns;
};

#define SCALE 8 /* of ours */

static size_t width(const struct field *f)
{
	return f->type == FIELD_DEC ? sizeof(dec) : sizeof(int64_t);
}

/* A decimal of DuckDB takes as few bytes as its digits need. */
static size_t decimal_size(int digits)
{
	return digits <= 4 ? sizeof(int16_t) : digits <= 9 ? sizeof(int32_t) : digits <= 18 ? sizeof(int64_t) : sizeof(dec);
}

/*
 * Times are read as microseconds too: so DuckDB gives a file's milliseconds, and so other tools write them. They write decimals
 * of other widths as well, and each value has to fit exactly.
 */
static bool fits_column(const struct duck_api *api, const struct field *f, void *type, struct column *c)
{
	int id = api->get_type_id(type);

	switch (f->type) {
	case FIELD_TIME:
		c->form = id == DUCK_TIMESTAMP_MS ? AS_OURS : MICROS;
		return id == DUCK_TIMESTAMP_MS || id == DUCK_TIMESTAMP || id == DUCK_TIMESTAMP_TZ;
	case FIELD_DEC:
	case FIELD_DEC64:
		if (id != DUCK_DECIMAL)
			return false;
		c->size = decimal_size(api->decimal_width(type));
		c->scale = api->decimal_scale(type);
		c->form = c->size == width(f) && c->scale == SCALE ? AS_OURS : RESCALED;
		return true;
	default:
		return id == DUCK_BIGINT;
	}
}

static enum err check_columns(struct duck_answer *a, struct error *e)
{
	for (size_t i = 0; i < a->field_count; i++) {
		void *type = a->api->column_logical_type(&a->result, i);
		bool fitting = type && fits_column(a->api, &a->fields[i], type, &a->columns[i]);

		a->api->destroy_logical_type(&type);
		if (!fitting)
			return error_field(e, ERR_DATA, a->fields[i].name, "the column is not %s", duck_type(&a->fields[i]));
	}
	return OK;
}

static enum err start(struct duck_answer *a, void *database, const char *sql, struct error *e)
{
	const struct duck_api *api = a->api;
	void *pending = NULL;
	enum err rc = OK;

	if (api->connect(database, &a->connection))
		return error_memory(e);
	if (api->prepare(a->connection, sql, &a->prepared))
		return duck_failure(api->prepare_error(a->prepared), ERR_DATA, e);
	if (api->pending_prepared_streaming(a->prepared, &pending))
		rc = duck_failure(api->pending_error(pending), ERR_DATA, e);
	else if (api->execute_pending(pending, &a->result))
		rc = duck_failure(api->result_error(&a->result), ERR_DATA, e);
	api->destroy_pending(&pending);
	return rc ? rc : check_columns(a, e);
}

enum err duck_ask(struct duck *d, const char *sql, const struct field *fields, size_t n, struct duck_answer **out, struct error *e)
{
	struct duck_answer *a = calloc(1, sizeof *a);
	enum err rc = OK;

	*out = NULL;
	if (!a)
		return error_memory(e);
	a->api = d->api;
	a->fields = fields;
	a->field_count = n;
	a->columns = calloc(n, sizeof *a->columns);
	rc = a->columns ? start(a, d->database, sql, e) : error_memory(e);
	if (rc)
		duck_end(a);
	else
		*out = a;
	return rc;
}

/* The next chunk; none: the end, or a failure. */
static enum err fetch(struct duck_answer *a, struct error *e)
{
	const struct duck_api *api = a->api;
	const char *message;

	if (a->chunk)
		api->destroy_data_chunk(&a->chunk);
	a->chunk = api->fetch_chunk(a->result);
	a->at = 0;
	a->count = a->chunk ? api->data_chunk_get_size(a->chunk) : 0;
	message = a->chunk ? NULL : api->result_error(&a->result);
	if (message && *message)
		return duck_failure(message, ERR_DATA, e);
	for (size_t i = 0; a->count && i < a->field_count; i++) {
		void *vector = api->data_chunk_get_vector(a->chunk, i);

		a->columns[i].data = api->vector_get_data(vector);
		a->columns[i].validity = api->vector_get_validity(vector);
	}
	return OK;
}

static dec decimal_at(const char *from, size_t size)
{
	int16_t tiny;
	int32_t small;
	int64_t narrow;
	dec wide;

	switch (size) {
	case sizeof tiny: memcpy(&tiny, from, sizeof tiny); return tiny;
	case sizeof small: memcpy(&small, from, sizeof small); return small;
	case sizeof narrow: memcpy(&narrow, from, sizeof narrow); return narrow;
	default: memcpy(&wide, from, sizeof wide); return wide;
	}
}

/* Returns where the text begins that ends before `end`. */
static char *decimal_text(dec v, int scale, char *end)
{
	unsigned __int128 m = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v;

	*--end = '\0';
	for (int i = 0; m || i <= scale; i++, m /= 10) {
		if (i == scale && i)
			*--end = '.';
		*--end = (char)('0' + (int)(m % 10));
	}
	if (v < 0)
		*--end = '-';
	return end;
}

/* To our digits behind the point; false: then it is another number, or too large. */
static bool rescale(dec *v, int scale, bool narrow)
{
	bool bad = false;

	for (; scale < SCALE && !bad; scale++)
		bad = __builtin_mul_overflow(*v, (dec)10, v);
	for (; scale > SCALE && !bad; scale--) {
		bad = *v % 10 != 0;
		*v /= 10;
	}
	if (narrow && !bad)
		dec_narrow(*v, &bad);
	return !bad && *v != DEC_NONE;
}

static enum err take_decimal(const struct field *f, const struct column *c, uint64_t at, char *to, struct error *e)
{
	dec v = decimal_at(c->data + at * c->size, c->size), found = v;
	char text[DEC_TEXT];
	dec64 narrow;

	if (!rescale(&v, c->scale, f->type == FIELD_DEC64))
		return error_field(e, ERR_DATA, f->name, "'%s' does not fit %s", decimal_text(found, c->scale, text + sizeof text), duck_type(f));
	narrow = (dec64)v;
	memcpy(to, f->type == FIELD_DEC ? (void *)&v : &narrow, width(f));
	return OK;
}

static enum err take_micros(const struct field *f, const struct column *c, uint64_t at, char *to, struct error *e)
{
	int64_t t;

	memcpy(&t, c->data + at * sizeof t, sizeof t);
	if (t % 1000 != 0)
		return error_field(e, ERR_DATA, f->name, "%lld microseconds are no whole milliseconds", (long long)t);
	t /= 1000;
	memcpy(to, &t, sizeof t);
	return OK;
}

static enum err take_null(const struct field *f, char *to, struct error *e)
{
	const int64_t narrow = INT64_MIN; /* DEC64_NONE, TIME_NONE and INT_NONE */
	const dec wide = DEC_NONE;

	if (!(f->flags & FIELD_NULL))
		return error_field(e, ERR_DATA, f->name, "is null");
	memcpy(to, f->type == FIELD_DEC ? (const void *)&wide : &narrow, width(f));
	return OK;
}

static inline enum err take_value(const struct field *f, const struct column *c, uint64_t at, void *object, struct error *e)
{
	char *to = (char *)object + f->offset;

	if (c->validity && !(c->validity[at / 64] >> at % 64 & 1))
		return take_null(f, to, e);
	if (c->form != AS_OURS)
		return c->form == MICROS ? take_micros(f, c, at, to, e) : take_decimal(f, c, at, to, e);
	if (f->type == FIELD_DEC)
		memcpy(to, c->data + at * sizeof(dec), sizeof(dec));
	else
		memcpy(to, c->data + at * sizeof(int64_t), sizeof(int64_t));
	return OK;
}

enum err duck_next(struct duck_answer *a, void *object, bool *end, struct error *e)
{
	enum err rc = a->at == a->count ? fetch(a, e) : OK;

	*end = !rc && a->count == 0;
	if (rc || *end)
		return rc;
	for (size_t i = 0; !rc && i < a->field_count; i++)
		rc = take_value(&a->fields[i], &a->columns[i], a->at, object, e);
	a->at++;
	return rc;
}

void duck_end(struct duck_answer *a)
{
	if (!a)
		return;
	if (a->chunk)
		a->api->destroy_data_chunk(&a->chunk);
	a->api->destroy_result(&a->result);
	if (a->prepared)
		a->api->destroy_prepare(&a->prepared);
	if (a->connection)
		a->api->disconnect(&a->connection);
	free(a->columns);
	free(a);
}

enum err duck_ask_row(struct duck *d, const char *sql, const struct field *fields, size_t n, void *object, struct error *e)
{
	struct duck_answer *a;
	bool end;
	enum err rc = duck_ask(d, sql, fields, n, &a, e);

	if (!rc)
		rc = duck_next(a, object, &end, e);
	duck_end(a);
	return rc;
}
