#ifndef CT_STORE_BATCH_WRITE_H
#define CT_STORE_BATCH_WRITE_H

#include "store/batch.h"

/* Inside batch*.c only: what is gathered, and how it is written. */

/* Before each object in the buffer; as large as the strictest alignment. */
struct batch_head {
	_Alignas(16) const struct kind *kind;
	size_t flow; /* place of the row's flow + 1; 0: none */
};

static inline size_t batch_padded(size_t n)
{
	return (n + sizeof(struct batch_head) - 1) / sizeof(struct batch_head) * sizeof(struct batch_head);
}

static inline bool batch_is_row(const struct kind *k)
{
	return k == &kinds[KIND_CANDLE] || k == &kinds[KIND_FUNDING];
}

/* Writes all objects, within a transaction that has begun; a long one is ended and followed by others, the last is left to the caller. */
enum err batch_write(struct batch *b, struct error *e);

#endif
