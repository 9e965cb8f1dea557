#ifndef CT_CORE_LOG_H
#define CT_CORE_LOG_H

#include <stdbool.h>

#include "core/error.h"

/* Talk for people and collectors, on stderr. One writer a process; lib/ does not log, it returns errors. */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* name is the program's; level: the most talkative that is shown; json: one object a line instead of text. */
void log_open(const char *name, enum log_level level, bool json);
bool log_shows(enum log_level level);
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "ct-risk: stdin:812: qty: '0.1.2' is not a decimal". source is the input's name ("stdin", a file), or NULL. */
void log_error(const struct error *e, const char *source);

#endif
