#include "sim/auth.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#define KEY_DER_MAX 1024
#define SIGNATURE_MAX 1024 /* bytes of RSA with 8192 bits */

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool sim_hmac_verify(const char *secret, const void *payload, size_t n, const char *signature, size_t len)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	int wrong = 0;

	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), payload, n, mac, &size) || len != 2 * (size_t)size)
		return false;
	for (unsigned i = 0; i < size; i++)
		wrong |= nibble(signature[2 * i]) != mac[i] >> 4 || nibble(signature[2 * i + 1]) != (mac[i] & 15);
	return !wrong;
}

static int sextet(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Strict: padded to four characters, nothing but digits. Returns the number of bytes, 0: not base64 or too long. */
static size_t base64_decode(const char *text, size_t len, unsigned char *out, size_t max)
{
	size_t n = 0, pad = 0;

	if (len == 0 || len % 4 || len / 4 * 3 > max)
		return 0;
	while (pad < 2 && text[len - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < len; i += 4) {
		unsigned v = 0;

		for (size_t k = i; k < i + 4; k++) {
			int digit = k >= len - pad ? 0 : sextet(text[k]);

			if (digit < 0)
				return 0;
			v = v << 6 | (unsigned)digit;
		}
		out[n++] = (unsigned char)(v >> 16);
		out[n++] = (unsigned char)(v >> 8);
		out[n++] = (unsigned char)v;
	}
	return n - pad;
}

struct sim_public_key {
	EVP_PKEY *evp;
};

/* The base64 in a PEM, without its frame and line ends; any other text as it is. */
static size_t bare_base64(const char *text, char *out, size_t max)
{
	const char *begin = strstr(text, "-----BEGIN PUBLIC KEY-----"), *end = strstr(text, "-----END");
	size_t n = 0;

	text = begin ? begin + strlen("-----BEGIN PUBLIC KEY-----") : text;
	for (; *text && text != end && n < max; text++)
		if (!strchr(" \t\r\n", *text))
			out[n++] = *text;
	return n;
}

enum err sim_public_key_new(const char *text, struct sim_public_key **key, struct error *e)
{
	char base64[KEY_DER_MAX * 4 / 3];
	unsigned char der[KEY_DER_MAX];
	const unsigned char *at = der;
	size_t n = base64_decode(base64, bare_base64(text, base64, sizeof base64), der, sizeof der);
	EVP_PKEY *evp = n ? d2i_PUBKEY(NULL, &at, (long)n) : NULL;

	if (!evp || (EVP_PKEY_base_id(evp) != EVP_PKEY_ED25519 && EVP_PKEY_base_id(evp) != EVP_PKEY_RSA)) {
		EVP_PKEY_free(evp);
		return error_set(e, ERR_CONFIG, "not an Ed25519 or RSA public key in PEM or base64");
	}
	*key = malloc(sizeof **key);
	if (!*key) {
		EVP_PKEY_free(evp);
		return error_memory(e);
	}
	(*key)->evp = evp;
	return OK;
}

void sim_public_key_free(struct sim_public_key *key)
{
	if (key)
		EVP_PKEY_free(key->evp);
	free(key);
}

bool sim_public_key_verify(const struct sim_public_key *key, const void *payload, size_t n, const char *signature, size_t len)
{
	unsigned char raw[SIGNATURE_MAX];
	size_t size = base64_decode(signature, len, raw, sizeof raw);
	const EVP_MD *md = EVP_PKEY_base_id(key->evp) == EVP_PKEY_RSA ? EVP_sha256() : NULL;
	EVP_MD_CTX *ctx = size ? EVP_MD_CTX_new() : NULL;
	bool good = ctx && EVP_DigestVerifyInit(ctx, NULL, md, NULL, key->evp) == 1 && EVP_DigestVerify(ctx, raw, size, payload, n) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}
