#include "store/duck.h"

#include <stdlib.h>
#include <string.h>

#include "core/dec.h"
#include "core/utc.h"
#include "store/duck_api.h"

struct duck {
	const struct duck_api *api;
	void *database, *connection;
	const struct duck_source *source; /* of the statement that runs */
	char *objects;
	size_t room;
	struct error source_error;
};

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

/* DuckDB's messages have several lines, of which the first says it. */
static enum err failure(const char *message, enum err code, struct error *e)
{
	int n = message ? (int)strcspn(message, "\n") : 0;

	return error_set(e, code, "%.*s", n ? n : 15, n ? message : "DuckDB has failed");
}

static enum err open_database(struct duck *d, struct error *e)
{
	/* One thread: rows come and go in order, and memory is small. Extensions would be fetched from the network. */
	static const char *const settings[][2] = { { "threads", "1" }, { "memory_limit", "1GB" }, { "autoinstall_known_extensions", "false" },
		{ "autoload_known_extensions", "false" } };
	const struct duck_api *api = d->api;
	char *message = NULL;
	void *config = NULL;
	enum err rc = OK;

	if (api->create_config(&config))
		return error_memory(e);
	for (size_t i = 0; !rc && i < sizeof settings / sizeof *settings; i++)
		if (api->set_config(config, settings[i][0], settings[i][1]))
			rc = error_set(e, ERR_UNAVAILABLE, "DuckDB %s has no setting %s", api->library_version(), settings[i][0]);
	if (!rc && api->open_ext(NULL, &d->database, config, &message))
		rc = failure(message, ERR_INTERNAL, e);
	if (message)
		api->free(message);
	api->destroy_config(&config);
	if (!rc && api->connect(d->database, &d->connection))
		rc = error_memory(e);
	return rc;
}

static void *type_of(const struct duck_api *api, const struct field *f)
{
	switch (f->type) {
	case FIELD_TIME: return api->create_logical_type(DUCK_TIMESTAMP_MS);
	case FIELD_DEC64: return api->create_decimal_type(18, 8);
	case FIELD_DEC: return api->create_decimal_type(38, 8);
	default: return api->create_logical_type(DUCK_BIGINT);
	}
}

const char *duck_type(const struct field *f)
{
	switch (f->type) {
	case FIELD_TIME: return "TIMESTAMP_MS";
	case FIELD_DEC64: return "DECIMAL(18,8)";
	case FIELD_DEC: return "DECIMAL(38,8)";
	default: return "BIGINT";
	}
}

static void bind_source(void *info)
{
	const struct duck_api *api;
	const struct duck *d;

	duck_load(&api, NULL);
	d = api->bind_get_extra_info(info);
	for (size_t i = 0; i < d->source->field_count; i++) {
		void *type = type_of(api, &d->source->fields[i]);

		api->bind_add_result_column(info, d->source->fields[i].name, type);
		api->destroy_logical_type(&type);
	}
}

static void init_source(void *info)
{
	(void)info;
}

static size_t width(const struct field *f)
{
	return f->type == FIELD_DEC ? sizeof(dec) : sizeof(int64_t);
}

/* The greatest values of DECIMAL(18,8) and DECIMAL(38,8). */
static bool fits(const struct field *f, const char *from)
{
	static const int64_t most = INT64_C(999999999999999999);
	const dec widest = (dec)most * 100000000 * 100000000 * 10000 + ((dec)100000000 * 100000000 * 10000 - 1);
	dec64 narrow;
	dec wide;

	if (f->type == FIELD_DEC64) {
		memcpy(&narrow, from, sizeof narrow);
		return narrow == DEC64_NONE || (narrow <= most && narrow >= -most);
	}
	memcpy(&wide, from, sizeof wide);
	return wide == DEC_NONE || (wide <= widest && wide >= -widest);
}

static enum err fill(const struct duck_api *api, const struct field *f, const char *objects, size_t stride, size_t n, void *vector, struct error *e)
{
	char *to = api->vector_get_data(vector);
	uint64_t *validity = NULL;
	size_t size = width(f);

	for (size_t i = 0; i < n; i++, objects += stride, to += size) {
		const char *from = objects + f->offset;

		if (size == sizeof(dec))
			memcpy(to, from, sizeof(dec));
		else
			memcpy(to, from, sizeof(int64_t));
		if (f->type != FIELD_TIME && f->type != FIELD_INT && !fits(f, from)) {
			struct buf b = { 0 };

			field_write_plain(f, objects, &b);
			error_field(e, ERR_DATA, f->name, "'%s' does not fit %s", b.data ? b.data : "", duck_type(f));
			buf_release(&b);
			return ERR_DATA;
		}
		if (field_known(f, objects))
			continue;
		if (!validity) {
			api->vector_ensure_validity_writable(vector);
			validity = api->vector_get_validity(vector);
		}
		validity[i / 64] &= ~(UINT64_C(1) << i % 64);
	}
	return OK;
}

static void give_rows(void *info, void *chunk)
{
	const struct duck_api *api;
	struct duck *d;
	const struct duck_source *source;
	size_t n = 0;
	enum err rc;

	duck_load(&api, NULL);
	d = api->function_get_extra_info(info);
	source = d->source;
	rc = source->next(source->ctx, d->objects, d->room, &n, &d->source_error);
	for (size_t i = 0; !rc && n && i < source->field_count; i++)
		rc = fill(api, &source->fields[i], d->objects, source->stride, n, api->data_chunk_get_vector(chunk, i), &d->source_error);
	if (rc)
		api->function_set_error(info, "see source_error");
	api->data_chunk_set_size(chunk, rc ? 0 : n);
}

static enum err add_source(struct duck *d, struct error *e)
{
	const struct duck_api *api = d->api;
	void *function = api->create_table_function();
	bool failed;

	if (!function)
		return error_memory(e);
	api->table_function_set_name(function, "ct_rows");
	api->table_function_set_extra_info(function, d, NULL);
	api->table_function_set_bind(function, bind_source);
	api->table_function_set_init(function, init_source);
	api->table_function_set_function(function, give_rows);
	failed = api->register_table_function(d->connection, function) != 0;
	api->destroy_table_function(&function);
	return failed ? error_set(e, ERR_INTERNAL, "DuckDB refuses a table function") : OK;
}

enum err duck_open(struct duck **out, struct error *e)
{
	struct duck *d = calloc(1, sizeof *d);
	enum err rc = d ? duck_load(&d->api, e) : error_memory(e);

	if (!rc)
		rc = open_database(d, e);
	if (!rc)
		rc = add_source(d, e);
	if (rc) {
		duck_close(d);
		d = NULL;
	}
	*out = d;
	return rc;
}

void duck_close(struct duck *d)
{
	if (!d)
		return;
	if (d->connection)
		d->api->disconnect(&d->connection);
	if (d->database)
		d->api->close(&d->database);
	free(d);
}

void duck_literal(struct buf *sql, const char *text, bool pattern)
{
	buf_addc(sql, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_addc(sql, '\'');
		if (pattern && strchr("*?[", *text))
			buf_addf(sql, "[%c]", *text);
		else
			buf_addc(sql, *text);
	}
	buf_addc(sql, '\'');
}

enum err duck_run(struct duck *d, const char *sql, enum err failed, struct error *e)
{
	struct duck_result result;
	enum err rc = OK;

	if (d->api->query(d->connection, sql, &result))
		rc = failure(d->api->result_error(&result), failed, e);
	d->api->destroy_result(&result);
	return rc;
}

enum err duck_feed(struct duck *d, const struct duck_source *source, const char *sql, enum err failed, struct error *e)
{
	enum err rc;

	d->room = d->api->vector_size();
	d->objects = malloc(d->room * source->stride);
	if (!d->objects)
		return error_memory(e);
	d->source = source;
	d->source_error = (struct error){ 0 };
	rc = duck_run(d, sql, failed, e);
	if (d->source_error.code) {
		rc = d->source_error.code;
		if (e)
			*e = d->source_error;
	}
	free(d->objects);
	d->objects = NULL;
	d->source = NULL;
	return rc;
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
		return failure(api->prepare_error(a->prepared), ERR_DATA, e);
	if (api->pending_prepared_streaming(a->prepared, &pending))
		rc = failure(api->pending_error(pending), ERR_DATA, e);
	else if (api->execute_pending(pending, &a->result))
		rc = failure(api->result_error(&a->result), ERR_DATA, e);
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
		return failure(message, ERR_DATA, e);
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
