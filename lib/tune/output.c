#include "tune/output.h"

enum err output_sink(void *ctx, enum kind_id kind, const void *object, struct error *e)
{
	struct output *o = ctx;
	enum err rc = o->aide && !o->scribe.aide ? scribe_begin(&o->scribe, o->aide, o->write, e) : OK;

	if (rc || o->scribe.aide)
		return rc ? rc : scribe_put(&o->scribe, kind, object, e);
	record_write(&kinds[kind], object, &o->lines);
	return o->lines.len < 1 << 16 && !o->lines.failed ? OK : o->write(&o->lines, e);
}

unsigned output_wants(const struct output *o)
{
	return (o->equity_all ? LEDGER_BARS : 0) | LEDGER_REFUSALS | LEDGER_TEXT | LEDGER_ENDS;
}

enum err output_end(struct output *o, const struct book *b, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < b->plan_count; i++)
		rc = output_sink(o, KIND_DECISION, &b->plans[i].d, e);
	for (size_t i = 0; !rc && i < b->order_count; i++)
		rc = output_sink(o, KIND_ORDER, &b->orders[i].o, e);
	for (size_t i = 0; !rc && i < b->position_count; i++)
		rc = output_sink(o, KIND_POSITION, &b->positions[i].p, e);
	if (o->scribe.aide) {
		enum err written = scribe_end(&o->scribe, rc ? NULL : e);

		rc = rc ? rc : written;
	}
	o->aide = NULL;
	return rc ? rc : o->write(&o->lines, e);
}

void output_release(struct output *o)
{
	if (o->scribe.aide)
		scribe_end(&o->scribe, NULL);
	buf_release(&o->lines);
}
