#include "sim/sim.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "core/utc.h"
#include "sim/ledger.h"
#include "sim/server.h"

static enum err load_faults(struct sim *s, const char *text, struct error *e)
{
	struct buf file = { 0 };
	enum err rc;

	if (text[0] == '[' || text[0] == '{')
		return sim_faults_add(&s->state.faults, text, strlen(text), e);
	rc = file_read(text, (size_t)1 << 20, &file, e);
	if (!rc)
		rc = sim_faults_add(&s->state.faults, file.data, file.len, e);
	buf_release(&file);
	return rc;
}

#define NO_ORDER_LIMIT 1000000 /* what exchangeInfo tells of a limit that is not kept */

static void tell_order_limits(struct sim_state *s)
{
	const struct sim_settings *set = &s->exchange->accounts.settings;

	s->limits.orders_10s = set->orders_10s ? set->orders_10s : NO_ORDER_LIMIT;
	s->limits.orders_1d = set->orders_1d ? set->orders_1d : NO_ORDER_LIMIT;
}

static enum err load_state(struct sim *s, const struct sim_config *c, struct error *e)
{
	int64_t clock_ms = c->clock_ms;
	enum err rc = sim_ledger_load(s->state.exchange, &clock_ms, c->state, e);

	s->state.state_file = c->state;
	if (!rc && !c->clock_given)
		sim_clock_set(&s->state.clock, clock_ms);
	return rc;
}

enum err sim_new(const struct sim_config *c, struct sim **sim, struct error *e)
{
	struct sim_names names = { c->symbols, c->symbol_count };
	struct sim *s = calloc(1, sizeof *s);
	size_t routes = 0;
	enum err rc;

	*sim = NULL;
	if (!s)
		return error_memory(e);
	while (sim_exchange_routes[routes].method)
		routes++;
	s->state.route_counts = calloc(routes, sizeof *s->state.route_counts);
	s->state.warn = c->warn;
	s->state.faults.random = c->seed;
	s->state.limits = (struct sim_limits){ .weight_limit = c->weight_limit, .window_ms = c->weight_window_ms, .ban_after = c->ban_after, .ban_ms = c->ban_ms };
	sim_clock_init(&s->state.clock, c->clock_ms, c->speed);
	rc = s->state.route_counts ? OK : error_memory(e);
	if (!rc && c->data)
		rc = sim_market_folder(c->data, &names, &s->state.market, e);
	else if (!rc)
		rc = sim_market_generate(c->seed, c->interval, c->from_ms, c->outages_per_year, &names, &s->state.market, e);
	if (!rc)
		rc = sim_info_new(c->exchange_info, &names, &s->state.info, e);
	if (!rc && c->accounts)
		rc = sim_exchange_new(c->accounts, s->state.market, s->state.info, c->clock_ms, &s->state.exchange, e);
	if (!rc && c->accounts)
		tell_order_limits(&s->state);
	if (!rc && c->accounts && c->state)
		rc = load_state(s, c, e);
	if (!rc && c->faults)
		rc = load_faults(s, c->faults, e);
	if (!rc)
		rc = sim_listen(s, c->port, e);
	if (rc) {
		sim_free(s);
		return rc;
	}
	*sim = s;
	return OK;
}

int sim_port(const struct sim *s)
{
	return s->port;
}

enum err sim_run(struct sim *s, bool (*stopping)(void), struct error *e)
{
	while (!stopping())
		if (MHD_run_wait(s->daemon, (int32_t)sim_resume_due(s, utc_now_ms(), false)) != MHD_YES)
			return error_set(e, ERR_INTERNAL, "the HTTP server failed");
	if (s->state.state_file)
		return sim_ledger_save(s->state.exchange, sim_clock_now(&s->state.clock), s->state.state_file, e);
	return OK;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	if (s->daemon) {
		sim_resume_due(s, 0, true); /* a suspended connection cannot be closed */
		MHD_run(s->daemon);
		MHD_stop_daemon(s->daemon);
	}
	sim_faults_release(&s->state.faults);
	sim_exchange_free(s->state.exchange);
	sim_info_free(s->state.info);
	sim_market_free(s->state.market);
	free(s->state.route_counts);
	free(s);
}
