#include "feed/check.h"

#include <stdio.h>
#include <string.h>

#include "core/utc.h"

void check_init(struct check *check, check_report *report, void *ctx)
{
	*check = (struct check){ .report = report, .ctx = ctx };
}

static void found(struct check *check, struct check_finding *f)
{
	check->counts[f->fault]++;
	if (check->report)
		check->report(check->ctx, f);
}

static bool same_series(const struct candle *a, const struct candle *b)
{
	return a->market == b->market && a->interval == b->interval && strcmp(a->symbol, b->symbol) == 0;
}

static bool same_bar(const struct bar *a, const struct bar *b)
{
	return a->open_time == b->open_time && a->close_time == b->close_time && a->open == b->open && a->high == b->high && a->low == b->low
		&& a->close == b->close && a->volume == b->volume && a->quote_volume == b->quote_volume && a->trades == b->trades
		&& a->taker_buy_volume == b->taker_buy_volume && a->taker_buy_quote_volume == b->taker_buy_quote_volume;
}

static void report_gap(struct check *check, const struct candle *c, int64_t from)
{
	struct check_finding f = { .fault = CHECK_GAP, .candle = c, .from = from, .until = c->bar.open_time };
	char first[UTC_TEXT], next[UTC_TEXT];

	f.missing = interval_count((enum interval)c->interval, from, c->bar.open_time);
	snprintf(f.message, sizeof f.message, "%lld bar%s missing from %s, before %s", (long long)f.missing, f.missing == 1 ? "" : "s",
		utc_format(from, first), utc_format(c->bar.open_time, next));
	found(check, &f);
}

/* Not newer than the bar before: a duplicate, a conflict, or out of order. */
static void report_old(struct check *check, const struct candle *c)
{
	struct check_finding f = { .candle = c };
	char here[UTC_TEXT], before[UTC_TEXT];

	utc_format(c->bar.open_time, here);
	if (c->bar.open_time < check->last.bar.open_time) {
		f.fault = CHECK_ORDER;
		snprintf(f.message, sizeof f.message, "bar of %s comes after that of %s", here, utc_format(check->last.bar.open_time, before));
	} else if (same_bar(&c->bar, &check->last.bar)) {
		f.fault = CHECK_DUPLICATE;
		snprintf(f.message, sizeof f.message, "bar of %s comes twice", here);
	} else {
		f.fault = CHECK_CONFLICT;
		snprintf(f.message, sizeof f.message, "bar of %s comes again with other content", here);
	}
	found(check, &f);
}

static bool is_sound(struct check *check, const struct candle *c)
{
	struct check_finding f = { .fault = CHECK_IMPOSSIBLE, .candle = c };
	struct error e = { 0 };
	char here[UTC_TEXT];

	if (!candle_check(c, &e))
		return true;
	if (!interval_on_grid((enum interval)c->interval, c->bar.open_time))
		f.fault = CHECK_OFF_GRID;
	snprintf(f.message, sizeof f.message, "bar of %s: %s: %.150s", utc_format(c->bar.open_time, here), e.field, e.message);
	found(check, &f);
	return false;
}

bool check_candle(struct check *check, const struct candle *c)
{
	int64_t expected;

	check->seen++;
	if (check->started && !same_series(c, &check->last))
		check->started = false;
	if (!is_sound(check, c))
		return false;
	if (check->started && c->bar.open_time <= check->last.bar.open_time) {
		report_old(check, c);
		return false;
	}
	expected = interval_next((enum interval)c->interval, check->last.bar.open_time);
	if (check->started && c->bar.open_time > expected)
		report_gap(check, c, expected);
	check->last = *c;
	check->started = true;
	check->sound++;
	return true;
}
