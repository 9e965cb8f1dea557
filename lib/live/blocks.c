/* Blocks: what is not explained is a row, an alarm, and no entries, until a person has spoken. */
#include <stdarg.h>
#include <stdio.h>

#include "core/digest.h"
#include "core/utc.h"
#include "live/inside.h"

static void name_block(struct live *l, const char *code, const char *thing, struct block *k)
{
	struct digest *d = l->d->setup.digest;
	char hex[DIGEST_HEX];

	*k = (struct block){ .amount = DEC_NONE, .settled_ms = TIME_NONE };
	snprintf(k->account, sizeof k->account, "%s", l->d->setup.label);
	snprintf(k->code, sizeof k->code, "%s", code);
	snprintf(k->thing, sizeof k->thing, "%s", thing);
	digest_field(d, "block");
	digest_field(d, k->account);
	digest_field(d, code);
	digest_field(d, thing);
	digest_hex(d, hex);
	snprintf(k->id, sizeof k->id, "b%.24s", hex);
}

enum err live_ignored(struct live *l, const char *code, const char *thing, bool *ignored, struct error *e)
{
	struct block k;
	bool found;
	enum err rc;

	name_block(l, code, thing, &k);
	rc = store_get(l->d->store, STORE_BLOCK, &k, &found, e);
	*ignored = !rc && found && k.status == BLOCK_IGNORED;
	return rc;
}

enum err live_block(struct live *l, const char *code, const char *symbol, const char *thing, dec amount, struct error *e, const char *format, ...)
{
	struct block k, was;
	char event[48];
	bool found;
	va_list ap;
	enum err rc;

	name_block(l, code, thing, &k);
	was = k;
	rc = store_get(l->d->store, STORE_BLOCK, &was, &found, e);
	if (rc)
		return rc;
	if (found && was.status == BLOCK_OPEN && was.amount == amount)
		return OK;
	snprintf(k.symbol, sizeof k.symbol, "%s", symbol);
	k.amount = amount;
	k.status = BLOCK_OPEN;
	k.t_ms = found && was.status == BLOCK_OPEN ? was.t_ms : live_now(l);
	va_start(ap, format);
	vsnprintf(k.message, sizeof k.message, format, ap);
	va_end(ap);
	snprintf(event, sizeof event, "desk.%s", code);
	rc = store_put_row(l->d->store, STORE_BLOCK, &k, NULL, e);
	return rc ? rc : engine_event(&l->d->engine, EVENT_ALARM, event, symbol, live_now(l), e, "%s", k.message);
}
