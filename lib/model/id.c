#include "model/id.h"

#include <stdint.h>
#include <string.h>

/* Where ids are only numbers, what they are made of does not matter. */
static inline bool is_number(struct digest *d, char *id)
{
	if (!digest_counts(d))
		return false;
	digest_number(d, id);
	return true;
}

/* prefix + the first n hex digits of what was added. */
static inline void finish(struct digest *d, const char *prefix, size_t n, char *id)
{
	size_t before = strlen(prefix);

	if (is_number(d, id))
		return;
	memcpy(id, prefix, before);
	digest_take(d, id + before, n);
	id[before + n] = '\0';
}

static void add_number(struct digest *d, int64_t v)
{
	char text[DIGITS_ROOM + 1];

	*digits_put_signed(text, v) = '\0';
	digest_field(d, text);
}

void id_decision(struct digest *d, const char *account, const char *strategy, const char *symbol, int64_t signal_t_ms, enum decision_class c,
	enum reason reason, char *id)
{
	if (is_number(d, id))
		return;
	digest_field(d, "d");
	digest_field(d, account);
	digest_field(d, strategy);
	digest_field(d, symbol);
	add_number(d, signal_t_ms);
	digest_field(d, class_names[c]);
	digest_field(d, reason_names[reason]);
	finish(d, "d", 24, id);
}

void id_order(struct digest *d, const char *decision, enum leg leg, int64_t attempt, char *id)
{
	if (is_number(d, id))
		return;
	digest_field(d, "order");
	digest_field(d, decision);
	digest_field(d, leg_names[leg]);
	add_number(d, attempt);
	finish(d, ID_PREFIX, 30, id);
}

void id_list(struct digest *d, const char *decision, int64_t attempt, char *id)
{
	digest_field(d, "list");
	digest_field(d, decision);
	add_number(d, attempt);
	finish(d, ID_PREFIX, 30, id);
}

void id_trade(struct digest *d, const char *order, int64_t number, char *id)
{
	if (is_number(d, id))
		return;
	digest_field(d, "trade");
	digest_field(d, order);
	add_number(d, number);
	finish(d, "t", 24, id);
}

void id_event(struct digest *d, const char *account, const char *code, const char *symbol, int64_t t_ms, char *id)
{
	digest_field(d, "event");
	digest_field(d, account);
	digest_field(d, code);
	digest_field(d, symbol);
	add_number(d, t_ms);
	finish(d, "e", 24, id);
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
	finish(d, "m", 24, id);
}

void id_run(struct digest *d, const char *mode, const char *account, const char *params_json, const char *version, const char *commit, char *id)
{
	digest_field(d, mode);
	digest_field(d, account);
	digest_field(d, params_json);
	digest_field(d, version);
	digest_field(d, commit);
	finish(d, "", 16, id);
}
