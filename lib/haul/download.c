#include "haul/download.h"

#include <stdio.h>
#include <string.h>

#include "venue/percent.h"

#define TRIES 2

static void on_sum(struct call *call, enum err rc, const char *body, size_t len, struct error *e);
static void on_zip(struct call *call, enum err rc, const char *body, size_t len, struct error *e);

static void ask(struct download *d, enum download_state state)
{
	char symbol[3 * SYMBOL_SIZE], path[BULK_PATH_SIZE];

	percent_encode(d->file.symbol, symbol);
	snprintf(d->call.path, sizeof d->call.path, "%s%s", bulk_path(&d->file, symbol, path), state == DOWNLOAD_SUM ? ".CHECKSUM" : "");
	d->state = state;
	d->call.keeps = true;
	d->call.done = state == DOWNLOAD_SUM ? on_sum : on_zip;
	caller_add(d->caller, &d->call);
}

static void bad(struct download *d, const struct error *why)
{
	d->why = *why;
	d->state = DOWNLOAD_BAD;
}

static void not_had(struct download *d, const struct error *why)
{
	d->why = *why;
	d->state = d->call.status == 404 ? DOWNLOAD_MISSING : why->code == ERR_PROTOCOL ? DOWNLOAD_BAD : DOWNLOAD_FAILED;
}

static void again_or_bad(struct download *d, const struct error *why)
{
	if (++d->tries < TRIES)
		ask(d, DOWNLOAD_SUM);
	else
		bad(d, why);
}

static struct download *download_of(struct call *call)
{
	return (struct download *)call; /* its first member */
}

static void on_sum(struct call *call, enum err rc, const char *body, size_t len, struct error *e)
{
	struct download *d = download_of(call);
	char name[BULK_NAME_SIZE], message[sizeof e->message];
	struct error why;

	if (rc) {
		not_had(d, e);
	} else if (bulk_checksum_read(body, len, bulk_name(&d->file, name), d->sha256, &why)) {
		snprintf(message, sizeof message, "its CHECKSUM: %s", why.message);
		error_set(&why, ERR_DATA, "%s", message);
		again_or_bad(d, &why);
	} else {
		ask(d, DOWNLOAD_ZIP);
	}
}

static void on_zip(struct call *call, enum err rc, const char *body, size_t len, struct error *e)
{
	struct download *d = download_of(call);
	struct digest *digest = digest_new();
	struct error why = { 0 };
	char hex[DIGEST_HEX];

	if (rc || !digest) {
		if (!rc)
			error_memory(e);
		not_had(d, e);
		digest_free(digest);
		return;
	}
	digest_add(digest, body, len);
	digest_hex(digest, hex);
	digest_free(digest);
	if (strcmp(hex, d->sha256) == 0) {
		d->state = DOWNLOAD_READY;
		return;
	}
	error_set(&why, ERR_DATA, "its SHA-256 is %.16s…, its CHECKSUM says %.16s…", hex, d->sha256);
	again_or_bad(d, &why);
}

void download_start(struct download *d, struct caller *caller, const struct bulk_file *file)
{
	d->caller = caller;
	d->file = *file;
	d->tries = 0;
	ask(d, DOWNLOAD_SUM);
}

bool download_is_under_way(const struct download *d)
{
	return d->state == DOWNLOAD_SUM || d->state == DOWNLOAD_ZIP;
}

void download_clear(struct download *d)
{
	buf_release(&d->call.body);
	d->state = DOWNLOAD_IDLE;
}
