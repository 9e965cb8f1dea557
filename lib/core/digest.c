#include "core/digest.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct digest {
	EVP_MD_CTX *evp;
	EVP_MD *sha256;
};

struct digest *digest_new(void)
{
	struct digest *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->evp = EVP_MD_CTX_new();
	d->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL); /* fetched once: a lookup by name costs more than a hash */
	if (!d->evp || !d->sha256 || !EVP_DigestInit_ex2(d->evp, d->sha256, NULL)) {
		digest_free(d);
		return NULL;
	}
	return d;
}

void digest_add(struct digest *d, const void *data, size_t n)
{
	EVP_DigestUpdate(d->evp, data, n);
}

void digest_field(struct digest *d, const char *text)
{
	uint32_t n = (uint32_t)strlen(text);
	unsigned char head[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8), (unsigned char)n };

	digest_add(d, head, sizeof head);
	digest_add(d, text, n);
}

void digest_hex(struct digest *d, char *hex)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char raw[DIGEST_BYTES];

	EVP_DigestFinal_ex(d->evp, raw, NULL);
	EVP_DigestInit_ex2(d->evp, d->sha256, NULL);
	for (int i = 0; i < DIGEST_BYTES; i++) {
		hex[2 * i] = digit[raw[i] >> 4];
		hex[2 * i + 1] = digit[raw[i] & 15];
	}
	hex[2 * DIGEST_BYTES] = '\0';
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->evp);
	EVP_MD_free(d->sha256);
	free(d);
}
