#ifndef CT_RISK_DECIDE_H
#define CT_RISK_DECIDE_H

#include "core/digest.h"
#include "risk/gate.h"

/* Everything a step of decisions depends on besides the book and the signals. */
struct risk_step {
	const struct risk_config *config;
	const struct account *account;
	const char *label; /* the account's name in records */
	const char *run;
	struct digest *digest;
	int64_t now_ms;
	bool live; /* the exchange takes whole lots only */
};

/*
 * Whether a signal asks for anything: a fresh BUY, or an exit of a position that is open and not yet being closed
 * (or is being closed because of this very signal: its decision is reported again).
 */
bool risk_wants(struct book *b, const struct signal *s, size_t pair, enum decision_class *c);

/* A waiting entry order that the strategy no longer wants; NULL: none. */
struct book_plan *risk_withdraws(struct book *b, const struct signal *s, size_t pair);

/* The account's order of doing things: reduces first, then strategies as configured, then symbols by name. */
int risk_compare(const struct account *a, enum decision_class ca, const struct signal *sa, enum decision_class cb, const struct signal *sb);

/*
 * Sizes one signal, asks every gate and fills *d: approved (with room to reserve) or refused with gate, limit and
 * value. The book is not changed.
 */
void risk_decide(const struct risk_step *step, struct book *b, size_t pair, const struct signal *s, enum decision_class c, struct decision *d);

/* The same for an exit that the book, a breaker or a person wants: signal_t_ms is the close that made it due. */
void risk_decide_exit(const struct risk_step *step, struct book *b, const struct book_position *p, enum reason reason, int64_t signal_t_ms,
	const char *why, struct decision *d);

/* The first breaker that refuses at this close; NULL: none. */
const struct gate *risk_watch(const struct risk_step *step, struct book *b, struct refusal *r);

#endif
