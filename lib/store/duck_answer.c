/* Answers of DuckDB, as objects of a kind. */
#include <stdlib.h>
#include <string.h>

#include "core/dec.h"
#include "store/duck_api.h"

struct duck_answer {
	const struct duck_api *api;
	const struct field *fields;
	size_t field_count;
	void *connection, *prepared, *chunk;
	struct duck_result result;
	uint64_t at, count; /* rows of the chunk */
	struct {
		const char *data;
		const uint64_t *validity; /* NULL: all known */
		bool micros;              /* a time in microseconds */
	} *columns;
};

static size_t width(const struct field *f)
{
	return f->type == FIELD_DEC ? sizeof(dec) : sizeof(int64_t);
}

/* Times are read as microseconds too: so DuckDB gives a file's milliseconds, and so other tools write them. */
static bool fits_column(const struct duck_api *api, const struct field *f, void *type, bool *micros)
{
	int id = api->get_type_id(type), w = f->type == FIELD_DEC ? 38 : 18;

	*micros = f->type == FIELD_TIME && (id == DUCK_TIMESTAMP || id == DUCK_TIMESTAMP_TZ);
	switch (f->type) {
	case FIELD_TIME: return *micros || id == DUCK_TIMESTAMP_MS;
	case FIELD_DEC:
	case FIELD_DEC64: return id == DUCK_DECIMAL && api->decimal_width(type) == w && api->decimal_scale(type) == 8;
	default: return id == DUCK_BIGINT;
	}
}

static enum err check_columns(struct duck_answer *a, struct error *e)
{
	for (size_t i = 0; i < a->field_count; i++) {
		void *type = a->api->column_logical_type(&a->result, i);
		bool fitting = type && fits_column(a->api, &a->fields[i], type, &a->columns[i].micros);

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

static enum err take_value(const struct duck_answer *a, size_t column, void *object, struct error *e)
{
	const struct field *f = &a->fields[column];
	const uint64_t *validity = a->columns[column].validity;
	const char *from = a->columns[column].data + a->at * width(f);
	char *to = (char *)object + f->offset;
	int64_t narrow = INT64_MIN; /* DEC64_NONE, TIME_NONE and INT_NONE */
	dec wide = DEC_NONE;

	if (!validity || (validity[a->at / 64] >> a->at % 64 & 1))
		memcpy(f->type == FIELD_DEC ? (void *)&wide : &narrow, from, width(f));
	else if (!(f->flags & FIELD_NULL))
		return error_field(e, ERR_DATA, f->name, "is null");
	if (a->columns[column].micros && narrow != INT64_MIN) {
		if (narrow % 1000 != 0)
			return error_field(e, ERR_DATA, f->name, "%lld microseconds are no whole milliseconds", (long long)narrow);
		narrow /= 1000;
	}
	memcpy(to, f->type == FIELD_DEC ? (void *)&wide : &narrow, width(f));
	return OK;
}

enum err duck_next(struct duck_answer *a, void *object, bool *end, struct error *e)
{
	enum err rc = a->at == a->count ? fetch(a, e) : OK;

	*end = !rc && a->count == 0;
	if (rc || *end)
		return rc;
	for (size_t i = 0; !rc && i < a->field_count; i++)
		rc = take_value(a, i, object, e);
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
