#include <math.h>
#include <string.h>

#include "core/utc.h"
#include "store/db.h"

/* 63 bits of 1e-8 as an integer; anything larger as exact text. */
int value_bind_dec(sqlite3_stmt *stmt, int index, dec v)
{
	char text[DEC_TEXT];
	size_t n;

	if (v == DEC_NONE)
		return sqlite3_bind_null(stmt, index);
	if (v >= -INT64_MAX && v <= INT64_MAX)
		return sqlite3_bind_int64(stmt, index, (int64_t)v);
	n = dec_format(v, text);
	return sqlite3_bind_text(stmt, index, text, (int)n, SQLITE_TRANSIENT);
}

/* "Unknown" is NULL, except in a key, where NULLs would never be equal: there it is the empty text. */
int value_bind(sqlite3_stmt *stmt, int index, const struct field *f, const void *object, bool is_key)
{
	const void *p = (const char *)object + f->offset;

	if (!field_known(f, object))
		return is_key && (f->type == FIELD_TEXT || f->type == FIELD_ENUM) ? sqlite3_bind_text(stmt, index, "", 0, SQLITE_STATIC) : sqlite3_bind_null(stmt, index);
	switch (f->type) {
	case FIELD_TEXT: return sqlite3_bind_text(stmt, index, p, -1, SQLITE_STATIC);
	case FIELD_DEC: return value_bind_dec(stmt, index, *(const dec *)p);
	case FIELD_DEC64: return sqlite3_bind_int64(stmt, index, *(const dec64 *)p);
	case FIELD_INT:
	case FIELD_TIME: return sqlite3_bind_int64(stmt, index, *(const int64_t *)p);
	case FIELD_REAL: return sqlite3_bind_double(stmt, index, *(const double *)p);
	case FIELD_BOOL: return sqlite3_bind_int(stmt, index, *(const int *)p);
	case FIELD_ENUM: return sqlite3_bind_text(stmt, index, f->values[*(const int *)p], -1, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

bool value_column_dec(sqlite3_stmt *stmt, int index, dec *v)
{
	switch (sqlite3_column_type(stmt, index)) {
	case SQLITE_NULL: *v = DEC_NONE; return true;
	case SQLITE_INTEGER: *v = sqlite3_column_int64(stmt, index); return true;
	case SQLITE_TEXT:
		return dec_parse((const char *)sqlite3_column_text(stmt, index), (size_t)sqlite3_column_bytes(stmt, index), v);
	default: return false;
	}
}

static bool column_text(sqlite3_stmt *stmt, int index, const struct field *f, char *out)
{
	const unsigned char *s = sqlite3_column_text(stmt, index);
	size_t n = (size_t)sqlite3_column_bytes(stmt, index);

	if (n >= f->size)
		return false;
	if (s)
		memcpy(out, s, n);
	out[n] = '\0';
	return true;
}

static bool column_enum(sqlite3_stmt *stmt, int index, const struct field *f, int *out)
{
	const char *s = (const char *)sqlite3_column_text(stmt, index);

	for (*out = 0; s && f->values[*out]; ++*out)
		if (strcmp(s, f->values[*out]) == 0)
			return true;
	*out = -1;
	return !s || !*s;
}

bool value_column(sqlite3_stmt *stmt, int index, const struct field *f, void *object)
{
	void *p = (char *)object + f->offset;
	bool null = sqlite3_column_type(stmt, index) == SQLITE_NULL;
	dec wide;

	switch (f->type) {
	case FIELD_TEXT: return column_text(stmt, index, f, p);
	case FIELD_DEC: return value_column_dec(stmt, index, p);
	case FIELD_DEC64:
		if (!value_column_dec(stmt, index, &wide))
			return false;
		*(dec64 *)p = wide == DEC_NONE ? DEC64_NONE : (dec64)wide;
		return wide == DEC_NONE || wide == *(dec64 *)p;
	case FIELD_INT:
	case FIELD_TIME: *(int64_t *)p = null ? INT_NONE : sqlite3_column_int64(stmt, index); return true;
	case FIELD_REAL: *(double *)p = null ? NAN : sqlite3_column_double(stmt, index); return true;
	case FIELD_BOOL: *(int *)p = null ? -1 : sqlite3_column_int(stmt, index) != 0; return true;
	case FIELD_ENUM: return column_enum(stmt, index, f, p);
	}
	return false;
}
