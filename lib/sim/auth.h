#ifndef CT_SIM_AUTH_H
#define CT_SIM_AUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

/*
 * Signatures as the exchange verifies them, over the exact bytes that arrived. Written apart from what signs (lib/venue),
 * so that a mistake there meets no twin here.
 */

/* HMAC-SHA-256 in hex, of either case. signature need not end in a NUL. */
bool sim_hmac_verify(const char *secret, const void *payload, size_t n, const char *signature, size_t len);

/* An Ed25519 or RSA public key. */
struct sim_public_key;

/* From PEM, or the base64 of its DER (SubjectPublicKeyInfo). ERR_CONFIG: neither. The caller frees. */
enum err sim_public_key_new(const char *text, struct sim_public_key **key, struct error *e);
void sim_public_key_free(struct sim_public_key *key);

/* The signature in base64: Ed25519 over the payload itself, RSA (PKCS #1 v1.5) over its SHA-256. */
bool sim_public_key_verify(const struct sim_public_key *key, const void *payload, size_t n, const char *signature, size_t len);

#endif
