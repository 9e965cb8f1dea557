#ifndef CT_HAUL_DOWNLOAD_H
#define CT_HAUL_DOWNLOAD_H

#include "feed/bulk.h"
#include "venue/call.h"

/*
 * One file of the archive into memory: its CHECKSUM first, then the zip, whose sum has to be that. A file whose sum is another
 * is fetched once more, with its CHECKSUM, as both may just have been replaced.
 */
#define DOWNLOAD_MAX ((size_t)64 << 20) /* bytes of a zip */

enum download_state {
	DOWNLOAD_IDLE, DOWNLOAD_SUM, DOWNLOAD_ZIP,
	DOWNLOAD_READY,   /* the zip is in call.body */
	DOWNLOAD_MISSING, /* it is not there, or has no CHECKSUM */
	DOWNLOAD_BAD,     /* not what it should be: why says what */
	DOWNLOAD_FAILED,  /* the archive cannot be reached: why */
};

struct download {
	struct call call;
	struct caller *caller;
	struct bulk_file file;
	enum download_state state;
	char sha256[DIGEST_HEX];
	int tries;
	struct error why;
};

/* Only when it is not under way. Until its state says that it is over it stays in place. */
void download_start(struct download *d, struct caller *caller, const struct bulk_file *file);
bool download_is_under_way(const struct download *d);
void download_clear(struct download *d); /* idle again, without its zip */

#endif
