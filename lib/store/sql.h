#ifndef CT_STORE_SQL_H
#define CT_STORE_SQL_H

/* The migrations of share/sql, embedded by the build: NNN-name.up.sql and NNN-name.down.sql, in order. */
struct sql_file {
	const char *name, *text;
};

extern const struct sql_file sql_files[]; /* ends with a NULL name */

#endif
