/* Asking the exchange for orders: what it has of an id, and what became of one. */
#include <stdio.h>
#include <string.h>

#include "core/grow.h"
#include "core/utc.h"
#include "live/inside.h"

/* ---- what it has of an id ---- */

static bool is_absent(const struct live *l, const char *id)
{
	for (size_t i = 0; i < l->absent_count; i++)
		if (strcmp(l->absent[i], id) == 0)
			return true;
	return false;
}

enum err live_note_absent(struct live *l, const char *id, struct error *e)
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
		return live_note_absent(l, id, e);
	*looked = fate == FATE_DONE ? LOOKED_THERE : LOOKED_LATER;
	return OK;
}

enum err live_tell_restored(struct live *l, const struct order *o, struct error *e)
{
	return engine_event(&l->d->engine, EVENT_ALARM, "desk.restored", o->symbol, live_now(l), e,
		"order %s is at the exchange already, and is booked: the database is older than the account", o->id);
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

enum err live_take_list(struct live *l, const struct venue_list *list, const char *const *ids, size_t n, struct error *e)
{
	size_t count = list->full ? list->order_count : n;
	enum err rc = OK;

	for (size_t i = 0; !rc && i < count; i++)
		rc = list->full ? live_take(l, &list->orders[i], NULL, 0, e) : live_resolve(l, ids[i], e);
	return rc;
}

/* ---- an answer that is not DONE ---- */

/* Refused for a lack of coins: they may be gone because the exchange has carried out this very order before. */
static enum err refused(struct live *l, const char *id, const struct reply *r, struct error *e)
{
	const struct book_order *o = live_order(l, id);
	struct venue_order v;
	struct reply asked;

	if (o && r->reason == REFUSAL_BALANCE && broker_order(l->b, o->o.symbol, id, &v, &asked) == FATE_DONE)
		return live_take(l, &v, NULL, 0, e);
	return live_drop(l, id, ORDER_REJECTED, "rejected", r->words, e);
}

enum err live_not_done(struct live *l, const char *const *ids, size_t n, const struct reply *r, struct error *e)
{
	enum err rc = OK;

	switch (r->fate) {
	case FATE_DONE: return OK;
	case FATE_NOT_SENT:
		rc = live_mark(l, ids, n, WIRE_INTENT, "not sent", r->error.message, e);
		return rc ? rc : live_defer(l, ids[0], r, e);
	case FATE_REFUSED:
		if (live_is_refused(r)) {
			for (size_t i = 0; !rc && i < n; i++)
				rc = refused(l, ids[i], r, e);
			return rc;
		}
		break; /* ask */
	case FATE_UNKNOWN: break;
	}
	rc = live_mark(l, ids, n, WIRE_UNKNOWN, "unknown", r->error.message, e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = live_resolve(l, ids[i], e);
	return rc;
}
