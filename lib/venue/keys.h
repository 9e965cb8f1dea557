#ifndef CT_VENUE_KEYS_H
#define CT_VENUE_KEYS_H

#include "venue/sign.h"

/*
 * An account's key. accounts.json names where it is, never the key itself:
 *
 *   file:keys/main     a file that only its owner may read (0600 or less), relative to the folder of accounts.json
 *   env:CT_KEY_MAIN    an environment variable; it is wiped and removed once read, so that no child inherits it
 *   command:pass ct    what a command (sh -c) writes to its stdout within 30 s
 *
 * All three give the same text: the API key on the first line; after it the secret on one line (HMAC), or a PEM private
 * key (Ed25519). Blank lines do not count.
 *
 * In memory the text lies on pages of its own, locked against swapping, left out of core dumps, and wiped by keys_close.
 * Once a key was asked for, the process dumps no core and can't be traced by others of its user.
 */
struct keys;

/* ERR_CONFIG. Messages never hold any of what was read. */
enum err keys_open(const char *source, const char *config_dir, struct keys **k, struct error *e);
void keys_close(struct keys *k);

const char *keys_api(const struct keys *k); /* the API key, printable; goes into a header and nowhere else */
struct signer *keys_signer(const struct keys *k);
/* 16 hex digits that name the API key without telling it. */
const char *keys_name(const struct keys *k);

/* Checks the form of a source alone. ERR_CONFIG. */
enum err keys_check_source(const char *source, struct error *e);

#endif
