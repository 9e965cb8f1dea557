#include "feed/bulk.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/utc.h"

#define ROW_BYTES 512 /* no row of a candle or payment is as long */
#define HEAD_BYTES 4096
#define NOON (12 * MS_HOUR)

/* As the archive spells it: "1mo" where the API has "1M". */
static const char *interval_text(int interval)
{
	return interval < 0 ? "fundingRate" : interval == INTERVAL_1MONTH ? "1mo" : interval_names[interval];
}

struct bulk_file bulk_file_at(int market, int interval, const char *symbol, bool daily, int64_t t_ms)
{
	struct bulk_file f = { .market = market, .interval = interval, .daily = daily };

	snprintf(f.symbol, sizeof f.symbol, "%s", symbol);
	f.first = daily ? utc_day(t_ms) : utc_month(t_ms);
	f.end = daily ? f.first + MS_DAY : utc_next_month(t_ms);
	return f;
}

static char *name_of(const struct bulk_file *f, const char *symbol, char *out, size_t size)
{
	char date[UTC_TEXT];

	utc_format_iso(f->first, date);
	snprintf(out, size, "%s-%s-%.*s", symbol, interval_text(f->interval), f->daily ? 10 : 7, date);
	return out;
}

char *bulk_name(const struct bulk_file *f, char *out)
{
	return name_of(f, f->symbol, out, BULK_NAME_SIZE);
}

char *bulk_path(const struct bulk_file *f, const char *symbol, char *out)
{
	const char *market = f->market == MARKET_UM ? "futures/um" : "spot", *s = symbol ? symbol : f->symbol;
	char name[3 * SYMBOL_SIZE + 32];

	name_of(f, s, name, sizeof name);
	if (f->interval < 0)
		snprintf(out, BULK_PATH_SIZE, "/data/%s/monthly/fundingRate/%s/%s.zip", market, s, name);
	else
		snprintf(out, BULK_PATH_SIZE, "/data/%s/%s/klines/%s/%s/%s.zip", market, f->daily ? "daily" : "monthly", s, interval_text(f->interval), name);
	return out;
}

/* The next part of a path into out; false: none, or it is too long. */
static bool part(const char **path, char *out, size_t size)
{
	size_t n;

	if (**path != '/')
		return false;
	n = strcspn(++*path, "/");
	if (n == 0 || n >= size)
		return false;
	memcpy(out, *path, n);
	out[n] = '\0';
	*path += n;
	return true;
}

bool bulk_path_read(const char *path, struct bulk_file *f, bool *checksum)
{
	char text[BULK_NAME_SIZE], again[BULK_PATH_SIZE], *date;
	const char *p = path;
	size_t n;
	int64_t t_ms;

	*f = (struct bulk_file){ .interval = -1 };
	if (!part(&p, text, sizeof text) || !part(&p, text, sizeof text))
		return false;
	f->market = strcmp(text, "futures") == 0 ? MARKET_UM : MARKET_SPOT;
	if ((f->market == MARKET_UM && !part(&p, text, sizeof text)) || !part(&p, text, sizeof text))
		return false;
	f->daily = strcmp(text, "daily") == 0;
	if (!part(&p, text, sizeof text) || !part(&p, f->symbol, sizeof f->symbol))
		return false;
	if (strcmp(text, "klines") == 0) {
		if (!part(&p, text, sizeof text))
			return false;
		f->interval = strcmp(text, "1mo") == 0 ? INTERVAL_1MONTH : interval_find(text);
		if (f->interval < 0)
			return false;
	}
	if (!part(&p, text, sizeof text) || *p)
		return false;
	date = strstr(text, ".zip");
	n = f->daily ? 10 : 7;
	if (!date || (size_t)(date - text) < n)
		return false;
	*checksum = strcmp(date, ".zip.CHECKSUM") == 0;
	*date = '\0';
	if (!utc_parse(date - n, TIME_NONE, &t_ms))
		return false;
	*f = bulk_file_at(f->market, f->interval, f->symbol, f->daily, t_ms);
	bulk_path(f, NULL, again); /* everything that was not looked at has to be as it would be written */
	n = strlen(again);
	return strncmp(again, path, n) == 0 && strcmp(path + n, *checksum ? ".CHECKSUM" : "") == 0;
}

int64_t bulk_published(const struct bulk_file *f)
{
	int64_t day = f->end / MS_DAY;

	/* day 4 was a Monday */
	return f->daily ? f->end + NOON : (day + (11 - day % 7) % 7) * MS_DAY + NOON;
}

int64_t bulk_bars(const struct bulk_file *f)
{
	int64_t length = f->interval < 0 ? MS_HOUR : f->interval == INTERVAL_1MONTH ? 28 * MS_DAY : interval_ms((enum interval)f->interval);

	return (f->end - f->first) / length + 1;
}

int64_t bulk_text_max(const struct bulk_file *f)
{
	return HEAD_BYTES + ROW_BYTES * bulk_bars(f);
}

enum err bulk_checksum_read(const char *text, size_t len, const char *name, char hex[DIGEST_HEX], struct error *e)
{
	size_t digits = 0, n = strlen(name);

	while (digits < len && digits < DIGEST_HEX && strchr("0123456789abcdefABCDEF", text[digits]) && text[digits])
		digits++;
	if (digits != DIGEST_HEX - 1 || len < digits + 2 || text[digits] != ' ' || (text[digits + 1] != ' ' && text[digits + 1] != '*'))
		return error_set(e, ERR_DATA, "not a line of a SHA-256 sum and a name");
	for (size_t i = 0; i < digits; i++)
		hex[i] = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] + ('a' - 'A')) : text[i];
	hex[digits] = '\0';
	text += digits + 2;
	len -= digits + 2;
	while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (len != n + 4 || memcmp(text, name, n) != 0 || memcmp(text + n, ".zip", 4) != 0)
		return error_set(e, ERR_DATA, "the sum is of another file than '%s.zip'", name);
	return OK;
}
