#include "venue/fate.h"

#include <stdio.h>
#include <string.h>

#include "venue/retry.h"

const char *const fate_names[] = { "done", "refused", "not sent", "unknown", NULL };

/* Codes that mean another fate than "refused"; whatever the code, a 5xx is unknown. */
static const struct {
	int code;
	enum fate fate;
	enum err err;
} codes[] = {
	{ -1000, FATE_UNKNOWN, ERR_UNAVAILABLE }, /* unknown error */
	{ -1001, FATE_UNKNOWN, ERR_UNAVAILABLE }, /* internal error */
	{ -1006, FATE_UNKNOWN, ERR_UNAVAILABLE }, /* unexpected response inside */
	{ -1007, FATE_UNKNOWN, ERR_UNAVAILABLE }, /* timeout inside */
	{ -1008, FATE_UNKNOWN, ERR_UNAVAILABLE }, /* overloaded */
	{ -1003, FATE_NOT_SENT, ERR_TEMPFAIL },   /* weight */
	{ REFUSED_TOO_MANY_ORDERS, FATE_NOT_SENT, ERR_TEMPFAIL },
	{ REFUSED_STAMP, FATE_NOT_SENT, ERR_TEMPFAIL },
	{ -1002, FATE_REFUSED, ERR_NOPERM },      /* not authorized */
	{ REFUSED_SIGNATURE, FATE_REFUSED, ERR_NOPERM },
	{ REFUSED_KEY_FORMAT, FATE_REFUSED, ERR_NOPERM },
	{ REFUSED_KEY, FATE_REFUSED, ERR_NOPERM },
};

/* Answers without a readable code. */
static const struct {
	long from, to;
	enum fate fate;
	enum err err;
} statuses[] = {
	{ 300, 399, FATE_NOT_SENT, ERR_PROTOCOL },    /* points elsewhere: whoever answered is not the exchange */
	{ 401, 401, FATE_NOT_SENT, ERR_NOPERM },
	{ 403, 403, FATE_NOT_SENT, ERR_UNAVAILABLE }, /* the firewall */
	{ 408, 408, FATE_UNKNOWN, ERR_UNAVAILABLE },
	{ 418, 418, FATE_NOT_SENT, ERR_TEMPFAIL },
	{ 429, 429, FATE_NOT_SENT, ERR_TEMPFAIL },
	{ 451, 451, FATE_NOT_SENT, ERR_UNAVAILABLE },
	{ 500, 599, FATE_UNKNOWN, ERR_UNAVAILABLE },
};

static const struct {
	const char *words;
	enum refusal_reason reason;
} reasons[] = {
	{ "insufficient balance", REFUSAL_BALANCE },
	{ "Duplicate order sent", REFUSAL_DUPLICATE },
	{ "trigger immediately", REFUSAL_WOULD_TRIGGER },
	{ "relationship of the prices", REFUSAL_WOULD_TRIGGER },
	{ "immediately match and take", REFUSAL_WOULD_TAKE },
	{ "Market is closed", REFUSAL_CLOSED },
	{ "disabled on this account", REFUSAL_NOT_PERMITTED },
	{ "may not place or cancel orders", REFUSAL_NOT_PERMITTED },
	{ "not permitted for this account", REFUSAL_NOT_PERMITTED },
	{ "trading is not enabled", REFUSAL_NOT_PERMITTED },
};

enum refusal_reason refusal_reason(int refusal, const char *words)
{
	if (refusal == REFUSED_KEY)
		return REFUSAL_NOT_PERMITTED;
	for (size_t i = 0; refusal == REFUSED_ORDER && i < sizeof reasons / sizeof *reasons; i++)
		if (strstr(words, reasons[i].words))
			return reasons[i].reason;
	return REFUSAL_OTHER;
}

/* No answer. A connection that never stood has carried nothing; one that did may have carried all of it. */
static void judge_fault(const struct http_answer *a, struct reply *r)
{
	r->fate = a->sent ? FATE_UNKNOWN : FATE_NOT_SENT;
	r->status = 0;
}

void fate_judge(const struct http_answer *a, const char *host, struct reply *r)
{
	struct error *e = &r->error;
	struct judgement j;
	bool coded = false;

	*e = (struct error){ 0 };
	j = retry_judge(a, host, e);
	r->status = a->status;
	r->refusal = j.refusal < 0 ? j.refusal : 0;
	snprintf(r->words, sizeof r->words, "%s", j.words);
	r->reason = refusal_reason(r->refusal, r->words);
	r->again_ms = j.verdict == VERDICT_LIMITED ? j.until_ms : 0;
	r->sent_ms = a->sent_ms;
	r->received_ms = a->received_ms;
	if (a->fault != HTTP_ANSWERED) {
		judge_fault(a, r);
		return;
	}
	if (a->status == 200) { /* what it says is for its reader to judge */
		*e = (struct error){ 0 };
		r->fate = FATE_DONE;
		return;
	}
	r->fate = FATE_UNKNOWN; /* whatever is not understood */
	e->code = ERR_PROTOCOL;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (a->status >= statuses[i].from && a->status <= statuses[i].to) {
			r->fate = statuses[i].fate;
			e->code = statuses[i].err;
		}
	if (!r->refusal || a->status < 400 || a->status >= 500)
		return;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].code == r->refusal) {
			r->fate = codes[i].fate;
			e->code = codes[i].err;
			coded = true;
		}
	if (!coded && a->status != 408 && a->status != 418 && a->status != 429) {
		r->fate = FATE_REFUSED;
		e->code = ERR_DATA;
	}
}

enum fate fate_nonsense(const struct error *e, const char *host, struct reply *r)
{
	/* The field is in the message: whoever puts words around it keeps it. */
	error_set(&r->error, e->code == ERR_INTERNAL ? ERR_INTERNAL : ERR_PROTOCOL, "%s answered nonsense: %s%s%.300s", host, e->field,
		e->field[0] ? ": " : "", e->message);
	return r->fate = FATE_UNKNOWN;
}

enum fate fate_not_sent(const struct error *e, int64_t again_ms, struct reply *r)
{
	r->error = *e;
	r->again_ms = again_ms;
	return r->fate = FATE_NOT_SENT;
}
