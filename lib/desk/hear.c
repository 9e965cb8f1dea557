/* What strategies said, and that it was heard. */
#include <string.h>

#include "desk/desk.h"

enum err desk_save_heard(struct desk *d, struct error *e)
{
	enum err rc = OK;

	for (size_t i = 0; !rc && i < d->heard_count; i++) {
		const struct signal *s = &d->heard[i];
		struct heard row = { .market = s->market };
		bool found;

		memcpy(row.account, d->ledger.book.state.account, sizeof row.account);
		memcpy(row.strategy, s->strategy, sizeof row.strategy);
		memcpy(row.symbol, s->symbol, sizeof row.symbol);
		rc = store_get(d->store, STORE_HEARD, &row, &found, e);
		if (rc || (found && row.t_ms >= s->t_ms))
			continue;
		row.t_ms = s->t_ms;
		rc = store_put_row(d->store, STORE_HEARD, &row, NULL, e);
	}
	return rc;
}

enum err desk_decide(struct desk *d, int64_t now_ms, const struct signal *signals, size_t n, struct error *e)
{
	enum err rc;

	d->heard = signals;
	d->heard_count = n;
	rc = engine_decide(&d->engine, now_ms, signals, n, e);
	d->heard_count = 0;
	return rc;
}
