/* The steps of an order in its row: sent, unknown, refused, dropped. Nothing here speaks to the exchange. */
#include <stdio.h>

#include "core/utc.h"
#include "live/inside.h"

enum err live_mark_sent(struct live *l, const char *const *ids, size_t n, const char *list, const char *sent_as, struct error *e)
{
	enum err rc = live_begin(l, e);

	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < n; i++) {
		struct wire w;
		bool found;

		rc = wire_get(l->d, ids[i], &w, &found, e);
		if (!rc && (!found || w.status != WIRE_INTENT))
			rc = error_set(e, ERR_INTERNAL, "order %s is not an intent: it is not sent", ids[i]);
		w.status = WIRE_SENT;
		w.sent_ms = utc_now_ms();
		snprintf(w.list, sizeof w.list, "%s", list);
		snprintf(w.sent_as, sizeof w.sent_as, "%s", sent_as);
		if (!rc)
			rc = wire_step(l->d, &w, "sent", w.sent_ms, sent_as, e);
	}
	return live_end(l, rc, e);
}

enum err live_mark(struct live *l, const char *const *ids, size_t n, enum wire_status status, const char *step, const char *note, struct error *e)
{
	enum err rc = live_begin(l, e);

	for (size_t i = 0; !rc && i < n; i++) {
		struct wire w;
		bool found;

		rc = wire_get(l->d, ids[i], &w, &found, e);
		w.status = (int)status;
		if (status == WIRE_UNKNOWN && w.unknown_ms == TIME_NONE)
			w.unknown_ms = utc_now_ms();
		if (!rc)
			rc = wire_step(l->d, &w, step, utc_now_ms(), note, e);
	}
	return live_end(l, rc, e);
}

enum err live_drop(struct live *l, const char *id, enum order_status status, const char *step, const char *why, struct error *e)
{
	struct engine_report r = { .order = id, .status = status, .t_ms = live_now(l), .why = why };
	struct wire w;
	bool found;
	enum err rc = live_begin(l, e);

	if (!rc && live_order(l, id)) {
		rc = wire_get(l->d, id, &w, &found, e);
		w.status = WIRE_ENDED;
		w.ended_ms = utc_now_ms();
		if (!rc)
			rc = engine_report(&l->d->engine, &r, e);
		if (!rc)
			rc = wire_step(l->d, &w, step, w.ended_ms, why, e);
	}
	return live_end(l, rc, e);
}

enum err live_note_refused(struct live *l, const char *id, const char *words, struct book_order **o, struct error *e)
{
	struct wire w;
	bool found;
	enum err rc;

	*o = live_order(l, id);
	if (!*o)
		return OK;
	rc = wire_get(l->d, id, &w, &found, e);
	w.status = WIRE_ENDED;
	w.ended_ms = utc_now_ms();
	return rc ? rc : wire_step(l->d, &w, "rejected", w.ended_ms, words, e);
}
