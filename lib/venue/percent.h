#ifndef CT_VENUE_PERCENT_H
#define CT_VENUE_PERCENT_H

#include <stddef.h>

/*
 * Percent-encodes everything but RFC 3986's unreserved bytes, upper-case hex: what is signed is what is sent, and names may be
 * Unicode. out holds 3 bytes for each of text, and a NUL; returns the length.
 */
size_t percent_encode(const char *text, char *out);

#endif
