#include "model/id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* prefix + the first n hex digits of what was added. */
static void finish(struct digest *d, const char *prefix, int n, char *id, size_t size)
{
	char hex[DIGEST_HEX];

	digest_hex(d, hex);
	snprintf(id, size, "%s%.*s", prefix, n, hex);
}

static void add_number(struct digest *d, int64_t v)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, v);
	digest_field(d, text);
}

void id_decision(struct digest *d, const char *account, const char *strategy, const char *symbol, int64_t signal_t_ms, enum decision_class c,
	enum reason reason, char *id)
{
	digest_field(d, "decision");
	digest_field(d, account);
	digest_field(d, strategy);
	digest_field(d, symbol);
	add_number(d, signal_t_ms);
	digest_field(d, class_names[c]);
	digest_field(d, reason_names[reason]);
	finish(d, "d", 24, id, ID_SIZE);
}

void id_order(struct digest *d, const char *decision, enum leg leg, int64_t attempt, char *id)
{
	digest_field(d, "order");
	digest_field(d, decision);
	digest_field(d, leg_names[leg]);
	add_number(d, attempt);
	finish(d, ID_PREFIX, 30, id, ID_SIZE);
}

void id_trade(struct digest *d, const char *order, int64_t number, char *id)
{
	digest_field(d, "trade");
	digest_field(d, order);
	add_number(d, number);
	finish(d, "t", 24, id, ID_SIZE);
}

void id_event(struct digest *d, const char *account, const char *code, const char *symbol, int64_t t_ms, char *id)
{
	digest_field(d, "event");
	digest_field(d, account);
	digest_field(d, code);
	digest_field(d, symbol);
	add_number(d, t_ms);
	finish(d, "e", 24, id, ID_SIZE);
}

void id_transfer(struct digest *d, const char *account, dec amount, int64_t t_ms, int64_t number, char *id)
{
	char text[DEC_TEXT];

	dec_format(amount, text);
	digest_field(d, "transfer");
	digest_field(d, account);
	digest_field(d, text);
	add_number(d, t_ms);
	add_number(d, number);
	finish(d, "m", 24, id, ID_SIZE);
}

void id_run(struct digest *d, const char *mode, const char *account, const char *params_json, const char *version, const char *commit, char *id)
{
	digest_field(d, mode);
	digest_field(d, account);
	digest_field(d, params_json);
	digest_field(d, version);
	digest_field(d, commit);
	finish(d, "", 16, id, RUN_SIZE);
}
