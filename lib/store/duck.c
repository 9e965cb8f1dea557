#include <stdlib.h>
#include <string.h>

#include "core/dec.h"
#include "store/duck_api.h"

enum err duck_failure(const char *message, enum err code, struct error *e)
{
	int n = message ? (int)strcspn(message, "\n") : 0;

	return error_set(e, code, "%.*s", n, message ? message : "");
}

static enum err open_database(struct duck *d, struct error *e)
{
	/* One thread: rows come and go in order, and memory is small. No file of its own; extensions would come from the network. */
	static const char *const settings[][2] = { { "threads", "1" }, { "memory_limit", "1GB" }, { "temp_directory", "" },
		{ "autoinstall_known_extensions", "false" }, { "autoload_known_extensions", "false" } };
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
		rc = duck_failure(message, ERR_INTERNAL, e);
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

/* A vector that is filled; its validity is made with the first unknown value. */
struct target {
	const struct duck_api *api;
	void *vector;
	uint64_t *validity;
};

static void set_unknown(struct target *t, size_t i)
{
	if (!t->validity) {
		t->api->vector_ensure_validity_writable(t->vector);
		t->validity = t->api->vector_get_validity(t->vector);
	}
	t->validity[i / 64] &= ~(UINT64_C(1) << i % 64);
}

/* Both return the number of the first value that is beyond ±most, or n. */
static size_t fill_narrow(struct target *t, const char *from, size_t stride, size_t n, int64_t most)
{
	int64_t *to = t->api->vector_get_data(t->vector);

	for (size_t i = 0; i < n; i++, from += stride) {
		memcpy(&to[i], from, sizeof *to);
		if (to[i] == INT64_MIN) /* DEC64_NONE, TIME_NONE and INT_NONE */
			set_unknown(t, i);
		else if (to[i] > most || to[i] < -most)
			return i;
	}
	return n;
}

static size_t fill_wide(struct target *t, const char *from, size_t stride, size_t n, dec most)
{
	char *to = t->api->vector_get_data(t->vector);
	dec v;

	for (size_t i = 0; i < n; i++, from += stride, to += sizeof v) {
		memcpy(&v, from, sizeof v);
		memcpy(to, &v, sizeof v);
		if (v == DEC_NONE)
			set_unknown(t, i);
		else if (v > most || v < -most)
			return i;
	}
	return n;
}

#define MOST_18 INT64_C(999999999999999999)
#define MOST_38 ((dec)MOST_18 * (MOST_18 + 1) * 100 + (dec)MOST_18 * 100 + 99) /* 38 nines */

static enum err fill(const struct duck_api *api, const struct field *f, const char *objects, size_t stride, size_t n, void *vector, struct error *e)
{
	struct target t = { .api = api, .vector = vector };
	const char *from = objects + f->offset;
	struct buf b = { 0 };
	size_t done = f->type == FIELD_DEC ? fill_wide(&t, from, stride, n, MOST_38)
		: fill_narrow(&t, from, stride, n, f->type == FIELD_DEC64 ? MOST_18 : INT64_MAX);

	if (done == n)
		return OK;
	field_write_plain(f, objects + done * stride, &b);
	error_field(e, ERR_DATA, f->name, "'%s' does not fit %s", b.data ? b.data : "", duck_type(f));
	buf_release(&b);
	return ERR_DATA;
}

static void give_rows(void *info, void *chunk)
{
	const struct duck_api *api;
	struct duck *d;
	const struct duck_source *source;
	const void *objects;
	size_t n = 0;
	enum err rc;

	duck_load(&api, NULL);
	d = api->function_get_extra_info(info);
	source = d->source;
	rc = source->next(source->ctx, &objects, &n, &d->source_error);
	for (size_t i = 0; !rc && n && i < source->field_count; i++)
		rc = fill(api, &source->fields[i], objects, source->stride, n, api->data_chunk_get_vector(chunk, i), &d->source_error);
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

	if (!rc && d->api->vector_size() < DUCK_ROWS)
		rc = error_set(e, ERR_UNAVAILABLE, "DuckDB %s was built for less than %d rows at a time", d->api->library_version(), DUCK_ROWS);
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

static enum err run(struct duck *d, const char *sql, enum err failed, struct error *e)
{
	struct duck_result result;
	enum err rc = OK;

	if (d->api->query(d->connection, sql, &result))
		rc = duck_failure(d->api->result_error(&result), failed, e);
	d->api->destroy_result(&result);
	return rc;
}

enum err duck_feed(struct duck *d, const struct duck_source *source, const char *sql, enum err failed, struct error *e)
{
	enum err rc;

	d->source = source;
	d->source_error = (struct error){ 0 };
	rc = run(d, sql, failed, e);
	if (d->source_error.code) {
		rc = d->source_error.code;
		if (e)
			*e = d->source_error;
	}
	d->source = NULL;
	return rc;
}
