/* What must wait for the next step, and what does not: the protection of a position that stands bare. */
#include <stdio.h>
#include <string.h>

#include "core/grow.h"
#include "live/inside.h"

struct later {
	char id[ID_SIZE];
	bool soon; /* it may go in a moment: nobody has refused it */
};

bool live_deferred(const struct live *l, const char *id)
{
	for (size_t i = 0; i < l->later_count; i++)
		if (strcmp(l->later[i].id, id) == 0)
			return true;
	return false;
}

enum err live_defer(struct live *l, const char *id, const struct reply *r, struct error *e)
{
	if (grow(&l->later, &l->later_cap, l->later_count + 1, sizeof *l->later, e))
		return ERR_INTERNAL;
	l->later[l->later_count] = (struct later){ .soon = r && (r->fate == FATE_NOT_SENT || r->fate == FATE_UNKNOWN) };
	snprintf(l->later[l->later_count++].id, ID_SIZE, "%s", id);
	if (l->trouble.code)
		return OK;
	if (r && r->error.code)
		error_set(&l->trouble, r->error.code == ERR_DATA ? ERR_TEMPFAIL : r->error.code, "%s must wait: %.300s", id, r->error.message);
	else
		error_set(&l->trouble, ERR_TEMPFAIL, "%s must wait for the next step", id);
	return OK;
}

void live_forget_deferred(struct live *l)
{
	l->later_count = 0;
	l->trouble = (struct error){ .code = OK };
}

/* Whether it is the protection of a position: by the position's decision, or one of its legs. */
static bool protects(const struct live *l, const char *id)
{
	const struct book *b = &l->d->ledger.book;

	for (size_t i = 0; i < b->position_count; i++)
		if (strcmp(b->positions[i].p.decision, id) == 0)
			return true;
	for (size_t i = 0; i < b->order_count; i++)
		if (b->orders[i].o.leg != LEG_ENTRY && strcmp(b->orders[i].o.id, id) == 0)
			return true;
	return false;
}

bool live_recall(struct live *l)
{
	size_t kept = 0;
	bool any;

	for (size_t i = 0; i < l->later_count; i++)
		if (!l->later[i].soon || !protects(l, l->later[i].id))
			l->later[kept++] = l->later[i];
	any = kept < l->later_count;
	l->later_count = kept;
	if (kept == 0)
		l->trouble = (struct error){ .code = OK };
	return any;
}
