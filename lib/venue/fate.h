#ifndef CT_VENUE_FATE_H
#define CT_VENUE_FATE_H

#include "venue/broker.h"
#include "venue/http.h"

/*
 * What an HTTP answer, or its absence, says about the request: fills the reply's fate, refusal, reason, words, status,
 * again_ms and error. Status 200 is FATE_DONE; whether the answer makes sense is for its reader to say.
 * host is for messages.
 */
void fate_judge(const struct http_answer *a, const char *host, struct reply *r);

/* The answer had status 200, and makes no sense: FATE_UNKNOWN, ERR_PROTOCOL with e's field and words. */
enum fate fate_nonsense(const struct error *e, const char *host, struct reply *r);

enum refusal_reason refusal_reason(int refusal, const char *words);

/* A failure before anything was sent; code and message as they are in e. */
enum fate fate_not_sent(const struct error *e, int64_t again_ms, struct reply *r);

#endif
