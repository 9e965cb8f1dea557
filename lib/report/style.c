/* What terminals show of a text, and how it is coloured. */
#include "report/table.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Enough of wcwidth for prices and names: combining marks take none, East Asian wide characters take two. */
static size_t char_width(unsigned long c)
{
	if (c >= 0x300 && c <= 0x36f)
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
		(c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) || (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff))
		return 2;
	return 1;
}

size_t text_width(const char *s)
{
	size_t width = 0;

	for (const unsigned char *p = (const unsigned char *)s; *p;) {
		unsigned long c = *p;
		int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

		c &= more ? 0x3fu >> more : 0xff;
		for (p++; more && (*p & 0xc0) == 0x80; more--)
			c = c << 6 | (*p++ & 0x3f);
		width += char_width(c);
	}
	return width;
}

const char *style_on(const struct style *s, int tint)
{
	return !s->colour || !tint ? "" : tint > 0 ? "\033[32m" : "\033[31m";
}

const char *style_strong(const struct style *s) { return s->colour ? "\033[1m" : ""; }
const char *style_faint(const struct style *s) { return s->colour ? "\033[2m" : ""; }
const char *style_off(const struct style *s) { return s->colour ? "\033[0m" : ""; }

void style_note(const struct style *s, struct buf *b)
{
	if (s->note)
		buf_addf(b, "%s[ %s ]%s\n", s->colour ? "\033[33m" : "", s->note, style_off(s));
}

void style_choose(struct style *s, bool to_stdout)
{
	const char *no_colour = getenv("NO_COLOR");

	setlocale(LC_CTYPE, "");
	s->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	s->colour = to_stdout && isatty(STDOUT_FILENO) && !(no_colour && *no_colour);
}
