#ifndef CT_MODEL_NOTIFY_H
#define CT_MODEL_NOTIFY_H

#include "core/buf.h"
#include "core/field.h"

/* notify.json: whom to tell what a person must know. */
struct notify {
	char command[1024]; /* for sh; event records come on its stdin */
	int64_t timeout_s;  /* it is killed after so long */
	int daily;          /* bool: a summary of each day, too */
};

#define NOTIFY_FIELDS 3
extern const struct field notify_fields[NOTIFY_FIELDS];

/* dir/notify.json. *found false: there is none, and nobody is to be told. ERR_CONFIG with file, key and what was expected. */
enum err notify_load(const char *dir, struct notify *n, bool *found, struct error *e);
/* Its JSON Schema. */
void notify_schema(struct buf *b);

#endif
