#ifndef CT_FEED_ZIP_H
#define CT_FEED_ZIP_H

#include <stdint.h>

#include "core/buf.h"
#include "feed/text.h"

/* A zip of one text, held in memory and unpacked piece by piece. */
struct zip;

/*
 * data stays the caller's and in place. The zip's only entry must be named `entry`, and unpack to at most text_max bytes: what
 * is more is noticed where the zip says so, and else as soon as it is reached. ERR_DATA: something else, or damaged.
 */
enum err zip_open(const void *data, size_t n, const char *entry, int64_t text_max, struct zip **zip, struct error *e);
/* The entry's bytes, for csv_new. The end is only told once nothing else is in the zip, and its check sum holds. */
struct csv_input zip_input(struct zip *zip);
void zip_close(struct zip *zip);

/* Appends to *out a zip with one entry; the same text gives the same bytes. ERR_INTERNAL. */
enum err zip_write(const char *entry, const void *text, size_t n, struct buf *out, struct error *e);

#endif
