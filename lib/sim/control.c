/* Routes of ct-sim itself, outside of the exchange's: the clock, faults, statistics. */
#include <inttypes.h>
#include <string.h>

#include "core/utc.h"
#include "sim/ledger.h"

static void add_clock(const struct sim_request *q, struct sim_answer *a)
{
	int64_t now_ms = sim_clock_now(&q->state->clock);
	char text[UTC_TEXT];

	buf_addf(&a->body, "{\"clock\":%" PRId64 ",\"time\":\"%s\"}\n", now_ms, utc_format_iso(now_ms, text));
}

static void get_clock(const struct sim_request *q, struct sim_answer *a)
{
	add_clock(q, a);
}

static void set_clock(const struct sim_request *q, struct sim_answer *a)
{
	const int64_t last = INT64_C(7258118400000); /* 2200 */
	char text[UTC_TEXT];
	int64_t t_ms = q->now_ms, step_ms;

	if (sim_param_text(q, "t", text, sizeof text) && utc_parse(text, utc_now_ms(), &t_ms) && t_ms >= 0 && t_ms < last) {
		sim_clock_set(&q->state->clock, t_ms);
	} else if (!sim_param(q, "t") && sim_param_text(q, "advance", text, sizeof text) && duration_parse(text, &step_ms) && step_ms >= 0
		&& step_ms < last - t_ms) {
		sim_clock_set(&q->state->clock, t_ms + step_ms);
	} else {
		sim_refuse(a, 400, -1102, "t (a time) or advance (a duration such as 4h) is expected");
		return;
	}
	add_clock(q, a);
}

static void get_faults(const struct sim_request *q, struct sim_answer *a)
{
	sim_faults_write(&q->state->faults, &a->body);
	buf_addc(&a->body, '\n');
}

static void add_faults(const struct sim_request *q, struct sim_answer *a)
{
	struct error e = { 0 };

	if (sim_faults_add(&q->state->faults, q->body, q->body_len, &e))
		sim_refuse(a, 400, -1102, "%s%s%s", e.field, e.field[0] ? ": " : "", e.message);
	else
		get_faults(q, a);
}

static void clear_faults(const struct sim_request *q, struct sim_answer *a)
{
	sim_faults_release(&q->state->faults);
	get_faults(q, a);
}

static void add_route_counts(const struct sim_request *q, struct buf *b)
{
	const char *comma = "";

	for (size_t i = 0; sim_exchange_routes[i].method; i++)
		if (q->state->route_counts[i]) {
			buf_addf(b, "%s\"%s %s\":%" PRId64, comma, sim_exchange_routes[i].method, sim_exchange_routes[i].path, q->state->route_counts[i]);
			comma = ",";
		}
}

static void get_stats(const struct sim_request *q, struct sim_answer *a)
{
	const struct sim_state *s = q->state;
	const char *comma = "";

	buf_addf(&a->body, "{\"clock\":%" PRId64 ",\"requests\":{", q->now_ms);
	add_route_counts(q, &a->body);
	buf_addf(&a->body, "},\"unknown\":%" PRId64 ",\"statuses\":{", s->unknown_count);
	for (int i = 0; i < 600; i++)
		if (s->status_counts[i]) {
			buf_addf(&a->body, "%s\"%d\":%" PRId64, comma, i, s->status_counts[i]);
			comma = ",";
		}
	buf_addf(&a->body, "},\"faults\":%" PRId64 ",\"weight_used\":%" PRId64 ",\"weight_most\":%" PRId64 ",\"weight_limit\":%" PRId64 ",\"bans\":%" PRId64 "}\n",
		s->faults.struck, s->limits.used, s->limits.most_used, s->limits.weight_limit, s->limits.bans);
}

/* Counters to zero, no faults, no ban; the clock stays. */
static void reset(const struct sim_request *q, struct sim_answer *a)
{
	struct sim_state *s = q->state;

	for (size_t i = 0; sim_exchange_routes[i].method; i++)
		s->route_counts[i] = 0;
	memset(s->status_counts, 0, sizeof s->status_counts);
	s->unknown_count = s->faults.struck = 0;
	sim_limits_reset(&s->limits);
	sim_faults_release(&s->faults);
	buf_adds(&a->body, "{}\n");
}

static const char *const clock_params[] = { "t", "advance", NULL };
static const char *const transfer_params[] = { "account", "asset", "amount", NULL };

const struct sim_route sim_control_routes[] = {
	{ "GET", "/sim/clock", 0, 0, NULL, get_clock, .control = true },
	{ "POST", "/sim/clock", 0, 0, clock_params, set_clock, .control = true },
	{ "GET", "/sim/fault", 0, 0, NULL, get_faults, .control = true },
	{ "POST", "/sim/fault", 0, 0, NULL, add_faults, .control = true },
	{ "DELETE", "/sim/fault", 0, 0, NULL, clear_faults, .control = true },
	{ "GET", "/sim/stats", 0, 0, NULL, get_stats, .control = true },
	{ "GET", "/sim/ledger", 0, 0, NULL, sim_get_ledger, .control = true },
	{ "POST", "/sim/save", 0, 0, NULL, sim_post_save, .control = true },
	{ "POST", "/sim/transfer", 0, 0, transfer_params, sim_post_transfer, .control = true },
	{ "POST", "/sim/reset", 0, 0, NULL, reset, .control = true },
	{ 0 },
};
