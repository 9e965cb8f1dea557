/* What others did to the orders: placed some that ct did not make, or took its protection away. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "live/inside.h"
#include "model/id.h"

/* A client order id of the form that ct makes. */
static bool is_ours(const char *id)
{
	size_t n = strlen(ID_PREFIX);

	if (strncmp(id, ID_PREFIX, n) != 0 || strlen(id) != n + 30)
		return false;
	while (isdigit((unsigned char)id[n]) || (id[n] >= 'a' && id[n] <= 'f'))
		n++;
	return id[n] == '\0';
}

/* Whether order id is a leg of that decision. */
static bool leg_of(struct live *l, const char *id, const char *decision)
{
	struct store_query q = STORE_ANY;
	struct error e;
	bool is = false;

	q.account = l->d->setup.label;
	q.id = id;
	q.decision = decision;
	return store_any(l->d->store, &kinds[KIND_ORDER], &q, &is, &e) == OK && is;
}

/* An order that we do not know: of another ct, or of a person. */
static enum err judge_foreign(struct live *l, const struct venue_order *v, struct error *e)
{
	struct store_query q = STORE_ANY;
	bool known = false;
	enum err rc;

	q.account = l->d->setup.label;
	q.id = v->id;
	rc = store_any(l->d->store, &kinds[KIND_ORDER], &q, &known, e);
	if (!rc && !known)
		rc = live_ignored(l, "order", v->id, &known, e);
	if (rc || known)
		return rc;
	rc = live_begin(l, e);
	if (!rc)
		rc = live_block(l, "order", v->symbol, v->id, DEC_NONE, e, "an order of %s that ct did not make is open: %s", v->symbol, v->id);
	if (!rc && is_ours(v->id) && !l->d->ledger.book.state.halted)
		rc = engine_halt(&l->d->engine, "desk.stranger", v->symbol, live_now(l), e,
			"order %s of %s has ct's mark and no row here: another ct trades this account, or the database is an old one", v->id, v->symbol);
	return live_end(l, rc, e);
}

enum err live_judge_open(struct live *l, const struct venue_order *open, size_t n, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < n; i++)
		if (!live_order(l, open[i].id))
			rc = judge_foreign(l, &open[i], e);
	return rc;
}

enum err live_judge_protection(struct live *l, struct error *e)
{
	enum err rc = desk_look(l->d, e);

	for (size_t i = 0; !rc && i < l->report_count; i++) {
		const struct venue_order *v = &l->reports[i].order;
		struct book *b = &l->d->ledger.book;
		struct wire w;
		bool found;

		if (venue_status_is_open(v->status) || v->status == VENUE_FILLED || v->side != SIDE_SELL || v->filled_qty > 0
			|| strcmp(v->expiry_reason, "OCO_TRIGGER") == 0)
			continue;
		rc = wire_get(l->d, v->id, &w, &found, e);
		for (size_t k = 0; !rc && k < b->position_count; k++) {
			struct position p = b->positions[k].p;
			char id[ID_SIZE];

			if (w.cancel_ms != TIME_NONE || strcmp(p.symbol, v->symbol) != 0 || !leg_of(l, v->id, p.decision))
				continue;
			snprintf(id, sizeof id, "%s", v->id);
			rc = live_begin(l, e);
			if (!rc)
				rc = live_block(l, "protection", p.symbol, id, DEC_NONE, e, "the protection of %s was taken away at the exchange (%s): it is placed again",
					p.symbol, v->expiry_reason[0] ? v->expiry_reason : venue_status_names[v->status]);
			rc = live_end(l, rc, e);
			break;
		}
	}
	return rc;
}
