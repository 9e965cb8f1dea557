/* The public part of /api/v3: the time, and candles. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/utc.h"
#include "sim/spot.h"

void sim_get_ping(const struct sim_request *q, struct sim_answer *a)
{
	(void)q;
	buf_adds(&a->body, "{}");
}

void sim_get_time(const struct sim_request *q, struct sim_answer *a)
{
	int64_t skew_ms = q->fault && q->fault->kind == SIM_FAULT_SKEW ? q->fault->skew_ms : 0;

	buf_addf(&a->body, "{\"serverTime\":%" PRId64 "}", sim_time(q, q->now_ms + skew_ms));
}

/* "0", "8", "-1:00", "05:45": hours and minutes from UTC, -12:00 to +14:00. */
static bool read_time_zone(const struct sim_request *q, int64_t *shift_ms, struct sim_answer *a)
{
	char text[12], *p = text, *end;
	long hours, minutes = 0, sign = 1;

	*shift_ms = 0;
	if (!sim_param(q, "timeZone"))
		return true;
	if (sim_param_text(q, "timeZone", text, sizeof text)) {
		if (*p == '-' || *p == '+')
			sign = *p++ == '-' ? -1 : 1;
		hours = strtol(p, &end, 10);
		if (*p >= '0' && *p <= '9' && end - p <= 2 && *end == ':' && strspn(end + 1, "0123456789") == 2 && !end[3])
			minutes = strtol(end + 1, &end, 10);
		*shift_ms = sign * (hours * MS_HOUR + minutes * MS_MINUTE);
		if (*p >= '0' && *p <= '9' && !*end && minutes < 60 && *shift_ms >= -12 * MS_HOUR && *shift_ms <= 14 * MS_HOUR)
			return true;
	}
	sim_refuse(a, 400, -1130, "Data sent for parameter 'timeZone' is not valid.");
	return false;
}

bool sim_param_interval(const struct sim_request *q, enum interval *interval, struct sim_answer *a)
{
	char name[8];
	int found;

	if (!sim_param(q, "interval") || sim_param(q, "interval")->len == 0) {
		sim_refuse(a, 400, -1102, "Mandatory parameter 'interval' was not sent, was empty/null, or malformed.");
		return false;
	}
	found = sim_param_text(q, "interval", name, sizeof name) ? interval_find(name) : -1;
	if (found < 0)
		sim_refuse(a, 400, -1120, "Invalid interval.");
	*interval = (enum interval)found;
	return found >= 0;
}

static bool read_window(const struct sim_request *q, struct sim_window *w, struct sim_answer *a)
{
	int64_t limit;

	if (!sim_param_time(q, "startTime", &w->start_ms, a) || !sim_param_time(q, "endTime", &w->end_ms, a) || !sim_param_count(q, "limit", 500, &limit, a)
		|| !read_time_zone(q, &w->shift_ms, a))
		return false;
	if (limit == 0) {
		sim_refuse(a, 400, -1130, "Data sent for parameter 'limit' is not valid.");
		return false;
	}
	w->limit = limit > SIM_KLINES_MAX ? SIM_KLINES_MAX : (size_t)limit;
	return true;
}

static void add_decimal(struct buf *b, dec v)
{
	char text[DEC_TEXT];

	dec_format(v == DEC_NONE ? 0 : v, text);
	buf_addf(b, ",\"%s\"", text);
}

/* wrong_length leaves the last element out. */
static void add_row(const struct sim_request *q, const struct bar *b, bool wrong_length, struct buf *out)
{
	int64_t close_time = q->micros ? (b->close_time + 1) * 1000 - 1 : b->close_time;

	buf_addf(out, "[%" PRId64, sim_time(q, b->open_time));
	add_decimal(out, b->open);
	add_decimal(out, b->high);
	add_decimal(out, b->low);
	add_decimal(out, b->close);
	add_decimal(out, b->volume);
	buf_addf(out, ",%" PRId64, close_time);
	add_decimal(out, b->quote_volume);
	buf_addf(out, ",%" PRId64, b->trades == INT_NONE ? 0 : b->trades);
	add_decimal(out, b->taker_buy_volume);
	add_decimal(out, b->taker_buy_quote_volume);
	buf_adds(out, wrong_length ? "]" : ",\"0\"]");
}

/* The rows; a fault that is about candles spoils the one in the middle. */
static void add_rows(const struct sim_request *q, struct bar *bars, size_t n, struct buf *out)
{
	int kind = q->fault ? q->fault->kind : -1;
	const char *comma = "";

	buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		struct bar *b = &bars[i];
		bool spoiled = i == n / 2;

		if (spoiled && kind == SIM_FAULT_GAP)
			continue;
		if (spoiled && kind == SIM_FAULT_IMPOSSIBLE)
			b->high = b->low - 1;
		if (spoiled && kind == SIM_FAULT_OFF_GRID)
			b->open_time += MS_SECOND;
		for (int times = spoiled && kind == SIM_FAULT_DUPLICATE ? 2 : 1; times > 0; times--) {
			buf_adds(out, comma);
			add_row(q, b, kind == SIM_FAULT_WRONG_LENGTH, out);
			comma = ",";
		}
	}
	buf_addc(out, ']');
}

void sim_answer_klines(const struct sim_request *q, const char *symbol, enum interval interval, const struct sim_window *w, struct sim_answer *a)
{
	struct sim_market *m = q->state->market;
	struct bar *bars = malloc(w->limit * sizeof *bars);
	struct error e = { 0 };
	int64_t now_ms = q->now_ms;
	size_t n = 0;
	int pair = sim_market_find(m, symbol);
	enum err rc = bars ? OK : error_memory(&e);

	if (q->fault && q->fault->kind == SIM_FAULT_LATE) /* as the exchange is when it closes a bar late */
		now_ms = q->fault->delay_ms ? now_ms - q->fault->delay_ms : interval_floor(interval, now_ms) - 1;
	if (!rc && pair >= 0) /* a pair of the captured exchangeInfo may have no candles */
		rc = sim_klines(m, (size_t)pair, interval, w, now_ms, bars, &n, &e);
	if (rc)
		sim_fail(q, a, &e);
	else
		add_rows(q, bars, n, &a->body);
	free(bars);
}

void sim_get_klines(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_window w;
	char symbol[SYMBOL_SIZE];
	enum interval interval;

	if (sim_param_symbol(q, "symbol", symbol, a) && sim_param_interval(q, &interval, a) && read_window(q, &w, a))
		sim_answer_klines(q, symbol, interval, &w, a);
}
