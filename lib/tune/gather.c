#include "tune/gather.h"

#include <string.h>

#include "core/prog.h"
#include "core/utc.h"

enum err gather_rules(void *ctx, const void *symbol, struct error *e)
{
	return terms_add(&((struct history *)ctx)->stored, symbol, e);
}

enum err gather_line(void *ctx, char *line, size_t len, struct error *e)
{
	struct record r;
	enum err rc = record_read(line, len, &r, e);

	if (rc)
		return rc;
	if (r.kind == &kinds[KIND_SYMBOL])
		return terms_add(&((struct history *)ctx)->given, &r.symbol, e);
	if (r.kind != &kinds[KIND_CANDLE])
		return OK;
	rc = prog_stopped(e);
	return rc ? rc : history_add(ctx, &r.candle, e);
}

void gather_cut(struct history *h, int64_t from, int64_t until)
{
	h->bars = 0;
	for (size_t i = 0; i < h->series_count; i++) {
		struct history_series *s = &h->series[i];
		size_t first = 0;

		while (first < s->count && from != TIME_NONE && s->bars[first].open_time < from)
			first++;
		while (s->count > first && until != TIME_NONE && s->bars[s->count - 1].open_time >= until)
			s->count--;
		s->count -= first;
		memmove(s->bars, s->bars + first, s->count * sizeof *s->bars);
		h->bars += s->count;
	}
}

enum err gather_check_rules(const struct history *h, const struct setup *setup, struct buf *told, struct error *e)
{
	const char *first = NULL;
	size_t unruled = 0, n;

	for (size_t i = 0; setup->risk.exchange_filters && i < h->series_count; i++)
		if (!history_rules(h, h->series[i].market, h->series[i].symbol, &n)) {
			first = first ? first : h->series[i].symbol;
			unruled++;
		}
	if (unruled && unruled == h->series_count)
		return error_set(e, ERR_NOINPUT, "the exchange's rules are known for no pair (of %zu), so nothing could be entered: ct-fetch symbols | ct-store put "
			"stores them, they may come on stdin too, and \"exchange_filters\":false in the risk file does without", unruled);
	if (unruled)
		buf_addf(told, "%sthe exchange's rules are not known for %zu of %zu pairs (%s%s), so that their entries are refused (gate status): "
			"ct-fetch symbols | ct-store put stores them", told->len ? "; " : "", unruled, h->series_count, first, unruled > 1 ? ", …" : "");
	return OK;
}

void gather_check_pairs(const struct history *h, const char (*symbols)[SYMBOL_SIZE], size_t count, struct buf *told)
{
	const char *first = NULL;
	size_t without = 0;

	for (size_t i = 0; i < count; i++)
		if (!history_has(h, symbols[i])) {
			first = first ? first : symbols[i];
			without++;
		}
	if (without)
		buf_addf(told, "%sthere is no candle of %zu of %zu pairs (%s%s)", told->len ? "; " : "", without, count, first, without > 1 ? ", …" : "");
}
