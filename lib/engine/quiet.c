#include "engine/quiet.h"

#include <string.h>

#include "core/utc.h"
#include "engine/absent.h"
#include "engine/fills.h"

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Up to where one position lets bars pass. A new high may move a trailing stop, a new tick too, and other rules may end the
 * position: engine_settle sees to that.
 */
static size_t position_quiet(const struct engine *g, const struct book_position *held, const struct tape *tape, size_t from, size_t to)
{
	const struct book *b = &g->ledger->book;
	const struct position *p = &held->p;

	if (b->rules_until_ms != INT64_MAX)
		to = tape_closed(tape, from, to, b->rules_until_ms - 1);
	if (p->max_hold_bars != INT_NONE) {
		int64_t left = p->max_hold_bars - p->bars_held - 1;

		to = left <= 0 ? from : smaller(to, from + (size_t)left);
	}
	if (p->stop_price != DEC_NONE)
		to = tape_low_at_or_below(tape, from, to, p->stop_price);
	if (p->target_price != DEC_NONE)
		to = tape_high_above(tape, from, to, p->target_price);
	if (p->trail_offset == DEC_NONE)
		return to;
	return engine_trailed(p, book_tick(&b->pairs[held->pair])) == DEC_NONE ? tape_high_above(tape, from, to, p->high_since) : from;
}

size_t engine_quiet(const struct engine *g, size_t pair, const struct tape *tape, size_t from, size_t most)
{
	const struct book *b = &g->ledger->book;
	size_t to = smaller(tape->count, from + most);

	if (g->ledger->wants & LEDGER_BARS || from >= to || tape->end_ms[from] <= b->pairs[pair].settled_ms)
		return 0;
	for (size_t i = 0; i < b->plan_count; i++)
		if (b->plans[i].pair == pair)
			return 0;
	for (size_t i = 0; i < b->position_count && from < to; i++)
		if (b->positions[i].pair == pair)
			to = position_quiet(g, &b->positions[i], tape, from, to);
	return to - from;
}

bool engine_wants(const struct engine *g, const struct signal *s, size_t pair, enum decision_class *c)
{
	struct book *b = &g->ledger->book;

	if (!risk_wants(b, s, pair, c))
		return false;
	return *c == CLASS_REDUCE || g->ledger->wants & LEDGER_REFUSALS || !book_position_of(b, s->strategy, pair);
}

/* What of the account a close changes, so that a close can be taken back. */
struct close {
	dec equity, peak, day_equity;
	int64_t day_ms;
};

static struct close state_of(const struct book *b)
{
	return (struct close){ b->state.equity, b->state.peak, b->state.day_equity, b->state.day_ms };
}

static void set_state(struct book *b, const struct close *c)
{
	b->state.equity = c->equity;
	b->state.peak = c->peak;
	b->state.day_equity = c->day_equity;
	b->state.day_ms = c->day_ms;
}

static void turn_day(struct book *b, int64_t t_ms)
{
	int64_t day = utc_day(t_ms - 1);

	if (day != b->state.day_ms) {
		b->state.day_ms = day;
		b->state.day_equity = b->state.equity;
	}
}

/* Whether prices move the account's worth. */
static bool moves(const struct book *b)
{
	for (size_t i = 0; i < b->pair_count; i++)
		if (b->pairs[i].dust)
			return true;
	return b->position_count > 0;
}

/* The last point of a day that is over, if there is one. */
static enum err put_point(struct engine *g, const struct equity *ended, struct error *e)
{
	return ended ? g->ledger->ops->put(g->ledger, KIND_EQUITY, ended, e) : OK;
}

static void begin_lane(const struct engine *g, struct engine_lane *l)
{
	l->first = l->next;
	l->before = g->ledger->book.pairs[l->pair].mark;
}

/* The pair's cursor, and what its positions have lived through since the lane began. */
static enum err end_lane(struct engine *g, const struct engine_lane *l, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct book_pair *pair = &b->pairs[l->pair];
	bool bad = false;

	if (l->next == l->first)
		return OK;
	pair->mark = l->tape->close[l->next - 1];
	pair->settled_ms = l->tape->end_ms[l->next - 1];
	pair->dirty = true;
	for (size_t i = 0; i < b->position_count; i++) {
		struct book_position *p = &b->positions[i];

		if (p->pair != l->pair)
			continue;
		p->p.bars_held += (int64_t)(l->next - l->first);
		p->p.updated_ms = pair->settled_ms;
		p->p.high_since = dec_max(p->p.high_since, tape_highest(l->tape, l->first, l->next));
		memcpy(p->p.run, g->run, sizeof p->p.run);
		book_mark_position(b, p, &bad);
	}
	return bad ? error_field(e, ERR_DATA, "qty", "a position of %s is out of range", pair->symbol) : OK;
}

static int64_t next_close(const struct engine_lane *lanes, size_t n, int64_t until_ms)
{
	int64_t t = INT64_MAX;

	for (size_t i = 0; i < n; i++)
		if (lanes[i].next < lanes[i].tape->count && lanes[i].tape->end_ms[lanes[i].next] < t)
			t = lanes[i].tape->end_ms[lanes[i].next];
	return t > until_ms ? TIME_NONE : t;
}

/* One close of all lanes. False: it is not for a pass, and nothing has changed. */
static bool book_close(struct engine *g, struct engine_lane *lanes, size_t n, int64_t t_ms)
{
	struct book *b = &g->ledger->book;
	struct close before = state_of(b);
	struct risk_step step = engine_step(g, t_ms);
	struct refusal r;
	bool bad = false;

	for (size_t i = 0; i < n; i++)
		if (lanes[i].next < lanes[i].tape->count && lanes[i].tape->end_ms[lanes[i].next] == t_ms) {
			lanes[i].before = b->pairs[lanes[i].pair].mark;
			b->pairs[lanes[i].pair].mark = lanes[i].tape->close[lanes[i].next++];
		}
	turn_day(b, t_ms);
	b->state.equity = dec_add(b->state.cash, book_value(b, &bad), &bad);
	b->state.peak = dec_max(b->state.peak, b->state.equity);
	if (!bad && !(engine_watched(g) && risk_watch(&step, b, &r))) {
		b->state.settled_ms = t_ms;
		g->closes++;
		g->closes_held += b->position_count > 0;
		return true;
	}
	set_state(b, &before);
	for (size_t i = 0; i < n; i++)
		if (lanes[i].next > lanes[i].first && lanes[i].tape->end_ms[lanes[i].next - 1] == t_ms) {
			lanes[i].next--;
			b->pairs[lanes[i].pair].mark = lanes[i].before;
		}
	return false;
}

/* Whether a pair becomes absent at this close, as the lanes stand. */
static bool loses_pair(struct engine *g, const struct engine_lane *lanes, size_t n, int64_t t_ms)
{
	const struct book *b = &g->ledger->book;
	int64_t first_ms = INT64_MAX;

	if (t_ms < g->absent_from_ms)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct engine_lane *l = &lanes[i];
		int64_t settled_ms = l->next > l->first ? l->tape->end_ms[l->next - 1] : b->pairs[l->pair].settled_ms;
		int64_t due_ms = engine_absent_ms(g, l->pair, settled_ms);

		if (due_ms > b->state.settled_ms && due_ms < first_ms)
			first_ms = due_ms;
	}
	if (t_ms >= first_ms)
		return true;
	engine_absent_from(g, t_ms, first_ms);
	return false;
}

static enum err pass_closes(struct engine *g, struct engine_lane *lanes, size_t n, int64_t until_ms, struct error *e)
{
	struct equity last;
	const struct equity *ended;
	int64_t t_ms;
	enum err rc = OK;

	while (!rc && (t_ms = next_close(lanes, n, until_ms)) != TIME_NONE) {
		rc = engine_day_end(g, t_ms, &last, &ended, e);
		if (rc || loses_pair(g, lanes, n, t_ms) || !book_close(g, lanes, n, t_ms))
			break;
		rc = put_point(g, ended, e);
	}
	return rc;
}

/*
 * One lane alone: the account's worth rises and falls with its price, so that of a day's closes only the highest (for the
 * peak) and the last count.
 */
static enum err pass_days(struct engine *g, struct engine_lane *l, size_t to, struct error *e)
{
	struct book *b = &g->ledger->book;
	struct book_pair *pair = &b->pairs[l->pair];
	const bool moving = moves(b);
	struct equity last;
	const struct equity *ended;
	dec value;
	enum err rc = OK;

	while (!rc && l->next < to) {
		size_t end = tape_closed(l->tape, l->next, to, utc_day(l->tape->end_ms[l->next] - 1) + MS_DAY);
		bool bad = false;
		dec top = b->state.peak;

		rc = engine_day_end(g, l->tape->end_ms[l->next], &last, &ended, e);
		if (rc)
			break;
		if (moving) {
			pair->mark = tape_highest_close(l->tape, l->next, end);
			top = dec_add(b->state.cash, book_value(b, &bad), &bad);
		}
		if (bad) {
			pair->mark = l->next > l->first ? l->tape->close[l->next - 1] : l->before;
			return OK; /* out of range somewhere: pass_closes stops before it */
		}
		turn_day(b, l->tape->end_ms[l->next]);
		pair->mark = l->tape->close[end - 1];
		b->state.peak = dec_max(b->state.peak, top);
		b->state.settled_ms = l->tape->end_ms[end - 1];
		g->closes += (int64_t)(end - l->next);
		g->closes_held += b->position_count ? (int64_t)(end - l->next) : 0;
		l->next = end;
		rc = moving ? book_weigh(b, &value, e) : OK;
		if (!rc)
			rc = put_point(g, ended, e);
	}
	return rc;
}

/* Approvals that nobody has carried out end at some close: which one is engine_settle's to see. */
static bool waits_for_execution(const struct book *b)
{
	for (size_t i = 0; i < b->plan_count; i++)
		if (b->plans[i].d.status == DECISION_APPROVED)
			return true;
	return false;
}

static enum err pass(struct engine *g, struct engine_lane *lanes, size_t n, int64_t until_ms, struct error *e)
{
	const struct tape *only = lanes[0].tape;
	enum err rc = OK;

	for (size_t i = 0; i < n; i++)
		begin_lane(g, &lanes[i]);
	if (n == 1 && !(engine_watched(g) && moves(&g->ledger->book)))
		rc = pass_days(g, lanes, tape_closed(only, lanes[0].next, only->count, until_ms), e);
	if (!rc)
		rc = pass_closes(g, lanes, n, until_ms, e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = end_lane(g, &lanes[i], e);
	return rc;
}

enum err engine_pass(struct engine *g, struct engine_lane *lanes, size_t n, int64_t until_ms, int64_t *passed_ms, struct error *e)
{
	struct ledger *l = g->ledger;
	int64_t before_ms, due_ms;
	enum err rc = l->ops->begin(l, e);

	*passed_ms = TIME_NONE;
	if (rc)
		return rc;
	before_ms = l->book.state.settled_ms;
	due_ms = engine_transfer_due(g);
	if (due_ms != TIME_NONE && due_ms <= until_ms)
		until_ms = due_ms - 1; /* engine_settle books it */
	if (l->book.rules_until_ms <= until_ms)
		until_ms = l->book.rules_until_ms - 1; /* engine_settle sees what becomes of stops and absent pairs */
	if (n && !waits_for_execution(&l->book))
		rc = pass(g, lanes, n, until_ms, e);
	rc = ledger_end(l, rc, e);
	if (!rc && l->book.state.settled_ms != before_ms)
		*passed_ms = l->book.state.settled_ms;
	return rc;
}
