#ifndef CT_STORE_LAKE_H
#define CT_STORE_LAKE_H

#include "store/intake.h"

/*
 * A lake: a folder of Parquet files, one for each series and year (UTC), which other tools read as they are:
 *
 *   candles/market=spot/symbol=BTCUSDT/interval=4h/year=2024/BTCUSDT-4h-2024.parquet
 *   funding/market=um/symbol=BTCUSDT/year=2024/BTCUSDT-2024.parquet
 *
 * Columns are the fields of the record that the folders do not say, under their names (duck_type). Rows are in order of time.
 * Errors, of every function: ERR_UNAVAILABLE (DuckDB's library is not installed), ERR_NOINPUT (no such folder), ERR_DATA (a file that is none of these, is
 * damaged, or has an impossible row: the message names it).
 */
/* Whether a file to be imported is meant as a lake: a folder, or a Parquet file (which is refused: its folder is wanted). */
bool lake_is(const char *path);

/*
 * The chosen rows, in the order in which store_each gives them, in flat memory (of a merge by time: of one file's row group a
 * series). A filter on something that a lake has not is ERR_USAGE.
 */
enum err lake_each(const char *folder, const struct kind *k, const struct store_query *q, store_callback *callback, void *ctx, struct error *e);

/*
 * All rows of the lake that the query asks for into the database, candles and funding. They are read twice: nothing goes
 * in before the last file has been found sound.
 */
enum err lake_import(const char *folder, struct intake *in, const struct store_query *q, struct error *e);

struct lake_count {
	int64_t files, rows; /* written */
	int64_t kept;        /* files that are as the database has it */
};

/*
 * The database's candles and funding payments into the lake, which is made where it is not there. A file always holds all that
 * the database has of its series and year; the times of the query say which years. It is written beside and renamed: at any
 * moment it is whole, as it was or as it is. A file whose rows have not changed since it was written is left; one that has rows
 * which the database lacks is not overwritten (ERR_CANTCREAT). ERR_IO: a full disk.
 *
 * Several files are written at once, each from one state of the database: a thread a processor, the caller's with this store,
 * the others with one of their own. After an error each ends the file that it has begun.
 */
enum err lake_export(const char *folder, struct store *s, const struct store_query *q, struct lake_count *count, struct error *e);

#endif
