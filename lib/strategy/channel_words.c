#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "core/dec.h"
#include "core/real.h"
#include "strategy/channel.h"

/* What one conversion gives: %s, %c, %lld, %.Ng, %% are all there are. *f is moved onto its last letter. */
static const char *convert(const char **f, va_list *ap, char scratch[REAL_TEXT])
{
	int digits = 0;

	switch (**f) {
	case 's': return va_arg(*ap, const char *);
	case 'c': scratch[0] = (char)va_arg(*ap, int); break;
	case 'l':
		*f += 2;
		*digits_put(scratch, (uint64_t)va_arg(*ap, long long)) = '\0'; /* numbers of bars */
		return scratch;
	case '.':
		while (*++*f != 'g')
			digits = 10 * digits + (**f - '0');
		real_format(va_arg(*ap, double), digits, scratch);
		return scratch;
	default: scratch[0] = **f; break;
	}
	scratch[1] = '\0';
	return scratch;
}

static char *add(char *to, const char *end, const char *s, size_t n)
{
	n = n < (size_t)(end - to) ? n : (size_t)(end - to);
	memcpy(to, s, n);
	return to + n;
}

/* Adds to a text of WHY_SIZE bytes; what does not fit is cut. As printf, which would be most of a decision's cost. */
static void __attribute__((format(printf, 2, 3))) say(char *text, const char *format, ...)
{
	char *to = text + strlen(text), *end = text + WHY_SIZE - 1, scratch[REAL_TEXT];
	va_list ap;

	va_start(ap, format);
	for (const char *f = format, *s; *f; f++) {
		s = strchrnul(f, '%');
		to = add(to, end, f, (size_t)(s - f));
		if (!*s)
			break;
		f = s + 1;
		s = convert(&f, &ap, scratch);
		to = add(to, end, s, strlen(s));
	}
	va_end(ap);
	*to = '\0';
}

/* "lowest low of 20 bars", "sma(20) - 2 atr(14)": how a band is made. */
static void say_band(const struct channel *p, bool upper, char *text)
{
	char sign = upper ? '+' : '-';
	const char *average = p->average == CHANNEL_EMA ? "ema" : "sma";
	long long bars = upper && p->exit_lookback != INT_NONE ? p->exit_lookback : p->lookback;

	switch (p->method) {
	case CHANNEL_DONCHIAN: say(text, "%s of the %lld bars before", upper ? "highest high" : "lowest low", bars); break;
	case CHANNEL_ATR: say(text, "%s(%lld) %c %.6g atr(%lld)", average, bars, sign, upper ? p->upper_k : p->lower_k, (long long)p->atr_period); break;
	case CHANNEL_ZSCORE: say(text, "mean(%lld) %c %.6g sd", bars, sign, upper ? p->upper_k : p->lower_k); break;
	default:
		if (p->lower_price != DEC64_NONE)
			say(text, "fixed price");
		else
			say(text, "%s(%lld) %c %.6g %%", average, bars, sign, upper ? p->upper_pct : p->lower_pct);
	}
}

static void say_why(const struct channel *p, const struct channel_state *s, char *text)
{
	double low = s->against.lower, high = s->against.upper;

	switch (s->saw) {
	case SAW_WARMING: say(text, "warming up"); return;
	case SAW_DEAD: say(text, "a dead market: no trade, or no range"); return;
	case SAW_NOTHING: say(text, "close %.10g, channel %.10g to %.10g", s->close, low, high); return;
	case SAW_AGAINST_TREND: say(text, "no buy: close %.10g is not above sma(%lld) %.10g", s->close, (long long)p->trend_sma, s->trend); return;
	case SAW_NO_STOP: say(text, "no buy: the stop would lie at or below zero"); return;
	case SAW_BUY: say(text, "close %.10g at the lower band %.10g (", s->close, low); break;
	case SAW_SELL: say(text, "close %.10g at the upper band %.10g (", s->close, high); break;
	}
	say_band(p, s->saw == SAW_SELL, text);
	say(text, ")");
	if (s->saw == SAW_BUY && p->rebound_pct > 0)
		say(text, ", after a rebound of %.6g %% from %.10g", p->rebound_pct, s->mind.buy.extreme);
	if (s->saw == SAW_SELL && p->pullback_pct > 0)
		say(text, ", after a pullback of %.6g %% from %.10g", p->pullback_pct, s->mind.sell.extreme);
}

static void wait_for_buy(const struct channel *p, const struct channel_state *s, char *text)
{
	bool on_touch = p->trigger == CHANNEL_TOUCH;

	if (s->mind.buy.armed) {
		say(text, "rebound of %.6g %% from %.10g (%.10g)", p->rebound_pct, s->mind.buy.extreme, s->mind.buy.extreme * (1 + p->rebound_pct / 100));
	} else {
		if (s->mind.buy.held)
			say(text, on_touch ? "a bar above the lower band, then " : "close back above the lower band, then ");
		say(text, "%s %.10g (lower band)", on_touch ? "low at or below" : "close below", s->band.lower);
		if (p->rebound_pct > 0)
			say(text, ", then a rebound of %.6g %%", p->rebound_pct);
	}
	if (s->trend_at >= 0 && !(s->close > s->trend))
		say(text, ", with close above sma(%lld), now %.10g", (long long)p->trend_sma, s->trend);
}

static void wait_for_sale(const struct channel *p, const struct channel_state *s, char *text)
{
	if (s->mind.sell.armed) {
		say(text, "pullback of %.6g %% from %.10g (%.10g)", p->pullback_pct, s->mind.sell.extreme, s->mind.sell.extreme * (1 - p->pullback_pct / 100));
		return;
	}
	say(text, "%s %.10g (upper band)", p->trigger == CHANNEL_TOUCH ? "high at or above" : "close above", s->band.upper);
	if (p->pullback_pct > 0)
		say(text, ", then a pullback of %.6g %%", p->pullback_pct);
}

void channel_why(const void *params, const void *state, char *text)
{
	text[0] = '\0';
	say_why(params, state, text);
}

void channel_waits(const void *params, const void *state, char *text)
{
	const struct channel_state *s = state;

	text[0] = '\0';
	if (s->saw == SAW_WARMING)
		say(text, "more bars");
	else if (s->mind.in)
		wait_for_sale(params, s, text);
	else
		wait_for_buy(params, s, text);
}
