#ifndef CT_HAUL_UNPACK_H
#define CT_HAUL_UNPACK_H

#include "core/buf.h"
#include "feed/bulk.h"
#include "haul/tell.h"

/* A zip of the archive, read as a stream: once to see that it is sound to its last row, and only then once more to give its rows. */

/* ERR_DATA says what is wrong: not a whole zip of that one text, too much in it, foreign columns, a row that is none or of another time. */
enum err unpack_check(const struct bulk_file *f, const struct buf *zip, struct error *e);

/* The rows of [since, until) to s; *unit: of the times in it. */
enum err unpack_tell(const struct bulk_file *f, const struct buf *zip, int64_t since, int64_t until, struct tell_series *s, enum time_unit *unit,
	struct error *e);

#endif
