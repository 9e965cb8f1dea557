#ifndef CT_MODEL_ID_H
#define CT_MODEL_ID_H

#include "core/digest.h"
#include "model/order.h"

#define ID_PREFIX "ct" /* of every order ct sends: an order that has it and no row of ours is another ct's */

/*
 * Ids are hashes of what they name, never row numbers: a rebuilt database gives the same ids again, and the same
 * signal can never become two orders. d is scratch. Each fills an ID_SIZE buffer.
 */
void id_decision(struct digest *d, const char *account, const char *strategy, const char *symbol, int64_t signal_t_ms, enum decision_class c,
	enum reason reason, char *id);
void id_order(struct digest *d, const char *decision, enum leg leg, int64_t attempt, char *id);
/* The client id of the order list that protects a position. */
void id_list(struct digest *d, const char *decision, int64_t attempt, char *id);
void id_trade(struct digest *d, const char *order, int64_t number, char *id);
void id_event(struct digest *d, const char *account, const char *code, const char *symbol, int64_t t_ms, char *id);
void id_transfer(struct digest *d, const char *account, dec amount, int64_t t_ms, int64_t number, char *id);
/* 16 hex digits over the run's mode, account, parameters, version and commit. */
void id_run(struct digest *d, const char *mode, const char *account, const char *params_json, const char *version, const char *commit, char *id);

#endif
