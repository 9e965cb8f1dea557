#ifndef CT_MODEL_RECORD_H
#define CT_MODEL_RECORD_H

#include "core/buf.h"
#include "core/error.h"
#include "core/field.h"
#include "model/account.h"
#include "model/candle.h"
#include "model/position.h"
#include "model/receipt.h"
#include "model/signal.h"
#include "model/symbol.h"
#include "model/trade.h"
#include "model/trial.h"

/* The kinds of records that flow between programs; one table names them all. */
struct kind {
	const char *name;
	int version;
	const struct field *fields;
	size_t field_count;
	size_t size; /* of the C struct */
	const char *doc;
};

enum kind_id {
	KIND_SYMBOL, KIND_CANDLE, KIND_FUNDING, KIND_SIGNAL, KIND_DECISION, KIND_ORDER, KIND_TRADE, KIND_POSITION, KIND_BALANCE,
	KIND_TRANSFER, KIND_EQUITY, KIND_EVENT, KIND_RUN, KIND_METRIC, KIND_TRIAL, KIND_RECEIPT, KIND_COUNT
};
extern const struct kind kinds[KIND_COUNT]; /* indexed by kind_id */

const struct kind *kind_find(const char *name); /* NULL: none */

/* A record of any kind, as read from a line. */
struct record {
	const struct kind *kind;
	union {
		struct candle candle;
		struct symbol symbol;
		struct funding funding;
		struct signal signal;
		struct decision decision;
		struct order order;
		struct trade trade;
		struct position position;
		struct balance balance;
		struct transfer transfer;
		struct equity equity;
		struct event event;
		struct run run;
		struct metric metric;
		struct trial trial;
		struct receipt receipt;
	};
};

/* One line of any kind. ERR_DATA names field and value: unknown kind, unknown version, missing key, wrong type. */
enum err record_read(const char *line, size_t len, struct record *r, struct error *e);
/* The same where only one kind will do. *object is that kind's struct. */
enum err record_read_kind(const struct kind *k, const char *line, size_t len, void *object, struct error *e);
/* The same by the general parser, which takes any order of keys; candles have a faster one before it. */
enum err record_read_json(const struct kind *k, const char *line, size_t len, void *object, struct error *e);
/* A candle line, by the faster one first: both give the same. */
enum err candle_read(const char *line, size_t len, struct candle *c, struct error *e);

/* Whether it is a receipt or an event: these come among the candles of a stream, and who reads candles passes over them. */
bool record_is_beside(const char *line, size_t len);

/* `{"kind":…,"v":1,…}` and a LF. */
void record_write(const struct kind *k, const void *object, struct buf *b);
void candle_write(const struct candle *c, struct buf *b);

/* The kind's JSON Schema (2020-12). */
void record_schema(const struct kind *k, struct buf *b);

#endif
