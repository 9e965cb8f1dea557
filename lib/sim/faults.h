#ifndef CT_SIM_FAULTS_H
#define CT_SIM_FAULTS_H

#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"
#include "core/field.h"
#include "model/market.h"

/*
 * Faults on demand: a list of rules, of which the first that matches a request and is not used up strikes. A rule is an
 * object {"route":…,"kind":…,…}, as ct-sim(1) describes it; a list of them is a JSON array, or {"faults":[…]}.
 */
enum sim_fault_kind {
	SIM_FAULT_429, SIM_FAULT_418, SIM_FAULT_500, SIM_FAULT_502, SIM_FAULT_503, SIM_FAULT_504, SIM_FAULT_HTML, SIM_FAULT_EMPTY,
	SIM_FAULT_TRUNCATE, SIM_FAULT_GARBAGE, SIM_FAULT_NUMBERS, SIM_FAULT_WRONG_LENGTH, SIM_FAULT_GAP, SIM_FAULT_DUPLICATE,
	SIM_FAULT_IMPOSSIBLE, SIM_FAULT_OFF_GRID, SIM_FAULT_LATE, SIM_FAULT_HANG, SIM_FAULT_DELAY, SIM_FAULT_CUT, SIM_FAULT_RESET, SIM_FAULT_SKEW,
	SIM_FAULT_UNSEEN, SIM_FAULT_PARTIAL, SIM_FAULT_MAINTENANCE, SIM_FAULT_TWICE, SIM_FAULT_REPEAT,
	SIM_FAULT_MISSING, SIM_FAULT_FLIP, SIM_FAULT_TORN, SIM_FAULT_BOMB, SIM_FAULT_FOREIGN, SIM_FAULT_UNLISTED, SIM_FAULT_COUNT
};

struct sim_fault {
	char route[64];  /* the path's last part ("klines"), as a pattern of the shell ("*-2024-05.zip*"), or the whole path */
	int kind;
	char method[8];           /* only this one; "": all */
	char symbol[SYMBOL_SIZE]; /* only requests for it; "": all */
	char account[NAME_SIZE];  /* only with a key of it; "": all */
	int processed;            /* bool: the request is carried out, and then its answer is lost or replaced */
	int64_t from_ms, until_ms; /* only while the exchange's time is from..until; TIME_NONE: no bound */
	int64_t count;   /* how often it strikes; 0: always */
	int64_t after;   /* matching requests it lets pass first */
	int64_t status;  /* HTTP status of html and empty */
	int64_t retry_after_s;
	int64_t delay_ms;
	int64_t skew_ms; /* of the exchange's clock */
	double probability;
	int64_t seen, struck; /* state */
};

#define SIM_FAULT_FIELDS 15
extern const struct field sim_fault_fields[SIM_FAULT_FIELDS];

struct sim_faults {
	struct sim_fault *rows;
	size_t count;
	uint64_t random; /* state for probability and garbage: set it for another sequence */
	int64_t struck;
};

/* Adds rules from JSON text. ERR_CONFIG with the JSON path; nothing is added then. */
enum err sim_faults_add(struct sim_faults *f, const char *text, size_t len, struct error *e);
void sim_faults_release(struct sim_faults *f);

/* A request as the rules see it; symbol and account may be NULL. */
struct sim_target {
	const char *method, *path, *symbol, *account;
	int64_t now_ms;
};

/* The fault that strikes it, NULL: none. */
const struct sim_fault *sim_faults_strike(struct sim_faults *f, const struct sim_target *t);

/* Rules as a JSON array, with "seen" and "struck". */
void sim_faults_write(const struct sim_faults *f, struct buf *b);

#endif
