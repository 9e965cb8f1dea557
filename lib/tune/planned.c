#include "tune/planned.h"

#include <stdlib.h>

#include "model/record.h"

enum err planned_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct planned *p = ctx;
	struct result **more;
	struct trial t;
	enum err rc = record_read_kind(&kinds[KIND_TRIAL], line, len, &t, e);

	if (rc)
		return rc;
	if ((t.r.sample != SAMPLE_WHOLE && t.r.sample != SAMPLE_TRAIN) || !t.r.tuned[0])
		return error_field(e, ERR_DATA, "sample", "'%s' trials follow from others: only whole and train ones are run alone", sample_names[t.r.sample]);
	more = reallocarray(p->rows, p->count + 1, sizeof *more);
	if (more)
		p->rows = more;
	if (!more || !(more[p->count] = malloc(sizeof t.r)))
		return error_memory(e);
	*more[p->count++] = t.r;
	return OK;
}

void planned_release(struct planned *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->rows[i]);
	free(p->rows);
	*p = (struct planned){ 0 };
}
