#define OPENSSL_SUPPRESS_DEPRECATED /* the plain calls: through EVP a hash of a short text costs three times as much */
#include "core/digest.h"

#include <openssl/sha.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct digest {
	SHA256_CTX sha;
	bool counts;
	uint64_t count;
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

void digest_add(struct digest *d, const void *data, size_t n)
{
	if (!d->counts)
		SHA256_Update(&d->sha, data, n);
}

void digest_field(struct digest *d, const char *text)
{
	size_t n = strlen(text);
	unsigned char head[4 + 64];

	if (d->counts)
		return;
	for (int i = 0; i < 4; i++)
		head[i] = (unsigned char)(n >> (24 - 8 * i));
	if (n <= sizeof head - 4) {
		memcpy(head + 4, text, n);
		digest_add(d, head, 4 + n);
		return;
	}
	digest_add(d, head, 4);
	digest_add(d, text, n);
}

void digest_take(struct digest *d, char *hex, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char raw[DIGEST_BYTES];

	if (d->counts) {
		memset(hex, '0', n);
		for (uint64_t c = ++d->count; c; c >>= 4) /* the lowest first: there they differ */
			*hex++ = digit[c & 15];
		return;
	}
	SHA256_Final(raw, &d->sha);
	SHA256_Init(&d->sha);
	for (size_t i = 0; i < n; i++)
		hex[i] = digit[i % 2 ? raw[i / 2] & 15 : raw[i / 2] >> 4];
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
