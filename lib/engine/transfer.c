/* Money that comes and goes without a trade. */
#include <stdio.h>
#include <string.h>

#include "core/utc.h"
#include "engine/engine.h"
#include "model/id.h"

enum err engine_transfer(struct engine *g, dec amount, int64_t t_ms, int64_t number, const char *why, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct transfer t = { .amount = amount, .t_ms = t_ms };
	bool bad = false;
	dec available = dec_sub(b->state.cash, book_reserved(b, &bad), &bad);
	char asked[DEC_TEXT], there[DEC_TEXT];
	enum err rc;

	if (bad || (amount < 0 && -amount > available)) {
		dec_format(amount, asked);
		dec_format(available, there);
		return error_field(e, ERR_DATA, "amount", "a withdrawal of %s %s is more than the %s that is free", asked + (*asked == '-'), b->quote, there);
	}
	id_transfer(g->digest, g->account->name, amount, t_ms, number, t.id);
	snprintf(t.account, sizeof t.account, "%s", g->label);
	memcpy(t.run, g->run, sizeof t.run);
	snprintf(t.asset, sizeof t.asset, "%s", b->quote);
	snprintf(t.why, sizeof t.why, "%s", why);
	rc = book_transfer(b, amount, e);
	return rc ? rc : g->ledger->ops->put(g->ledger, KIND_TRANSFER, &t, e);
}

int64_t engine_transfer_due(const struct engine *g)
{
	int64_t settled_ms = g->ledger->book.state.settled_ms;

	return settled_ms == TIME_NONE ? TIME_NONE : schedule_next(&g->account->transfers, settled_ms);
}

enum err engine_transfer_planned(struct engine *g, int64_t t_ms, struct error *e)
{
	const struct schedule *s = &g->account->transfers;
	struct error refused;
	size_t refusals = 0;
	enum err rc = OK;

	for (int64_t at = engine_transfer_due(g); !rc && at != TIME_NONE && at <= t_ms; at = schedule_next(s, at))
		for (size_t i = 0; !rc && i < s->count; i++) {
			struct error wrong;

			if (planned_next(&s->rows[i], at - 1) != at)
				continue;
			rc = engine_transfer(g, s->rows[i].amount, at, (int64_t)i, "scheduled", &wrong);
			if (rc == ERR_DATA) {
				if (refusals++ == 0)
					refused = wrong;
				rc = OK;
			} else if (rc) {
				*e = wrong;
			}
		}
	if (rc || !refusals)
		return rc;
	return engine_event(g, EVENT_WARN, "transfer.refused", "", t_ms, e, "%s%s", refused.message, refusals > 1 ? ", and it is not the only one" : "");
}
