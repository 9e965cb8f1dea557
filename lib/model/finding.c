#include "model/finding.h"

static const char *const faults[FAULT_COUNT + 1] = { "outage", "absent", "hole", "impossible", "invented", "differs", "receipt", NULL };

#define F(member) FIELD(finding, member)

static const struct field finding_fields[] = {
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "interval", FIELD_ENUM, F(interval), FIELD_NULL, NULL, "length of the bar; null: funding", interval_names, 0, 0, NULL },
	{ "fault", FIELD_ENUM, F(fault), 0, NULL, "missing while the exchange was closed; missing, and the exchange has none either; missing; a bar that no market prints; one from while the exchange was "
		"closed; one that its shorter bars contradict; rows and receipts that do not match", faults, 0, 0, NULL },
	{ "known", FIELD_BOOL, F(known), 0, NULL, "whether the exchange's own data are so, and nothing is to be repaired", NULL, 0, 0, NULL },
	{ "from", FIELD_TIME, F(from), 0, "ms UTC", "open or funding time of the first", NULL, 0, 0, NULL },
	{ "until", FIELD_TIME, F(until), 0, "ms UTC", "open or funding time after the last", NULL, 0, 0, NULL },
	{ "rows", FIELD_INT, F(rows), 0, NULL, "how many bars or payments", NULL, 0, 0, NULL },
	{ "asked", FIELD_TIME, F(asked), FIELD_NULL, "ms UTC", "when the exchange answered that it has none; null: of other faults", NULL, 0, 0, NULL },
	{ "message", FIELD_TEXT, F(message), 0, NULL, "for people", NULL, 0, 0, NULL },
};

#undef F
#define F(member) FIELD(verified, member)

static const struct field verified_fields[] = {
	{ "market", FIELD_ENUM, F(market), 0, NULL, "where the pair trades", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), 0, NULL, "the pair", NULL, 0, 0, NULL },
	{ "interval", FIELD_ENUM, F(interval), FIELD_NULL, NULL, "length of the bar; null: funding", interval_names, 0, 0, NULL },
	{ "first", FIELD_TIME, F(first), 0, "ms UTC", "open or funding time of the first row", NULL, 0, 0, NULL },
	{ "last", FIELD_TIME, F(last), 0, "ms UTC", "open or funding time of the last row", NULL, 0, 0, NULL },
	{ "rows", FIELD_INT, F(rows), 0, NULL, "bars or payments stored", NULL, 0, 0, NULL },
	{ "outages", FIELD_INT, F(outages), 0, "bars", "missing while the exchange was closed", NULL, 0, 0, NULL },
	{ "absent", FIELD_INT, F(absent), 0, "bars", "missing at the exchange too", NULL, 0, 0, NULL },
	{ "holes", FIELD_INT, F(holes), 0, "bars", "missing otherwise", NULL, 0, 0, NULL },
	{ "cut_short", FIELD_INT, F(cut_short), 0, "bars", "that end before their regular end", NULL, 0, 0, NULL },
	{ "bad", FIELD_INT, F(bad), 0, "bars", "impossible, invented, contradicted, or without a receipt", NULL, 0, 0, NULL },
	{ "receipts", FIELD_INT, F(receipts), 0, NULL, "of the series", NULL, 0, 0, NULL },
	{ "validated", FIELD_INT, F(validated), FIELD_NULL, "bars", "that are marked so now; null: funding", NULL, 0, 0, NULL },
	{ "sound", FIELD_BOOL, F(sound), 0, NULL, "whether there is no hole, nothing bad, and every receipt holds", NULL, 0, 0, NULL },
};

#define KIND(NAME, TYPE, FIELDS, DOC) { NAME, 1, FIELDS, sizeof FIELDS / sizeof *FIELDS, sizeof(struct TYPE), DOC }

const struct kind finding_kind = KIND("finding", finding, finding_fields, "what ct-store verify found in stored candles or funding payments");
const struct kind verified_kind = KIND("verified", verified, verified_fields, "one series that ct-store verify looked at");
