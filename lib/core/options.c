#include "core/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/prog.h"
#include "core/utc.h"

bool option_text(const struct option_text *texts, size_t n, int key, const char *arg, void *args)
{
	for (size_t i = 0; i < n; i++)
		if (texts[i].key == key) {
			memcpy((char *)args + texts[i].at, &arg, sizeof arg);
			return true;
		}
	return false;
}

bool option_is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

int64_t option_clock(int64_t now_ms)
{
	return now_ms == TIME_NONE ? utc_now_ms() : now_ms;
}

int64_t option_count(struct argp_state *state, const char *option, const char *text, int64_t least, int64_t most)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno || end == text || *end || v < least || v > most)
		prog_usage(state, "--%s: '%s' is not a whole number from %lld to %lld", option, text, (long long)least, (long long)most);
	return v;
}

int option_word(struct argp_state *state, const char *option, const char *text, const char *const *words)
{
	char all[256] = "";
	size_t n = 0;

	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], text) == 0)
			return i;
		if (n < sizeof all)
			n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
	}
	prog_usage(state, "--%s: '%s' is not %s", option, text, all);
}

double option_real(struct argp_state *state, const char *option, const char *text, double least, double most)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end || !(v >= least && v <= most))
		prog_usage(state, "--%s: '%s' is not a number from %.12g to %.12g", option, text, least, most);
	return v;
}

int64_t option_duration(struct argp_state *state, const char *option, const char *text, int64_t least_ms)
{
	int64_t ms;

	if (!duration_parse(text, &ms) || ms < least_ms || ms > MS_DAY)
		prog_usage(state, "--%s: '%s' is not a time like 30s or 2m, from %llds to a day", option, text, (long long)(least_ms / MS_SECOND));
	return ms;
}

int64_t option_time(struct argp_state *state, const char *option, const char *text)
{
	int64_t t_ms;

	if (!utc_parse(text, utc_now_ms(), &t_ms))
		prog_usage(state, "--%s: '%s' is not a time like " UTC_FORMS, option, text);
	return t_ms;
}

void option_period(struct argp_state *state, int64_t since_ms, int64_t until_ms)
{
	char since[UTC_TEXT], until[UTC_TEXT];

	if (since_ms != TIME_NONE && until_ms != TIME_NONE && since_ms > until_ms)
		prog_usage(state, "--since (%s) is after --until (%s)", utc_format(since_ms, since), utc_format(until_ms, until));
}
