#ifndef CT_MODEL_FINDING_H
#define CT_MODEL_FINDING_H

#include "model/account.h"
#include "model/record.h"

/* What ct-store verify says, never stored. */
enum fault {
	FAULT_OUTAGE,     /* bars are missing, and the exchange was closed */
	FAULT_ABSENT,     /* bars or payments are missing, and the exchange answered that it has none */
	FAULT_HOLE,       /* bars or payments are missing: they can be fetched */
	FAULT_IMPOSSIBLE, /* a bar that no market can print */
	FAULT_INVENTED,   /* a bar with trades while the exchange was closed */
	FAULT_DIFFERS,    /* a bar that is not what the shorter bars in it make */
	FAULT_RECEIPT,    /* rows that no receipt covers, or a receipt of more rows than there are */
	FAULT_COUNT
};

struct finding {
	int market, interval; /* interval -1: funding */
	char symbol[SYMBOL_SIZE];
	int fault;
	int known;            /* bool: the exchange's own, nothing to repair */
	int64_t from, until;  /* open times: [from, until) */
	int64_t rows;         /* how many bars or payments it is about */
	int64_t asked;        /* FAULT_ABSENT: when the exchange answered; TIME_NONE: of the others */
	char message[WHY_SIZE];
};

/* One series in numbers. */
struct verified {
	int market, interval;
	char symbol[SYMBOL_SIZE];
	int64_t first, last, rows;
	int64_t outages, absent, holes; /* bars missing: while the exchange was closed; that it has none of; else */
	int64_t cut_short;      /* bars that end before their regular end */
	int64_t bad;            /* bars that are impossible or invented, differ, or have no receipt */
	int64_t receipts;
	int64_t validated;      /* bars that are marked so now */
	int sound;              /* bool: no hole, nothing bad */
};

extern const struct kind finding_kind, verified_kind;

#endif
