#include "venue/sign.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HMAC_BYTES 32
#define ED25519_BYTES 64
#define PEM_BEGIN "-----BEGIN"

struct signer {
	const char *secret; /* HMAC */
	size_t secret_len;
	EVP_PKEY *key;      /* Ed25519; NULL: HMAC */
};

/* An encrypted key would ask for its passphrase on the terminal. */
static int no_passphrase(char *out, int size, int writing, void *ctx)
{
	(void)out, (void)size, (void)writing, (void)ctx;
	return 0;
}

static enum err read_pem(struct signer *s, const char *pem, size_t n, struct error *e)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)n);

	if (!bio)
		return error_memory(e);
	s->key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (!s->key)
		return error_set(e, ERR_CONFIG, "the private key cannot be read: it has to be PEM (PKCS#8) without a passphrase");
	if (EVP_PKEY_get_id(s->key) != EVP_PKEY_ED25519)
		return error_set(e, ERR_CONFIG, "the private key is not an Ed25519 key (RSA is not supported)");
	return OK;
}

enum err signer_new(const char *secret, size_t n, struct signer **out, struct error *e)
{
	struct signer *s = calloc(1, sizeof *s);
	enum err rc = OK;

	*out = NULL;
	if (!s)
		return error_memory(e);
	s->secret = secret;
	s->secret_len = n;
	if (n > strlen(PEM_BEGIN) && memcmp(secret, PEM_BEGIN, strlen(PEM_BEGIN)) == 0)
		rc = read_pem(s, secret, n, e);
	if (rc)
		signer_free(s);
	else
		*out = s;
	return rc;
}

void signer_free(struct signer *s)
{
	if (!s)
		return;
	EVP_PKEY_free(s->key); /* clears what it held */
	free(s);
}

const char *signer_kind(const struct signer *s)
{
	return s->key ? "ed25519" : "hmac";
}

static size_t sign_hmac(const struct signer *s, const char *payload, size_t n, char *out)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char mac[HMAC_BYTES];
	unsigned len = 0;

	if (!HMAC(EVP_sha256(), s->secret, (int)s->secret_len, (const unsigned char *)payload, n, mac, &len) || len != sizeof mac)
		return 0;
	for (size_t i = 0; i < sizeof mac; i++) {
		out[2 * i] = hex[mac[i] >> 4];
		out[2 * i + 1] = hex[mac[i] & 15];
	}
	out[2 * sizeof mac] = '\0';
	return 2 * sizeof mac;
}

static size_t sign_ed25519(const struct signer *s, const char *payload, size_t n, char *out)
{
	unsigned char raw[ED25519_BYTES], text[4 * (ED25519_BYTES + 2) / 3 + 1];
	size_t len = sizeof raw, at = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, s->key) == 1 && EVP_DigestSign(ctx, raw, &len, (const unsigned char *)payload, n) == 1
		&& len == sizeof raw;

	EVP_MD_CTX_free(ctx);
	if (!ok)
		return 0;
	EVP_EncodeBlock(text, raw, sizeof raw);
	for (const unsigned char *p = text; *p; p++) {
		const char *coded = *p == '+' ? "%2B" : *p == '/' ? "%2F" : *p == '=' ? "%3D" : NULL;

		if (coded) {
			memcpy(out + at, coded, 3);
			at += 3;
		} else {
			out[at++] = (char)*p;
		}
	}
	out[at] = '\0';
	return at;
}

size_t signer_sign(struct signer *s, const char *payload, size_t n, char *out)
{
	return s->key ? sign_ed25519(s, payload, n, out) : sign_hmac(s, payload, n, out);
}
