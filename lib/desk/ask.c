/* Asking the exchange for orders: before they are sent, and until it is known what became of them. */
#include <stdio.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "desk/inside.h"
#include "model/id.h"

/* ---- before an order is sent ---- */

static bool is_absent(const struct live *l, const char *id)
{
	for (size_t i = 0; i < l->absent_count; i++)
		if (strcmp(l->absent[i], id) == 0)
			return true;
	return false;
}

/* This process knows that the exchange has not seen it. */
static enum err note_absent(struct live *l, const char *id, struct error *e)
{
	if (is_absent(l, id))
		return OK;
	if (grow(&l->absent, &l->absent_cap, l->absent_count + 1, sizeof *l->absent, e))
		return ERR_INTERNAL;
	snprintf(l->absent[l->absent_count++], ID_SIZE, "%s", id);
	return OK;
}

enum err live_look_up(struct live *l, const char *symbol, const char *id, struct venue_order *v, enum looked *looked, struct reply *r, struct error *e)
{
	enum fate fate;

	*looked = LOOKED_ABSENT;
	if (is_absent(l, id))
		return OK;
	fate = broker_order(l->b, symbol, id, v, r);
	if (fate == FATE_REFUSED && r->refusal == REFUSED_NO_SUCH_ORDER)
		return note_absent(l, id, e);
	*looked = fate == FATE_DONE ? LOOKED_THERE : LOOKED_LATER;
	return OK;
}

enum err live_tell_restored(struct live *l, const struct order *o, struct error *e)
{
	return engine_event(&l->d->engine, EVENT_ALARM, "desk.restored", o->symbol, live_now(l), e,
		"order %s is at the exchange already, and is booked: the database is older than the account", o->id);
}

/* Books an order that the exchange has and this database has not sent. */
static enum err meet(struct live *l, const struct order *o, size_t pair, const struct venue_order *v, struct error *e)
{
	struct book_order *row;
	bool moved = false;
	enum err rc = !venue_status_is_open(v->status) && v->filled_qty == 0 ? live_maker_went_on(l, o, &moved, e) : OK;

	if (!rc)
		rc = live_begin(l, e);
	if (rc)
		return rc;
	rc = live_tell_restored(l, o, e);
	row = rc ? NULL : live_order(l, o->id);
	if (row && o->type == ORDER_MAKER) { /* its price followed from the closes of then */
		row->o.price = v->price;
		snprintf(row->o.why, sizeof row->o.why, "%s", moved ? engine_repriced : "");
		rc = l->d->ledger.ops->put(&l->d->ledger, KIND_ORDER, &row->o, e);
	}
	rc = live_end(l, rc, e);
	if (!rc && o->leg == LEG_ENTRY && v->list_id != -1)
		return live_meet_protected(l, o, pair, e);
	return rc ? rc : live_take(l, v, NULL, 0, e);
}

/*
 * Ids are hashes of what is decided: where the database was restored from an older copy, the same order comes again, and
 * may have been filled before. So the exchange is asked first; what it knows is booked, not sent.
 */
enum err live_ask_first(struct live *l, const struct order *o, size_t pair, bool *goes, struct error *e)
{
	struct venue_order v;
	enum looked looked;
	struct reply r = { 0 };
	bool skipped = false;
	enum err rc = live_look_up(l, o->symbol, o->id, &v, &looked, &r, e);

	*goes = false;
	if (rc)
		return rc;
	if (looked == LOOKED_LATER)
		return live_defer(l, o->id, &r, e);
	if (looked == LOOKED_THERE)
		return meet(l, o, pair, &v, e);
	rc = o->type == ORDER_MAKER ? live_skip_refused(l, o, &skipped, e) : OK;
	*goes = !rc && !skipped && !live_deferred(l, o->id);
	/* An entry that never came there has no protection there. */
	for (int leg = LEG_STOP; !rc && o->leg == LEG_ENTRY && leg <= LEG_TARGET; leg++) {
		char id[ID_SIZE];

		id_order(l->d->setup.digest, o->decision, (enum leg)leg, o->attempt, id);
		rc = note_absent(l, id, e);
	}
	return rc;
}

/* ---- until its fate is known ---- */

/* Not found once more. *absent: for so long that it never came there. */
static enum err note_missing(struct live *l, const char *id, int64_t asked_ms, bool *absent, struct error *e)
{
	struct wire w;
	bool found;
	enum err rc = live_begin(l, e);

	*absent = false;
	if (rc)
		return rc;
	rc = wire_get(l->d, id, &w, &found, e);
	if (!rc && (w.sent_ms == TIME_NONE || w.sent_ms > asked_ms))
		w.sent_ms = asked_ms; /* the clock was set back: the wait begins anew */
	w.asks++;
	if (w.absent_ms == TIME_NONE)
		w.absent_ms = asked_ms;
	w.status = WIRE_UNKNOWN;
	*absent = w.asks > 1 && w.acked_ms == TIME_NONE && asked_ms - w.sent_ms >= l->c.absence_ms;
	if (!rc)
		rc = wire_step(l->d, &w, "not found", asked_ms, "", e);
	return live_end(l, rc, e);
}

/* Asks once. *known: its fate is, and is booked. */
static enum err ask(struct live *l, const char *symbol, const char *id, bool *known, struct reply *r, struct error *e)
{
	int64_t asked_ms = utc_now_ms();
	struct venue_order v;
	bool absent = false;
	enum err rc = OK;

	*known = false;
	switch (broker_order(l->b, symbol, id, &v, r)) {
	case FATE_DONE:
		*known = true;
		return live_take(l, &v, NULL, 0, e);
	case FATE_REFUSED:
		if (r->refusal != REFUSED_NO_SUCH_ORDER)
			break;
		rc = note_missing(l, id, asked_ms, &absent, e);
		if (!rc && absent) {
			*known = true;
			rc = live_drop(l, id, ORDER_REJECTED, "absent", "it never reached the exchange", e);
		}
		break;
	case FATE_NOT_SENT:
	case FATE_UNKNOWN: break;
	}
	return rc;
}

enum err live_resolve(struct live *l, const char *id, struct error *e)
{
	int64_t until_ms = utc_now_ms() + l->c.absence_ms + 2000;
	const struct book_order *o = live_order(l, id);
	char symbol[SYMBOL_SIZE], name[ID_SIZE];
	struct reply r = { 0 };
	bool known = !o;
	int pause = 100;
	enum err rc = OK;

	if (!o)
		return OK;
	memcpy(symbol, o->o.symbol, sizeof symbol);
	memcpy(name, o->o.id, sizeof name);
	for (;;) {
		rc = ask(l, symbol, name, &known, &r, e);
		if (rc || known)
			return rc;
		if (r.fate == FATE_NOT_SENT || utc_now_ms() > until_ms || (l->c.stopping && l->c.stopping()))
			return live_defer(l, name, &r, e);
		live_pause(l, pause);
		pause = pause < 1000 ? 2 * pause : 1000;
	}
}

