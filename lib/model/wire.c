#include "model/wire.h"

static const char *const wire_statuses[] = { "intent", "sent", "unknown", "acked", "ended", NULL };
static const char *const block_statuses[] = { "open", "adopted", "ignored", NULL };

const char *const *const wire_status_names = wire_statuses;

#define F(member) FIELD(wire, member)
const struct field wire_fields[WIRE_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "id", FIELD_TEXT, F(id), 0, NULL, "the client order id", NULL, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "list", FIELD_TEXT, F(list), FIELD_NULL, NULL, "client id of the list it was sent in", NULL, 0, 0, NULL },
	{ "status", FIELD_ENUM, F(status), 0, NULL, "how far it has come", wire_statuses, 0, 0, NULL },
	{ "sent_as", FIELD_TEXT, F(sent_as), FIELD_NULL, NULL, "the exchange's kind of order", NULL, 0, 0, NULL },
	{ "exchange_id", FIELD_INT, F(exchange_id), FIELD_NULL, NULL, "the exchange's id", NULL, 0, 0, NULL },
	{ "intent_ms", FIELD_TIME, F(intent_ms), 0, "ms UTC", "recorded", NULL, 0, 0, NULL },
	{ "sent_ms", FIELD_TIME, F(sent_ms), FIELD_NULL, "ms UTC", "last sent", NULL, 0, 0, NULL },
	{ "acked_ms", FIELD_TIME, F(acked_ms), FIELD_NULL, "ms UTC", "known to have been accepted", NULL, 0, 0, NULL },
	{ "unknown_ms", FIELD_TIME, F(unknown_ms), FIELD_NULL, "ms UTC", "no answer", NULL, 0, 0, NULL },
	{ "absent_ms", FIELD_TIME, F(absent_ms), FIELD_NULL, "ms UTC", "first not found", NULL, 0, 0, NULL },
	{ "cancel_ms", FIELD_TIME, F(cancel_ms), FIELD_NULL, "ms UTC", "its cancel was last sent", NULL, 0, 0, NULL },
	{ "ended_ms", FIELD_TIME, F(ended_ms), FIELD_NULL, "ms UTC", "nothing more can happen to it", NULL, 0, 0, NULL },
	{ "asks", FIELD_INT, F(asks), 0, NULL, "how often it was not found", NULL, 0, 0, NULL },
	{ "steps", FIELD_INT, F(steps), 0, NULL, "how many steps are recorded", NULL, 0, 0, NULL },
	{ "fills", FIELD_INT, F(fills), 0, NULL, "how many fills are booked", NULL, 0, 0, NULL },
	{ "last_trade", FIELD_INT, F(last_trade), 0, NULL, "the exchange's id of the last of them; -1: none", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(wire_step, member)
const struct field wire_step_fields[WIRE_STEP_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "id", FIELD_TEXT, F(id), 0, NULL, "the client order id", NULL, 0, 0, NULL },
	{ "number", FIELD_INT, F(number), 0, NULL, "of the order's steps", NULL, 0, 0, NULL },
	{ "step", FIELD_TEXT, F(step), 0, NULL, "what happened", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "when", NULL, 0, 0, NULL },
	{ "note", FIELD_TEXT, F(note), FIELD_NULL, NULL, "more about it", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(baseline, member)
const struct field baseline_fields[BASELINE_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "asset", FIELD_TEXT, F(asset), 0, NULL, "the coin", NULL, 0, 0, NULL },
	{ "qty", FIELD_DEC, F(qty), 0, "asset", "not ct's", NULL, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "last changed", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(block, member)
const struct field block_fields[BLOCK_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "id", FIELD_TEXT, F(id), 0, NULL, "hash of account, code and thing", NULL, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), FIELD_NULL, NULL, "the pair; null: every pair", NULL, 0, 0, NULL },
	{ "code", FIELD_TEXT, F(code), 0, NULL, "balance, order or protection", NULL, 0, 0, NULL },
	{ "thing", FIELD_TEXT, F(thing), 0, NULL, "the asset, or the client order id", NULL, 0, 0, NULL },
	{ "amount", FIELD_DEC, F(amount), FIELD_NULL, "asset", "what is there beyond the books", NULL, 0, 0, NULL },
	{ "status", FIELD_ENUM, F(status), 0, NULL, "open until a person settles it", block_statuses, 0, 0, NULL },
	{ "t_ms", FIELD_TIME, F(t_ms), 0, "ms UTC", "first seen", NULL, 0, 0, NULL },
	{ "message", FIELD_TEXT, F(message), 0, NULL, "what it is, for people", NULL, 0, 0, NULL },
	{ "settled_ms", FIELD_TIME, F(settled_ms), FIELD_NULL, "ms UTC", "when a person settled it", NULL, 0, 0, NULL },
	{ "settled_as", FIELD_TEXT, F(settled_as), FIELD_NULL, NULL, "deposit, withdraw, convert, manual or ignore", NULL, 0, 0, NULL },
	{ "settled_why", FIELD_TEXT, F(settled_why), FIELD_NULL, NULL, "the person's words", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(live_state, member)
const struct field live_state_fields[LIVE_STATE_FIELDS] = {
	{ "account", FIELD_TEXT, F(account), 0, NULL, "whose", NULL, 0, 0, NULL },
	{ "uid", FIELD_INT, F(uid), 0, NULL, "the exchange's id of the account; -1: not told", NULL, 0, 0, NULL },
	{ "opened_ms", FIELD_TIME, F(opened_ms), 0, "ms UTC", "first sync", NULL, 0, 0, NULL },
	{ "synced_ms", FIELD_TIME, F(synced_ms), FIELD_NULL, "ms UTC", "last complete sync", NULL, 0, 0, NULL },
};
