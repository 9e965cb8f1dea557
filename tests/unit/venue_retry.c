/* What an answer means: try again, wait, or give up, and with which exit code. */
#include "check.h"

#include "core/utc.h"
#include "venue/http.h"
#include "venue/retry.h"

#define NOW (INT64_C(28575360) * MS_MINUTE + 20000) /* 20 s into a minute */

static const struct {
	long status;
	int64_t retry_after_s;
	const char *body;
	enum verdict verdict;
	enum err err;
	int refusal;
	int64_t wait_ms; /* VERDICT_LIMITED */
	const char *says;
} answers[] = {
	{ 200, -1, "{}", VERDICT_GOOD, OK, 0, 0, "" },
	{ 200, -1, " \n<html>maintenance</html>", VERDICT_AGAIN, ERR_PROTOCOL, 0, 0, "a web page, not with data: ' ?<html>maintenance</html>'" },
	{ 200, -1, "garbage", VERDICT_GOOD, OK, 0, 0, "" },
	{ 429, 7, "{\"code\":-1003,\"msg\":\"Too much request weight used.\"}", VERDICT_LIMITED, ERR_TEMPFAIL, -1003, 7000, "Too much request weight" },
	{ 429, -1, "", VERDICT_LIMITED, ERR_TEMPFAIL, 0, 40000, "too many requests" },
	{ 418, 120, "", VERDICT_LIMITED, ERR_TEMPFAIL, 0, 120000, "banned" },
	{ 418, -1, "{\"code\":-1003,\"msg\":\"Way too much request weight used; IP banned until 1714521645000. Please\"}", VERDICT_LIMITED, ERR_TEMPFAIL, -1003,
		1714521645000 - NOW, "IP banned until" },
	{ 418, 99999999999, "", VERDICT_LIMITED, ERR_TEMPFAIL, 0, 4 * MS_DAY, "banned" },
	{ 418, -1, "{\"code\":-1003,\"msg\":\"banned until 12\"}", VERDICT_LIMITED, ERR_TEMPFAIL, -1003, 40000, "12" },
	{ 500, -1, "", VERDICT_AGAIN, ERR_UNAVAILABLE, 0, 0, "HTTP 500" },
	{ 503, -1, "<html>busy</html>", VERDICT_AGAIN, ERR_UNAVAILABLE, 0, 0, "HTTP 503" },
	{ 408, -1, "", VERDICT_AGAIN, ERR_UNAVAILABLE, 0, 0, "HTTP 408" },
	{ 400, -1, "{\"code\":-1001,\"msg\":\"Internal error\"}", VERDICT_AGAIN, ERR_UNAVAILABLE, -1001, 0, "Internal error" },
	{ 400, -1, "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}", VERDICT_FINAL, ERR_DATA, -1121, 0, "'Invalid symbol.'" },
	{ 400, -1, "{\"code\":-1100,\"msg\":\"Illegal\\u001b[31m\"}", VERDICT_FINAL, ERR_DATA, -1100, 0, "'Illegal?[31m'" },
	{ 400, -1, "{\"code\":-1120,\"msg\":\"Invalid interval.\"}", VERDICT_FINAL, ERR_PROTOCOL, -1120, 0, "error -1120" },
	{ 400, -1, "not json", VERDICT_FINAL, ERR_PROTOCOL, 0, 0, "HTTP 400" },
	{ 400, -1, "[1]", VERDICT_FINAL, ERR_PROTOCOL, 0, 0, "HTTP 400" },
	{ 401, -1, "{\"code\":-2015,\"msg\":\"Invalid API-key\"}", VERDICT_FINAL, ERR_NOPERM, -2015, 0, "API-key" },
	{ 403, -1, "<html>", VERDICT_FINAL, ERR_UNAVAILABLE, 0, 0, "refuses requests from here" },
	{ 404, -1, "", VERDICT_FINAL, ERR_PROTOCOL, 0, 0, "HTTP 404" },
	{ 302, -1, "", VERDICT_FINAL, ERR_PROTOCOL, 0, 0, "not followed" },
	{ 204, -1, "", VERDICT_FINAL, ERR_PROTOCOL, 0, 0, "HTTP 204" },
	{ 451, -1, "", VERDICT_FINAL, ERR_UNAVAILABLE, 0, 0, "this place" },
};

static void judges_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct http_answer a = { .status = answers[i].status, .retry_after_s = answers[i].retry_after_s, .received_ms = NOW };
		struct error e = { 0 };
		struct judgement j;

		buf_adds(&a.body, answers[i].body);
		j = retry_judge(&a, "host", &e);
		assert_int_equal(j.verdict, answers[i].verdict);
		assert_int_equal(e.code, answers[i].err);
		assert_int_equal(j.refusal, answers[i].refusal);
		assert_int_equal(j.verdict == VERDICT_LIMITED ? j.until_ms - NOW : 0, answers[i].wait_ms);
		if (!strstr(e.message, answers[i].says))
			fail_msg("no '%s' in '%s'", answers[i].says, e.message);
		buf_release(&a.body);
	}
}

static void judges_faults(void **state)
{
	static const struct {
		enum http_fault fault;
		enum verdict verdict;
		enum err err;
	} faults[] = {
		{ HTTP_REFUSED, VERDICT_AGAIN, ERR_UNAVAILABLE }, { HTTP_TIMEOUT, VERDICT_AGAIN, ERR_UNAVAILABLE }, { HTTP_CUT, VERDICT_AGAIN, ERR_UNAVAILABLE },
		{ HTTP_UNTRUSTED, VERDICT_FINAL, ERR_UNAVAILABLE }, { HTTP_NONSENSE, VERDICT_FINAL, ERR_PROTOCOL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct http_answer a = { .fault = faults[i].fault, .reason = "because" };
		struct error e;

		assert_int_equal(retry_judge(&a, "host", &e).verdict, faults[i].verdict);
		assert_int_equal(e.code, faults[i].err);
		assert_non_null(strstr(e.message, "because"));
	}
}

static void pauses_grow_to_a_bound(void **state)
{
	(void)state;
	assert_int_equal(retry_pause_ms(1, 0.5), 200);
	assert_int_equal(retry_pause_ms(2, 0.5), 400);
	assert_int_equal(retry_pause_ms(4, 0.0), 800);
	assert_int_equal(retry_pause_ms(1000, 0.5), 10000);
	assert_int_equal(retry_pause_ms(1000, 1.0), 15000);
}

static void checks_addresses(void **state)
{
	static const struct {
		const char *url, *host;
	} good[] = { { "https://api.binance.com", "api.binance.com" }, { "http://127.0.0.1:8080", "127.0.0.1:8080" }, { "http://127.5.6.7", "127.5.6.7" },
		{ "http://localhost:1/", "localhost:1" }, { "http://[::1]:99", "[::1]:99" } };
	static const char *const bad[] = { "", "api.binance.com", "ftp://127.0.0.1", "file:///etc/passwd", "http://api.binance.com", "http://127.0.0.1.example.com",
		"http://10.0.0.1", "https://user:secret@host", "https://host?x=1", "https://host#x", "http://127.0.0.1@example.com", "https://" };
	char host[HTTP_HOST_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(http_check_url(good[i].url, host, NULL), OK);
		assert_string_equal(host, good[i].host);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (http_check_url(bad[i], host, NULL) != ERR_USAGE)
			fail_msg("'%s' was taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_answers),
		cmocka_unit_test(judges_faults),
		cmocka_unit_test(pauses_grow_to_a_bound),
		cmocka_unit_test(checks_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
