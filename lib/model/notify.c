#include "model/notify.h"

#include <stdio.h>
#include <unistd.h>

#include "core/path.h"
#include "model/config.h"

#define F(member) FIELD(notify, member)

const struct field notify_fields[NOTIFY_FIELDS] = {
	{ "command", FIELD_TEXT, F(command), FIELD_REQUIRED, NULL, "what sh runs; it gets event records on stdin, and exit code 0 says that they have been passed on", NULL, 0, 0, NULL },
	{ "timeout_s", FIELD_INT, F(timeout_s), FIELD_MIN | FIELD_MAX, "seconds", "it is killed after so long, with all that it started", NULL, 1, 3600, "30" },
	{ "daily", FIELD_BOOL, F(daily), 0, NULL, "tell of each account's day, too, once it is over", NULL, 0, 0, "true" },
};

enum err notify_load(const char *dir, struct notify *n, bool *found, struct error *e)
{
	char path[PATH_SIZE];
	json_t *json;
	enum err rc;

	*found = false;
	if ((size_t)snprintf(path, sizeof path, "%s/notify.json", dir) >= sizeof path)
		return error_set(e, ERR_CONFIG, "path is too long: '%.100s…'", dir);
	if (access(path, F_OK) != 0)
		return OK;
	rc = config_parse(path, &json, e);
	if (rc)
		return rc;
	rc = field_read(notify_fields, NOTIFY_FIELDS, json, n, "", true, e);
	json_decref(json);
	*found = !rc;
	return rc ? config_error(path, e) : OK;
}

void notify_schema(struct buf *b)
{
	buf_adds(b, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"notify.json\",\"type\":\"object\",");
	field_schema(notify_fields, NOTIFY_FIELDS, true, b);
	buf_adds(b, ",\"additionalProperties\":false}\n");
}
