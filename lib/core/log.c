#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/utc.h"

static struct {
	const char *name;
	enum log_level level;
	bool json;
} logger = { "ct", LOG_WARN, false };

void log_open(const char *name, enum log_level level, bool json)
{
	logger.name = name;
	logger.level = level;
	logger.json = json;
}

bool log_shows(enum log_level level)
{
	return level <= logger.level;
}

static void emit(enum log_level level, const char *text, size_t n, const struct error *e)
{
	static const char *const levels[] = { "error", "warn", "info", "debug" };
	struct buf b = { .max = 1 << 16 };

	if (logger.json) {
		buf_addf(&b, "{\"t_ms\":%lld,\"program\":\"%s\",\"level\":\"%s\",\"message\":", (long long)utc_now_ms(), logger.name, levels[level]);
		buf_add_json(&b, text, n);
		if (e && e->line)
			buf_addf(&b, ",\"line\":%ld", e->line);
		if (e && e->code)
			buf_addf(&b, ",\"code\":%d", (int)e->code);
		buf_adds(&b, "}\n");
	} else {
		buf_addf(&b, "%s: ", logger.name);
		buf_add(&b, text, n);
		buf_addc(&b, '\n');
	}
	/* One write a line, so that the lines of programs that share a terminal do not mix. */
	if (b.len && write(STDERR_FILENO, b.data, b.len) < 0)
		b.failed = true; /* nowhere left to say so */
	buf_release(&b);
}

void log_line(enum log_level level, const char *format, ...)
{
	char text[2048];
	va_list ap;
	int n;

	if (level > logger.level)
		return;
	va_start(ap, format);
	n = vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (n > 0)
		emit(level, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1, NULL);
}

void log_error(const struct error *e, const char *source)
{
	struct buf b = { .max = 1 << 14 };

	if (source)
		buf_adds(&b, source);
	if (source && e->line)
		buf_addf(&b, ":%ld", e->line);
	if (b.len)
		buf_adds(&b, ": ");
	if (e->field[0])
		buf_addf(&b, "%s: ", e->field);
	buf_adds(&b, e->message);
	emit(LOG_ERROR, b.data ? b.data : "", b.len, e);
	buf_release(&b);
}
