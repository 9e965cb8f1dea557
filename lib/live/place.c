/* An order goes out, once: the exchange is asked first, then its row says that it is sent, then it is. */
#include <stdio.h>

#include "core/utc.h"
#include "live/inside.h"
#include "model/id.h"

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
static enum err ask_first(struct live *l, const struct order *o, size_t pair, bool *goes, struct error *e)
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
		rc = live_note_absent(l, id, e);
	}
	return rc;
}

/* A stop entry whose price is already reached: it is bought as the market stands, within its collar, as on paper. */
static enum err buy_now(struct live *l, const char *id, const char *words, struct error *e)
{
	struct book_order *o = NULL;
	struct order next;
	size_t pair;
	enum err rc = live_begin(l, e);

	if (!rc)
		rc = live_note_refused(l, id, words, &o, e);
	if (rc || !o)
		return live_end(l, rc, e);
	next = o->o;
	pair = o->pair;
	rc = engine_end_order(&l->d->engine, o, ORDER_REJECTED, live_now(l), words, e);
	next.attempt++;
	next.type = ORDER_MARKET;
	next.status = ORDER_INTENT;
	next.stop_price = DEC_NONE;
	next.expires_ms = TIME_NONE;
	next.created_ms = next.updated_ms = live_now(l);
	if (!rc)
		rc = engine_put_order(&l->d->engine, &next, pair, live_now(l), e);
	return live_end(l, rc, e);
}

static enum err send_one(struct live *l, const struct order *o, struct error *e)
{
	struct order_request q = live_request(o);
	struct placed placed = { 0 };
	struct reply r;
	char sent_as[32];
	enum err rc;

	snprintf(sent_as, sizeof sent_as, "%s%s%s", venue_type_names[q.type], q.tif != VENUE_TIF_NONE ? " " : "",
		q.tif != VENUE_TIF_NONE ? venue_tif_names[q.tif] : "");
	rc = live_mark_sent(l, &(const char *){ o->id }, 1, "", sent_as, e);
	if (rc)
		return rc;
	if (broker_place(l->b, &q, &placed, &r) == FATE_DONE)
		rc = live_take(l, &placed.order, placed.fills, placed.fill_count, e);
	else if (r.fate == FATE_REFUSED && r.reason == REFUSAL_WOULD_TRIGGER && o->leg == LEG_ENTRY && o->type == ORDER_STOP)
		rc = buy_now(l, o->id, r.words, e);
	else if (live_is_refused_maker(o, &r))
		rc = live_refused_maker(l, o->id, &r, e);
	else
		rc = live_not_done(l, &(const char *){ o->id }, 1, &r, e);
	placed_release(&placed);
	return rc;
}

enum err live_place(struct live *l, const char *id, struct error *e)
{
	const struct book_order *found = live_order(l, id);
	struct order o;
	size_t pair;
	bool goes, sent = false;
	enum err rc;

	if (!found)
		return OK;
	o = found->o;
	pair = found->pair;
	rc = ask_first(l, &o, pair, &goes, e);
	if (rc || !goes)
		return rc;
	rc = o.leg == LEG_ENTRY && order_type_is_limit(o.type) ? live_place_protected(l, &o, pair, &sent, e) : OK;
	return rc || sent ? rc : send_one(l, &o, e);
}
