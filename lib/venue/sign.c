#include "venue/sign.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HMAC_BYTES 32
#define ED25519_BYTES 64
#define PEM_BEGIN "-----BEGIN PRIVATE KEY-----"

struct signer {
	const char *secret; /* HMAC */
	size_t secret_len;
	EVP_PKEY *key;      /* Ed25519; NULL: HMAC */
};

/* PKCS#8 of an Ed25519 key: this, with 0 or 1 as the version, and the seed. Version 1 has the public key behind it. */
static const unsigned char pkcs8[] = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 };

#define PKCS8_LENGTH 1 /* places of what differs between the versions */
#define PKCS8_VERSION 4
#define PKCS8_OID 7
#define SEED_BYTES 32

static enum err take_seed(struct signer *s, const unsigned char *der, size_t n, struct error *e)
{
	unsigned char head[sizeof pkcs8];

	if (n < sizeof pkcs8 + SEED_BYTES)
		return error_set(e, ERR_CONFIG, "the private key is cut off");
	memcpy(head, der, sizeof head);
	if (head[PKCS8_VERSION] == 1 && head[PKCS8_LENGTH] == 0x51) {
		head[PKCS8_VERSION] = pkcs8[PKCS8_VERSION];
		head[PKCS8_LENGTH] = pkcs8[PKCS8_LENGTH];
	}
	if (memcmp(head, pkcs8, sizeof pkcs8) != 0)
		return error_set(e, ERR_CONFIG, "the private key is not an Ed25519 key (RSA and others are not supported)");
	s->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, der + sizeof pkcs8, SEED_BYTES);
	return s->key ? OK : error_set(e, ERR_CONFIG, "the private key cannot be used");
}

/*
 * Read here, and not by libcrypto's PEM reader, as that leaves copies of the text in freed memory. Long keys (RSA) are read as
 * far as it takes to know them.
 */
static enum err read_pem(struct signer *s, const char *pem, size_t n, struct error *e)
{
	unsigned char base64[128], der[sizeof base64];
	const char *p = pem + strlen(PEM_BEGIN), *end = pem + n;
	size_t len = 0;
	int got;
	enum err rc;

	for (; p < end && len < sizeof base64 && *p != '-'; p++)
		if (!isspace((unsigned char)*p))
			base64[len++] = (unsigned char)*p;
	got = len % 4 == 0 ? EVP_DecodeBlock(der, base64, (int)len) : -1;
	rc = got < 0 ? error_set(e, ERR_CONFIG, "the private key is not PEM") : take_seed(s, der, (size_t)got, e);
	OPENSSL_cleanse(base64, sizeof base64);
	OPENSSL_cleanse(der, sizeof der);
	return rc;
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
	else if (n >= strlen("-----BEGIN") && memcmp(secret, "-----BEGIN", strlen("-----BEGIN")) == 0)
		rc = error_set(e, ERR_CONFIG, "the private key has to be PKCS#8 without a passphrase ('BEGIN PRIVATE KEY')");
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
