#include "venue/percent.h"

#include <string.h>

size_t percent_encode(const char *text, char *out)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"; /* whatever the locale */
	char *to = out;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (strchr(unreserved, c)) {
			*to++ = *text;
			continue;
		}
		*to++ = '%';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	*to = '\0';
	return (size_t)(to - out);
}
