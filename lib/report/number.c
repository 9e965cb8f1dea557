#include "report/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Appends digits[0..n), the whole part grouped. */
static void add_grouped(struct buf *b, const char *digits)
{
	size_t whole, n = strlen(digits);

	if (*digits == '-') {
		buf_addc(b, '-');
		digits++;
		n--;
	}
	whole = strcspn(digits, ".");
	for (size_t i = 0; i < n; i++) {
		if (i && i < whole && (whole - i) % 3 == 0)
			buf_addc(b, ',');
		buf_addc(b, digits[i]);
	}
}

void number_real(struct buf *b, double v, int decimals)
{
	char digits[400];

	if (isnan(v))
		return;
	if (fabs(v) < 0.5 * pow(10, -decimals))
		v = 0; /* no "-0.00" */
	snprintf(digits, sizeof digits, "%.*f", decimals, v);
	add_grouped(b, digits);
}

void number_percent(struct buf *b, double fraction, int decimals)
{
	if (isnan(fraction))
		return;
	number_real(b, 100 * fraction, decimals);
	buf_addc(b, '%');
}

void number_price(struct buf *b, double v)
{
	double size = fabs(v);

	number_real(b, v, size >= 1000 ? 2 : size >= 1 ? 4 : size >= 0.01 ? 6 : 8);
}

void number_qty(struct buf *b, dec v)
{
	char digits[DEC_TEXT];
	size_t n;

	if (v == DEC_NONE)
		return;
	n = dec_format(v, digits);
	while (digits[n - 1] == '0')
		digits[--n] = '\0';
	if (digits[n - 1] == '.')
		digits[--n] = '\0';
	add_grouped(b, digits);
}

void number_duration(struct buf *b, double days)
{
	if (isnan(days))
		return;
	number_real(b, days < 1 ? 24 * days : days, days >= 10 ? 0 : 1);
	buf_addc(b, days < 1 ? 'h' : 'd');
}

void text_trim_zeros(char *number)
{
	char *end = number + strlen(number);

	if (!strchr(number, '.'))
		return;
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		*--end = '\0';
}
