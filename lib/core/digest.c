#define OPENSSL_SUPPRESS_DEPRECATED /* the plain calls: through EVP a hash of a short text costs three times as much */
#include "core/digest.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Short pieces are gathered first: the calls cost more than the hash of what they bring. */
struct digest {
	SHA256_CTX sha;
	bool counts;
	uint64_t number; /* the last one */
	size_t gathered;
	unsigned char piece[256];
};

struct digest *digest_new(void)
{
	struct digest *d = calloc(1, sizeof *d);

	if (d)
		SHA256_Init(&d->sha);
	return d;
}

struct digest *digest_counter(void)
{
	struct digest *d = calloc(1, sizeof *d);

	if (d)
		d->counts = true;
	return d;
}

bool digest_counts(const struct digest *d)
{
	return d->counts;
}

static void flush(struct digest *d)
{
	SHA256_Update(&d->sha, d->piece, d->gathered);
	d->gathered = 0;
}

void digest_add(struct digest *d, const void *data, size_t n)
{
	if (d->counts)
		return;
	if (d->gathered + n > sizeof d->piece)
		flush(d);
	if (n > sizeof d->piece) {
		SHA256_Update(&d->sha, data, n);
		return;
	}
	memcpy(d->piece + d->gathered, data, n);
	d->gathered += n;
}

void digest_field(struct digest *d, const char *text)
{
	digest_add(d, text, strlen(text) + 1);
}

/* 32 bits as eight letters, a to p, in one word: texts that are put together from bytes are slow to read back. */
static uint64_t letters(uint64_t v)
{
	v = (v | v << 16) & 0x0000ffff0000ffff;
	v = (v | v << 8) & 0x00ff00ff00ff00ff;
	v = (v | v << 4) & 0x0f0f0f0f0f0f0f0f;
	return v + 0x6161616161616161;
}

void digest_take(struct digest *d, char *hex, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char raw[DIGEST_BYTES];

	flush(d);
	SHA256_Final(raw, &d->sha);
	SHA256_Init(&d->sha);
	for (size_t i = 0; i + 1 < n; i += 2) {
		hex[i] = digit[raw[i / 2] >> 4];
		hex[i + 1] = digit[raw[i / 2] & 15];
	}
	if (n % 2)
		hex[n - 1] = digit[raw[n / 2] >> 4];
}

void digest_number(struct digest *d, char *text)
{
	const uint64_t words[2] = { letters(++d->number & UINT32_MAX), letters(d->number >> 32) };

	memcpy(text, words, sizeof words);
	text[sizeof words] = '\0';
}

void digest_hex(struct digest *d, char *hex)
{
	digest_take(d, hex, DIGEST_HEX - 1);
	hex[DIGEST_HEX - 1] = '\0';
}

void digest_free(struct digest *d)
{
	free(d);
}

enum err digest_file(const char *path, char *hex, struct error *e)
{
	FILE *file = fopen(path, "rb");
	char piece[1 << 16];
	struct digest *d;
	enum err rc = OK;
	size_t n;

	if (!file)
		return error_set(e, ERR_NOINPUT, "cannot open '%s': %s", path, strerror(errno));
	d = digest_new();
	while (d && (n = fread(piece, 1, sizeof piece, file)) > 0)
		digest_add(d, piece, n);
	if (!d)
		rc = error_memory(e);
	else if (ferror(file))
		rc = error_set(e, ERR_IO, "cannot read '%s': %s", path, strerror(errno));
	else
		digest_hex(d, hex);
	digest_free(d);
	fclose(file);
	return rc;
}
