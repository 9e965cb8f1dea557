#include "fill/fill.h"

/*
 * The rules are written once, for buying and being long. For the other side prices are mirrored (negated, high and
 * low exchanged) and mirrored back.
 */
struct view {
	dec open, high, low, close;
	int sign;
};

static struct view view_of(const struct bar *b, enum side side)
{
	if (side == SIDE_BUY)
		return (struct view){ b->open, b->high, b->low, b->close, 1 };
	return (struct view){ -b->open, -b->low, -b->high, -b->close, -1 };
}

static struct fill filled(const struct view *v, enum fill_where where, dec price, bool maker)
{
	return (struct fill){ where, price * v->sign, maker };
}

bool fill_takes(enum side side, dec price, const struct bar *b)
{
	struct view v = view_of(b, side);

	return b->volume > 0 && v.open <= price * v.sign;
}

struct fill fill_entry(enum side side, enum order_type type, dec price, bool resting, const struct bar *b)
{
	struct view v = view_of(b, side);
	dec p = price * v.sign;

	if (b->volume == 0)
		return (struct fill){ FILL_NONE, 0, false };
	switch (type) {
	case ORDER_MARKET: return filled(&v, FILL_AT_OPEN, v.open, false);
	case ORDER_STOP:
		if (v.open >= p)
			return filled(&v, FILL_AT_OPEN, v.open, false);
		if (v.high >= p)
			return filled(&v, FILL_AT_STOP, p, false);
		break;
	case ORDER_LIMIT:
	case ORDER_MAKER:
		if (!resting && v.open <= p)
			return filled(&v, FILL_AT_OPEN, v.open, false);
		if (v.open < p)
			return filled(&v, FILL_AT_OPEN, p, true);
		if (v.low < p)
			return filled(&v, FILL_AT_LIMIT, p, true);
		break;
	}
	return (struct fill){ FILL_NONE, 0, false };
}

static struct fill_exit left(const struct view *v, enum fill_exit_kind kind, dec price, bool at_open)
{
	return (struct fill_exit){ kind, price * v->sign, at_open };
}

struct fill_exit fill_exit(enum side entry_side, dec stop, dec target, enum fill_where entry, const struct bar *b)
{
	struct view v = view_of(b, entry_side);
	bool has_stop = stop != DEC_NONE, has_target = target != DEC_NONE;
	dec sl = has_stop ? stop * v.sign : 0, tp = has_target ? target * v.sign : 0;

	if (b->volume == 0)
		return (struct fill_exit){ FILL_EXIT_NONE, 0, false };
	if (entry == FILL_NONE || entry == FILL_AT_OPEN) {
		if (has_stop && v.open <= sl)
			return left(&v, FILL_EXIT_STOP, v.open, true);
		if (has_target && entry == FILL_AT_OPEN && v.open >= tp)
			return left(&v, FILL_EXIT_TARGET, v.open, true);
		if (has_target && v.open > tp)
			return left(&v, FILL_EXIT_TARGET, tp, true);
	}
	if (has_stop && v.low <= sl)
		return left(&v, FILL_EXIT_STOP, sl, false);
	/* A limit entry came on the way down: only a close beyond the target proves that the price was there after it. */
	if (has_target && (entry == FILL_AT_LIMIT ? v.close : v.high) > tp)
		return left(&v, FILL_EXIT_TARGET, tp, false);
	return (struct fill_exit){ FILL_EXIT_NONE, 0, false };
}
