#ifndef CT_VENUE_SIGN_H
#define CT_VENUE_SIGN_H

#include <stddef.h>

#include "core/error.h"

/*
 * Signatures over the exact bytes that are sent: HMAC-SHA-256 (hex), or Ed25519 (base64, percent-encoded). The one file
 * that touches libcrypto.
 */
struct signer;

#define SIGNATURE_SIZE 272 /* bytes that hold a signature as it stands in a request, with its NUL */

/*
 * A text that begins "-----BEGIN" is a PEM private key (PKCS#8, unencrypted, Ed25519); any other is the secret of an HMAC
 * key. The HMAC secret stays where it is, the caller's, as long as the signer lives. ERR_CONFIG.
 */
enum err signer_new(const char *secret, size_t n, struct signer **s, struct error *e);
void signer_free(struct signer *s); /* wipes its own copies */

/* "hmac" or "ed25519". */
const char *signer_kind(const struct signer *s);

/* Returns the length. ERR_INTERNAL would be libcrypto's trouble: then 0. */
size_t signer_sign(struct signer *s, const char *payload, size_t n, char *out);

#endif
