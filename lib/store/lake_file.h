#ifndef CT_STORE_LAKE_FILE_H
#define CT_STORE_LAKE_FILE_H

#include "core/path.h"
#include "store/duck.h"
#include "store/lake.h"

/* Inside the lake's own files only. */

#define LAKE_PLACING 64 /* files between two waits for the disk */
struct lake {
	struct duck *duck;
	char folder[PATH_SIZE]; /* absolute */
	struct lake_placing {
		int fd;
		char *path;
	} placing[LAKE_PLACING]; /* written under their temporary names */
	size_t placing_count;
};

/* create: a folder that is not there is made. */
enum err lake_open(const char *folder, bool create, struct lake **l, struct error *e);
void lake_close(struct lake *l); /* NULL is fine */

/* What a lake has of a kind: where, and which of its fields are columns. */
struct lake_table {
	const struct kind *kind;
	const char *folder;
	bool has_interval;
	size_t first_field; /* the time; it and the fields behind it are the columns */
	size_t market, symbol, interval; /* offsets in the C struct */
};
const struct lake_table *lake_table(size_t i); /* candles first; NULL: no more */

/* One file: a series' year. */
struct lake_file {
	int market, interval, year;
	char symbol[SYMBOL_SIZE];
	char *path;
};

/* Those of the query that there are, by market, symbol, interval, year; the caller frees with lake_files_free. */
enum err lake_files(const struct lake *l, const struct lake_table *t, const struct store_query *q, struct lake_file **files, size_t *n,
	struct error *e);
void lake_files_free(struct lake_file *files, size_t n);

/* Where it belongs. ERR_DATA: the pair's name cannot be a folder's. */
enum err lake_path(const struct lake *l, const struct lake_table *t, const struct lake_file *f, char *out, struct error *e);

int lake_year(int64_t t_ms);
int64_t lake_year_start(int year);

/* ERR_USAGE: the query asks for what a lake does not know, such as an account. */
enum err lake_check_query(const struct store_query *q, struct error *e);

/* The message gets the file's path behind it, where it does not have it. */
enum err lake_error(const char *path, enum err rc, struct error *e);

/* ` FROM …`: the rows of a file, with the columns that are in it, not those that its folders name. */
void lake_from(struct buf *sql, const char *path);

/* What ct writes into a file beside its rows; INT_NONE: another tool wrote it. */
struct lake_stamp {
	int64_t sum;        /* over all rows: what every other check lets pass is found by it */
	int64_t exported_s; /* a time before the rows were read */
};
enum err lake_stamp(struct lake *l, const char *path, struct lake_stamp *stamp, struct error *e);
#define LAKE_KEY_SUM "ct.sum"
#define LAKE_KEY_TIME "ct.exported_s"

/* The name under which a file is written. */
#define LAKE_TEMPORARY (PATH_SIZE + 8)
void lake_temporary(const char *path, char *out);
#define LAKE_UNSUMMED "00000000000000000000" /* stands for the sum until all rows have gone by */
/* A file under its temporary name is complete: it gets its sum, and its name in lake_place_all at the latest. */
enum err lake_place(struct lake *l, const char *path, uint64_t sum, struct error *e);
/* Puts what is complete on the disk, and in its place. After an error what is left is deleted. */
enum err lake_place_all(struct lake *l, struct error *e);

/* The file of a series' year, if it is not there as the database has it. */
enum err lake_write(struct lake *l, struct store *s, const struct lake_table *t, int64_t series, struct lake_file *f, struct lake_count *count,
	struct error *e);

/* Of no rows: the series' name is in it, so that a file in another's folder is found out. */
uint64_t lake_sum_start(const struct lake_file *f);
/* The sum so far with one row more. */
uint64_t lake_sum(uint64_t sum, const struct lake_table *t, const void *object);
/* How it is written: 20 digits of 63 bits. */
static inline int64_t lake_sum_value(uint64_t sum) { return (int64_t)(sum >> 1); }

#endif
