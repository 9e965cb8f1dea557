#include "tune/prices.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct price_slot {
	char id[ID_SIZE];
	dec price;
};

/* FNV-1a. */
static size_t hash(const char *id)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

/* The slot of this id, or the empty one where it belongs. */
static struct price_slot *find(const struct prices *p, const char *id)
{
	size_t i = hash(id) & (p->cap - 1);

	while (p->slots[i].id[0] && strcmp(p->slots[i].id, id) != 0)
		i = (i + 1) & (p->cap - 1);
	return &p->slots[i];
}

static enum err grow(struct prices *p, struct error *e)
{
	struct prices larger = { .count = p->count, .cap = p->cap ? 2 * p->cap : 256 };

	larger.slots = calloc(larger.cap, sizeof *larger.slots);
	if (!larger.slots)
		return error_memory(e);
	for (size_t i = 0; i < p->cap; i++)
		if (p->slots[i].id[0])
			*find(&larger, p->slots[i].id) = p->slots[i];
	free(p->slots);
	*p = larger;
	return OK;
}

enum err prices_put(struct prices *p, const char *id, dec price, struct error *e)
{
	struct price_slot *slot;
	enum err rc = 2 * p->count >= p->cap ? grow(p, e) : OK;

	if (rc)
		return rc;
	slot = find(p, id);
	p->count += !slot->id[0];
	memcpy(slot->id, id, strlen(id) + 1);
	slot->price = price;
	return OK;
}

dec prices_get(const struct prices *p, const char *id)
{
	const struct price_slot *slot = p->cap ? find(p, id) : NULL;

	return slot && slot->id[0] ? slot->price : DEC_NONE;
}

void prices_release(struct prices *p)
{
	free(p->slots);
	*p = (struct prices){ 0 };
}
