#ifndef CT_STORE_DUCK_API_H
#define CT_STORE_DUCK_API_H

#include <stdint.h>

#include "store/duck.h"

/* What is used of DuckDB's published C API (duckdb.h). Handles are pointers; a function that ends one takes its address. */

enum { DUCK_BIGINT = 5, DUCK_TIMESTAMP = 12, DUCK_DECIMAL = 19, DUCK_TIMESTAMP_MS = 21, DUCK_TIMESTAMP_TZ = 31 };

struct duck_result { /* passed by value: all of it is the library's */
	uint64_t counts[3];
	void *columns;
	char *message;
	void *internal;
};

#define DUCK_API(F) \
	F(const char *, library_version, (void)) \
	F(int, create_config, (void **config)) \
	F(int, set_config, (void *config, const char *name, const char *value)) \
	F(void, destroy_config, (void **config)) \
	F(int, open_ext, (const char *path, void **database, void *config, char **message)) \
	F(void, close, (void **database)) \
	F(int, connect, (void *database, void **connection)) \
	F(void, disconnect, (void **connection)) \
	F(void, free, (void *memory)) \
	F(int, query, (void *connection, const char *sql, struct duck_result *result)) \
	F(void, destroy_result, (struct duck_result *result)) \
	F(const char *, result_error, (struct duck_result *result)) \
	F(int, prepare, (void *connection, const char *sql, void **prepared)) \
	F(const char *, prepare_error, (void *prepared)) \
	F(void, destroy_prepare, (void **prepared)) \
	F(int, pending_prepared_streaming, (void *prepared, void **pending)) \
	F(const char *, pending_error, (void *pending)) \
	F(int, execute_pending, (void *pending, struct duck_result *result)) \
	F(void, destroy_pending, (void **pending)) \
	F(void *, column_logical_type, (struct duck_result *result, uint64_t column)) \
	F(void *, create_logical_type, (int type)) \
	F(void *, create_decimal_type, (uint8_t width, uint8_t scale)) \
	F(int, get_type_id, (void *type)) \
	F(uint8_t, decimal_width, (void *type)) \
	F(uint8_t, decimal_scale, (void *type)) \
	F(void, destroy_logical_type, (void **type)) \
	F(void *, fetch_chunk, (struct duck_result result)) \
	F(void, destroy_data_chunk, (void **chunk)) \
	F(uint64_t, data_chunk_get_size, (void *chunk)) \
	F(void, data_chunk_set_size, (void *chunk, uint64_t size)) \
	F(void *, data_chunk_get_vector, (void *chunk, uint64_t column)) \
	F(uint64_t, vector_size, (void)) \
	F(void *, vector_get_data, (void *vector)) \
	F(uint64_t *, vector_get_validity, (void *vector)) \
	F(void, vector_ensure_validity_writable, (void *vector)) \
	F(void *, create_table_function, (void)) \
	F(void, destroy_table_function, (void **function)) \
	F(void, table_function_set_name, (void *function, const char *name)) \
	F(void, table_function_set_extra_info, (void *function, void *info, void (*end)(void *info))) \
	F(void, table_function_set_bind, (void *function, void (*bind)(void *info))) \
	F(void, table_function_set_init, (void *function, void (*init)(void *info))) \
	F(void, table_function_set_function, (void *function, void (*give)(void *info, void *chunk))) \
	F(int, register_table_function, (void *connection, void *function)) \
	F(void *, bind_get_extra_info, (void *info)) \
	F(void, bind_add_result_column, (void *info, const char *name, void *type)) \
	F(void *, function_get_extra_info, (void *info)) \
	F(void, function_set_error, (void *info, const char *message))

struct duck_api {
#define MEMBER(type, name, arguments) type(*name) arguments;
	DUCK_API(MEMBER)
#undef MEMBER
};

/* The library's functions, found once a process. ERR_UNAVAILABLE says what to install. */
enum err duck_load(const struct duck_api **api, struct error *e);

struct duck {
	const struct duck_api *api;
	void *database, *connection;
	const struct duck_source *source; /* of the statement that runs */
	struct error source_error;
};

/* The first line of what DuckDB says, which says it. */
enum err duck_failure(const char *message, enum err code, struct error *e);

#endif
