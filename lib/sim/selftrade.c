/* Two orders of one owner meet: no trade; what expires is the taker's choice. TRANSFER is DECREMENT here. */
#include "sim/exchange.h"

bool sim_kin(const struct sim_exchange *x, const struct sim_order *a, const struct sim_order *b)
{
	int64_t group = x->accounts.rows[a->owner].trade_group;

	return a->owner == b->owner || (group != -1 && group == x->accounts.rows[b->owner].trade_group);
}

static enum err prevent(struct sim_exchange *x, struct sim_order *o, const struct sim_rules *r, dec qty, int64_t t_ms, struct error *e)
{
	o->prevented_qty += qty;
	o->update_ms = t_ms;
	sim_relock(x, o, r);
	return sim_order_left(o) > 0 ? OK : sim_end(x, o, SIM_EXPIRED_IN_MATCH, SIM_EXPIRY_NONE, t_ms, e);
}

enum err sim_prevent_self_trade(struct sim_exchange *x, struct sim_order *taker, struct sim_order *maker, const struct sim_rules *r, int64_t t_ms,
	struct error *e)
{
	dec taker_left = sim_order_left(taker), maker_left = sim_order_left(maker), least = dec_min(taker_left, maker_left);
	bool decrement = taker->stp == SIM_DECREMENT || taker->stp == SIM_TRANSFER;
	enum err rc = OK;

	if (taker->stp != SIM_EXPIRE_TAKER)
		rc = prevent(x, maker, r, decrement ? least : maker_left, t_ms, e);
	if (!rc && taker->stp != SIM_EXPIRE_MAKER)
		rc = prevent(x, taker, r, decrement ? least : taker_left, t_ms, e);
	return rc;
}
