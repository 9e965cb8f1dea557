/* What exec and people do to a desk: carry out rows, halt, resume. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "desk/desk.h"
#include "model/id.h"

/* Whether a line says what its row says, apart from how far the row has come since. */
static bool same_plan(const struct decision *line, const struct decision *row)
{
	struct buf a = { 0 }, b = { 0 };
	struct decision was = *row;
	bool same;

	was.status = line->status;
	was.reserved = line->reserved;
	memcpy(was.why, line->why, sizeof was.why);
	record_write(&kinds[KIND_DECISION], line, &a);
	record_write(&kinds[KIND_DECISION], &was, &b);
	same = !a.failed && !b.failed && a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
	buf_release(&a);
	buf_release(&b);
	return same;
}

enum err desk_execute(struct desk *d, const struct decision *line, int64_t now_ms, bool *placed, struct error *e)
{
	struct decision row;
	bool found;
	enum err rc;

	*placed = false;
	if (strcmp(line->account, d->setup.label) != 0)
		return error_field(e, ERR_DATA, "account", "'%s' is not %s, the account of this desk", line->account, d->setup.label);
	rc = d->ledger.ops->find_decision(&d->ledger, line->id, &row, &found, e);
	if (rc)
		return rc;
	if (!found)
		return error_field(e, ERR_DATA, "id", "no decision '%s' is recorded: only recorded decisions are carried out", line->id);
	if (!same_plan(line, &row))
		return error_field(e, ERR_DATA, "id", "decision '%s' differs from its row: it is not carried out", line->id);
	if (row.status != DECISION_APPROVED)
		return OK;
	return engine_execute(&d->engine, now_ms, row.id, placed, e);
}

enum err desk_execute_pending(struct desk *d, int64_t now_ms, size_t *placed, struct error *e)
{
	char (*ids)[ID_SIZE];
	size_t n = 0;
	enum err rc = desk_look(d, e);

	*placed = 0;
	if (rc)
		return rc;
	ids = calloc(d->ledger.book.plan_count + 1, sizeof *ids);
	if (!ids)
		return error_memory(e);
	for (size_t i = 0; i < d->ledger.book.plan_count; i++)
		if (d->ledger.book.plans[i].d.status == DECISION_APPROVED)
			memcpy(ids[n++], d->ledger.book.plans[i].d.id, sizeof *ids);
	for (size_t i = 0; !rc && i < n; i++) {
		bool claimed;

		rc = engine_execute(&d->engine, now_ms, ids[i], &claimed, e);
		*placed += !rc && claimed;
	}
	free(ids);
	return rc;
}

#define BY_HAND (-1) /* the number of a transfer that no configuration has planned */

static enum err transfer(struct desk *d, dec amount, int64_t now_ms, const char *why, bool *booked, struct error *e)
{
	int64_t newest_ms = interval_floor((enum interval)d->setup.account->interval, now_ms);
	struct store_query q = STORE_ANY;
	bool known = false;
	char id[ID_SIZE], t[UTC_TEXT];
	enum err rc;

	if (d->ledger.book.state.settled_ms < newest_ms)
		return error_set(e, ERR_TEMPFAIL, "the bar of account %s that closed at %s is not booked: make its step first", d->setup.account->name,
			utc_format(newest_ms, t));
	id_transfer(d->setup.digest, d->setup.account->name, amount, now_ms, BY_HAND, id);
	q.account = d->setup.label;
	q.id = id;
	rc = store_any(d->store, &kinds[KIND_TRANSFER], &q, &known, e);
	*booked = !rc && !known;
	return rc || known ? rc : engine_transfer(&d->engine, amount, now_ms, BY_HAND, why, e);
}

enum err desk_transfer(struct desk *d, dec amount, int64_t now_ms, const char *why, bool *booked, struct error *e)
{
	struct ledger *l = &d->ledger;
	enum err rc = l->ops->begin(l, e);

	*booked = false;
	if (rc)
		return rc;
	rc = transfer(d, amount, now_ms, why, booked, e);
	return ledger_end(l, rc, e);
}

enum err desk_withdraw(struct desk *d, const char *symbol, int64_t now_ms, const char *why, size_t *n, struct error *e)
{
	struct ledger *l = &d->ledger;
	enum err rc = l->ops->begin(l, e);

	*n = 0;
	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < l->book.plan_count;) {
		struct book_plan *p = &l->book.plans[i];
		size_t before = l->book.plan_count;

		if (p->d.class == CLASS_OPEN && p->d.status == DECISION_WORKING && (!symbol || strcmp(symbol, p->d.symbol) == 0)) {
			rc = engine_withdraw(&d->engine, p, now_ms, why, e);
			(*n)++;
		}
		i += l->book.plan_count == before;
	}
	return ledger_end(l, rc, e);
}

static enum err set_halt(struct desk *d, int64_t now_ms, bool halted, const char *why, struct error *e)
{
	struct ledger *l = &d->ledger;
	struct account_state *s = &l->book.state;
	enum err rc = l->ops->begin(l, e);

	if (rc)
		return rc;
	s->halted = halted;
	s->halt_why[0] = '\0';
	if (halted)
		snprintf(s->halt_why, sizeof s->halt_why, "%s", why);
	else
		s->breaker[0] = '\0';
	s->breaker_ms = halted ? s->breaker_ms : INT_NONE;
	if (!halted) { /* a breaker measures anew from here, or it would trip again at the next close */
		s->peak = s->equity;
		s->day_equity = s->equity;
	}
	rc = halted ? engine_withdraw_all(&d->engine, true, now_ms, "the account was halted", e) : OK;
	if (!rc)
		rc = engine_event(&d->engine, EVENT_WARN, halted ? "risk.halt" : "risk.resume", "", now_ms, e, "%s", why);
	return ledger_end(l, rc, e);
}

enum err desk_halt(struct desk *d, int64_t now_ms, const char *why, struct error *e)
{
	return set_halt(d, now_ms, true, why, e);
}

enum err desk_resume(struct desk *d, int64_t now_ms, const char *why, struct error *e)
{
	return set_halt(d, now_ms, false, why, e);
}
