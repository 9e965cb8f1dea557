#include "venue/retry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/utc.h"
#include "venue/klines.h"

#define PAUSE_FIRST_MS 200
#define PAUSE_MOST_MS 10000
#define BAN_MOST_MS (4 * MS_DAY) /* the exchange's longest is three days */

/* The exchange's error codes that mean more than their HTTP status says. */
static const struct refusal {
	int code;
	enum verdict verdict;
	enum err err;
} refusals[] = {
	{ -1000, VERDICT_AGAIN, ERR_UNAVAILABLE }, /* unknown error */
	{ -1001, VERDICT_AGAIN, ERR_UNAVAILABLE }, /* internal error */
	{ -1003, VERDICT_LIMITED, ERR_TEMPFAIL },  /* too many requests */
	{ -1006, VERDICT_AGAIN, ERR_UNAVAILABLE }, /* unexpected response */
	{ -1007, VERDICT_AGAIN, ERR_UNAVAILABLE }, /* timeout inside */
	{ -1008, VERDICT_AGAIN, ERR_UNAVAILABLE }, /* overloaded */
	{ -1100, VERDICT_FINAL, ERR_DATA },        /* illegal characters, as in a symbol */
	{ -1121, VERDICT_FINAL, ERR_DATA },        /* unknown symbol */
	{ -2014, VERDICT_FINAL, ERR_NOPERM },      /* key format */
	{ -2015, VERDICT_FINAL, ERR_NOPERM },      /* key, IP or permissions */
};

static const struct status {
	long from, to;
	enum verdict verdict;
	enum err err;
	const char *meaning;
} statuses[] = {
	{ 200, 200, VERDICT_GOOD, OK, "" },
	{ 300, 399, VERDICT_FINAL, ERR_PROTOCOL, "it points elsewhere, which is not followed" },
	{ 401, 401, VERDICT_FINAL, ERR_NOPERM, "it wants a key" },
	{ 403, 403, VERDICT_FINAL, ERR_UNAVAILABLE, "it refuses requests from here" },
	{ 408, 408, VERDICT_AGAIN, ERR_UNAVAILABLE, "it timed out" },
	{ 418, 418, VERDICT_LIMITED, ERR_TEMPFAIL, "this address is banned for too many requests" },
	{ 429, 429, VERDICT_LIMITED, ERR_TEMPFAIL, "too many requests" },
	{ 451, 451, VERDICT_FINAL, ERR_UNAVAILABLE, "it does not serve this place" },
	{ 500, 599, VERDICT_AGAIN, ERR_UNAVAILABLE, "its error" },
};

static const struct {
	enum verdict verdict;
	enum err err;
	const char *meaning;
} faults[] = {
	[HTTP_REFUSED] = { VERDICT_AGAIN, ERR_UNAVAILABLE, "no connection" },
	[HTTP_TIMEOUT] = { VERDICT_AGAIN, ERR_UNAVAILABLE, "no answer in time" },
	[HTTP_CUT] = { VERDICT_AGAIN, ERR_UNAVAILABLE, "the connection broke" },
	[HTTP_UNTRUSTED] = { VERDICT_FINAL, ERR_UNAVAILABLE, "no trusted connection" },
	[HTTP_NONSENSE] = { VERDICT_FINAL, ERR_PROTOCOL, "not an answer" },
};

/* {"code":-1121,"msg":"Invalid symbol."}; 0 and "" when the body is something else. */
static int read_refusal(const struct buf *body, char *words, size_t size)
{
	json_t *json;
	const char *text;
	int code = 0;

	words[0] = '\0';
	if (!body->len || field_parse(body->data, body->len, &json, NULL))
		return 0;
	if (json_is_integer(json_object_get(json, "code")))
		code = (int)json_integer_value(json_object_get(json, "code"));
	text = json_string_value(json_object_get(json, "msg"));
	if (text)
		venue_excerpt(text, strlen(text), words, size);
	json_decref(json);
	return code;
}

/* Until when a rate-limited client is to wait: the header, else the time in the words, else the next minute. */
static int64_t wait_until(const struct http_answer *a, const char *words)
{
	const char *named = strstr(words, "banned until ");
	int64_t until = named ? strtoll(named + strlen("banned until "), NULL, 10) : 0;

	if (a->retry_after_s >= 0)
		until = a->received_ms + a->retry_after_s * MS_SECOND;
	else if (until < a->received_ms)
		until = a->received_ms - a->received_ms % MS_MINUTE + MS_MINUTE;
	return until < a->received_ms + BAN_MOST_MS ? until : a->received_ms + BAN_MOST_MS;
}

/* A page for people: a proxy's, or a notice of maintenance. Asked again, the exchange itself may answer. */
static bool is_page(const struct buf *body)
{
	size_t i = 0;

	while (i < body->len && strchr(" \t\r\n", body->data[i]) && body->data[i])
		i++;
	return i < body->len && body->data[i] == '<';
}

static struct judgement judge_status(const struct http_answer *a, const char *host, struct error *e)
{
	struct status s = { .verdict = VERDICT_FINAL, .err = ERR_PROTOCOL, .meaning = "unexpected" };
	struct judgement j = { 0 };
	char wait[80] = "", until[UTC_TEXT];

	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (a->status >= statuses[i].from && a->status <= statuses[i].to)
			s = statuses[i];
	j.verdict = s.verdict;
	if (s.verdict == VERDICT_GOOD && is_page(&a->body)) {
		char page[60];

		j.verdict = VERDICT_AGAIN;
		error_set(e, ERR_PROTOCOL, "%s answered with a web page, not with data: '%s'", host, venue_excerpt(a->body.data, a->body.len, page, sizeof page));
	}
	if (s.verdict == VERDICT_GOOD)
		return j;
	j.refusal = read_refusal(&a->body, j.words, sizeof j.words);
	for (size_t i = 0; j.refusal && i < sizeof refusals / sizeof *refusals; i++)
		if (refusals[i].code == j.refusal) {
			j.verdict = refusals[i].verdict;
			s.err = refusals[i].err;
		}
	if (j.verdict == VERDICT_LIMITED)
		j.until_ms = wait_until(a, j.words);
	if (j.verdict == VERDICT_LIMITED)
		snprintf(wait, sizeof wait, "; it is to be left alone until %s UTC", utc_format(j.until_ms - j.until_ms % MS_SECOND, until));
	if (j.refusal)
		error_set(e, s.err, "%s answered HTTP %ld, error %d: '%s'%s", host, a->status, j.refusal, j.words, wait);
	else
		error_set(e, s.err, "%s answered HTTP %ld: %s%s", host, a->status, s.meaning, wait);
	return j;
}

struct judgement retry_judge(const struct http_answer *a, const char *host, struct error *e)
{
	if (a->fault == HTTP_ANSWERED)
		return judge_status(a, host, e);
	error_set(e, faults[a->fault].err, "%s: %s (%s)", host, faults[a->fault].meaning, a->reason);
	return (struct judgement){ .verdict = faults[a->fault].verdict };
}

int64_t retry_pause_ms(int tried, double random01)
{
	int64_t pause = PAUSE_FIRST_MS;

	for (; tried > 1 && pause < PAUSE_MOST_MS; tried--)
		pause *= 2;
	if (pause > PAUSE_MOST_MS)
		pause = PAUSE_MOST_MS;
	return (int64_t)((double)pause * (0.5 + random01));
}
