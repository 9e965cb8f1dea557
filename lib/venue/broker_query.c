/* The parameters of the request that is being built. */
#include <inttypes.h>
#include <string.h>

#include "venue/broker_dialect.h"
#include "venue/percent.h"

void query_start(struct broker *b)
{
	buf_clear(&b->query);
}

void query_text(struct broker *b, const char *name, const char *value)
{
	char *at;

	buf_addf(&b->query, "%s%s=", b->query.len ? "&" : "", name);
	at = buf_reserve(&b->query, 3 * strlen(value) + 1);
	if (at)
		b->query.len += percent_encode(value, at);
}

void query_int(struct broker *b, const char *name, int64_t value)
{
	buf_addf(&b->query, "%s%s=%" PRId64, b->query.len ? "&" : "", name, value);
}

void query_dec(struct broker *b, const char *name, dec value)
{
	char text[DEC_TEXT];
	size_t n = dec_format(value, text);

	while (text[n - 1] == '0')
		n--;
	if (text[n - 1] == '.')
		n--;
	text[n] = '\0';
	query_text(b, name, text);
}
