#include "sim/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utc.h"

void sim_refuse(struct sim_answer *a, int status, int code, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	buf_clear(&a->body);
	a->status = status;
	buf_addf(&a->body, "{\"code\":%d,\"msg\":", code);
	buf_add_json(&a->body, text, strlen(text));
	buf_addc(&a->body, '}');
}

void sim_page(struct sim_answer *a, int status, const char *title)
{
	buf_clear(&a->body);
	a->status = status;
	a->type = "text/html";
	buf_addf(&a->body, "<html>\n<head><title>%d %s</title></head>\n<body><h1>%d %s</h1></body>\n</html>\n", status, title, status, title);
}

void sim_not_found(struct sim_answer *a)
{
	sim_page(a, 404, "Not Found");
}

void sim_fail(const struct sim_request *q, struct sim_answer *a, const struct error *e)
{
	sim_refuse(a, 500, -1000, "An unknown error occurred while processing the request.");
	if (q->state->warn)
		q->state->warn(e);
}

const struct sim_param *sim_param(const struct sim_request *q, const char *name)
{
	for (size_t i = 0; i < q->param_count; i++)
		if (strcmp(q->params[i].name, name) == 0)
			return &q->params[i];
	return NULL;
}

bool sim_param_text(const struct sim_request *q, const char *name, char *out, size_t n)
{
	const struct sim_param *p = sim_param(q, name);

	if (!p || p->len >= n || memchr(p->value, '\0', p->len))
		return false;
	memcpy(out, p->value, p->len);
	out[p->len] = '\0';
	return true;
}

bool sim_missing(const char *name, struct sim_answer *a)
{
	sim_refuse(a, 400, -1102, "Mandatory parameter '%s' was not sent, was empty/null, or malformed.", name);
	return false;
}

static void illegal(struct sim_answer *a, const char *name, const char *range)
{
	sim_refuse(a, 400, -1100, "Illegal characters found in parameter '%s'; legal range is '%s'.", name, range);
}

static bool symbol_byte(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c >= 0x80;
}

bool sim_param_symbol(const struct sim_request *q, const char *name, char *symbol, struct sim_answer *a)
{
	const struct sim_param *p = sim_param(q, name);
	bool legal = p && p->len < SYMBOL_SIZE;

	if (!p)
		return sim_missing(name, a);
	if (p->len == 0) {
		sim_refuse(a, 400, -1105, "Parameter '%s' was empty.", name);
		return false;
	}
	for (size_t i = 0; legal && i < p->len; i++)
		legal = symbol_byte((unsigned char)p->value[i]);
	if (!legal) {
		illegal(a, name, "^[A-Z0-9-_.]{1,20}$");
		return false;
	}
	memcpy(symbol, p->value, p->len);
	symbol[p->len] = '\0';
	if (!sim_info_lists(q->state->info, q->state->market, symbol)) {
		sim_refuse(a, 400, -1121, "Invalid symbol.");
		return false;
	}
	return true;
}

bool sim_param_count(const struct sim_request *q, const char *name, int64_t fallback, int64_t *out, struct sim_answer *a)
{
	const struct sim_param *p = sim_param(q, name);
	int64_t v = 0;

	*out = fallback;
	if (!p)
		return true;
	if (p->len == 0) {
		sim_refuse(a, 400, -1105, "Parameter '%s' was empty.", name);
		return false;
	}
	for (size_t i = 0; i < p->len; i++) {
		if (p->value[i] < '0' || p->value[i] > '9' || p->len > 20) {
			illegal(a, name, "^[0-9]{1,20}$");
			return false;
		}
		v = v > INT64_MAX / 100 ? v : v * 10 + (p->value[i] - '0'); /* absurd values stay absurdly large */
	}
	*out = v;
	return true;
}

bool sim_param_flag(const struct sim_request *q, const char *name, bool fallback, bool *out, struct sim_answer *a)
{
	char text[8];

	*out = fallback;
	if (!sim_param(q, name))
		return true;
	if (sim_param_text(q, name, text, sizeof text) && (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0)) {
		*out = strcasecmp(text, "true") == 0;
		return true;
	}
	return sim_missing(name, a);
}

bool sim_param_time(const struct sim_request *q, const char *name, int64_t *t_ms, struct sim_answer *a)
{
	const int64_t last = INT64_C(7258118400000); /* 2200: what lies outside of any market's life is clamped */

	if (!sim_param_count(q, name, TIME_NONE, t_ms, a))
		return false;
	if (*t_ms == TIME_NONE)
		return true;
	if (*t_ms > 100 * last)
		*t_ms /= 1000;
	if (*t_ms > last)
		*t_ms = last;
	return true;
}
