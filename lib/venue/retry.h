#ifndef CT_VENUE_RETRY_H
#define CT_VENUE_RETRY_H

#include "core/error.h"
#include "venue/http.h"

/* What an answer means, and what to do about it. */
enum verdict {
	VERDICT_GOOD,    /* status 200, and not a web page */
	VERDICT_AGAIN,   /* may pass: after retry_pause_ms */
	VERDICT_LIMITED, /* rate limited: not before until_ms */
	VERDICT_FINAL,   /* asking again would give the same */
};

struct judgement {
	enum verdict verdict;
	int refusal;      /* the exchange's error code, 0: none */
	int64_t until_ms; /* VERDICT_LIMITED: this machine's clock, ms UTC */
	char words[160];  /* the exchange's own, printable; "": none */
};

/* Unless it is good, e says what was wrong, with the code that the program ends with if it stays so. host is for messages. */
struct judgement retry_judge(const struct http_answer *a, const char *host, struct error *e);

/* 0.2 s, doubled a try, at most 10 s, each between half and one and a half times that; tried counts from 1. */
int64_t retry_pause_ms(int tried, double random01);

#endif
