#include "tune/course.h"

enum err course_found(struct course *c, const struct trial *t, struct error *e)
{
	struct brief unused;

	if (c->s->known && c->s->known(c->s->ctx, t->r.id, &c->s->ranking, &unused))
		return OK;
	return c->s->found(c->s->ctx, t, e);
}

void course_progress(struct course *c, size_t more)
{
	if (c->s->progress)
		c->s->progress(c->s->ctx, c->done + more, c->total);
}
