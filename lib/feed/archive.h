#ifndef CT_FEED_ARCHIVE_H
#define CT_FEED_ARCHIVE_H

#include "core/buf.h"
#include "feed/csv.h"

/*
 * Candles from a file as people have them: a CSV, plain or compressed (.zst, .gz, .xz, .bz2), or a .zip of CSVs, all
 * of whose entries are read one after the other. The file's content says which, its name does not matter. Memory does
 * not grow with the file; more than FEED_BYTES_MAX bytes of text or FEED_ENTRIES_MAX entries are refused.
 */
#define FEED_BYTES_MAX ((int64_t)1 << 38)
#define FEED_ENTRIES_MAX 100000

struct feed;

/*
 * path "-" is stdin. What `series` leaves open (-1, "") is taken from the file's name, as feed_name tells it; series may
 * be NULL. The caller closes. ERR_NOINPUT, ERR_DATA (broken archive).
 */
enum err feed_open(const char *path, const struct feed_series *series, struct feed **feed, struct error *e);

/*
 * The next candle; *end is true after the last. ERR_DATA names line and field, and the row is skipped, so that a
 * caller may go on; feed_broken tells when it cannot, because the archive itself is damaged. ERR_IO.
 */
enum err feed_next(struct feed *feed, struct candle *c, bool *end, struct error *e);
bool feed_broken(const struct feed *feed);

/* What messages call the place: the path, and the entry in a zip ("a.zip:b.csv"). Valid until the next call. */
const char *feed_place(const struct feed *feed);
/* Whether the times of the candle last given were microseconds. */
bool feed_is_micros(const struct feed *feed);
long feed_line(const struct feed *feed); /* of the candle last given, 1-based */

void feed_close(struct feed *feed);

/*
 * Symbol and interval from a name such as "BTCUSDT-4h.csv.zst" or "dir/BTCUSDT-1m-2020-01-01.zip", where they are not
 * known yet. True if the name has both.
 */
bool feed_name(const char *path, struct feed_series *series);

/* A whole file, decompressed if need be, at most max bytes. ERR_NOINPUT, ERR_DATA (broken, or larger). */
enum err feed_text(const char *path, size_t max, struct buf *b, struct error *e);

#endif
