#include "desk/wire.h"

#include <stdio.h>
#include <string.h>

#include "core/utc.h"

static struct wire fresh(const struct desk *d, const char *id)
{
	struct wire w = {
		.status = WIRE_INTENT, .exchange_id = INT_NONE, .intent_ms = TIME_NONE, .sent_ms = TIME_NONE, .acked_ms = TIME_NONE,
		.unknown_ms = TIME_NONE, .absent_ms = TIME_NONE, .cancel_ms = TIME_NONE, .ended_ms = TIME_NONE, .last_trade = -1,
	};

	snprintf(w.account, sizeof w.account, "%s", d->setup.label);
	snprintf(w.id, sizeof w.id, "%s", id);
	return w;
}

enum err wire_get(struct desk *d, const char *id, struct wire *w, bool *found, struct error *e)
{
	*w = fresh(d, id);
	return store_get(d->store, STORE_WIRE, w, found, e);
}

enum err wire_step(struct desk *d, struct wire *w, const char *step, int64_t t_ms, const char *note, struct error *e)
{
	struct wire_step s = { .number = ++w->steps, .t_ms = t_ms };
	enum err rc;

	memcpy(s.account, w->account, sizeof s.account);
	memcpy(s.id, w->id, sizeof s.id);
	snprintf(s.step, sizeof s.step, "%s", step);
	snprintf(s.note, sizeof s.note, "%s", note);
	rc = store_put_row(d->store, STORE_WIRE, w, NULL, e);
	return rc ? rc : store_put_row(d->store, STORE_WIRE_STEP, &s, NULL, e);
}

enum err wire_intent(struct desk *d, const struct order *o, struct error *e)
{
	struct wire w;
	bool found;
	enum err rc = wire_get(d, o->id, &w, &found, e);

	if (rc || found)
		return rc;
	snprintf(w.symbol, sizeof w.symbol, "%s", o->symbol);
	w.intent_ms = utc_now_ms();
	return wire_step(d, &w, "intent", w.intent_ms, "", e);
}

enum err baseline_get(struct desk *d, const char *asset, dec *qty, bool *found, struct error *e)
{
	struct baseline b = { 0 };
	enum err rc;

	snprintf(b.account, sizeof b.account, "%s", d->setup.label);
	snprintf(b.asset, sizeof b.asset, "%s", asset);
	rc = store_get(d->store, STORE_BASELINE, &b, found, e);
	*qty = *found ? b.qty : 0;
	return rc;
}

enum err baseline_add(struct desk *d, const char *asset, dec amount, int64_t t_ms, struct error *e)
{
	struct baseline b = { .t_ms = t_ms };
	bool found, bad = false;
	dec before;
	enum err rc = baseline_get(d, asset, &before, &found, e);

	snprintf(b.account, sizeof b.account, "%s", d->setup.label);
	snprintf(b.asset, sizeof b.asset, "%s", asset);
	b.qty = dec_add(before, amount, &bad);
	if (!rc && bad)
		rc = error_field(e, ERR_DATA, "qty", "the baseline of %s is out of range", asset);
	return rc ? rc : store_put_row(d->store, STORE_BASELINE, &b, NULL, e);
}
