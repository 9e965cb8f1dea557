#include "model/halt.h"

#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "core/utc.h"
#include "model/config.h"

static const char *const whats[] = { "closed", "differs", NULL };

#define F(member) FIELD(halt, member)

const struct field halt_fields[HALT_FIELDS] = {
	{ "market", FIELD_ENUM, F(market), FIELD_REQUIRED, NULL, "which market", market_names, 0, 0, NULL },
	{ "symbol", FIELD_TEXT, F(symbol), FIELD_NULL, NULL, "which pair; without it every one", NULL, 0, 0, NULL },
	{ "from", FIELD_TIME, F(from), FIELD_REQUIRED, "ms UTC", "start of the first hour of which no candle is there", NULL, 0, 0, NULL },
	{ "until", FIELD_TIME, F(until), FIELD_REQUIRED, "ms UTC", "end of the last of them", NULL, 0, 0, NULL },
	{ "what", FIELD_ENUM, F(what), 0, NULL, "the exchange was closed, or its candles of different lengths disagree", whats, 0, 0, "\"closed\"" },
	{ "why", FIELD_TEXT, F(why), FIELD_NULL, NULL, "for people", NULL, 0, 0, NULL },
};

static enum err read_row(json_t *json, size_t i, struct halt *row, struct error *e)
{
	char at[32];
	enum err rc;

	snprintf(at, sizeof at, "outages[%zu].", i);
	if (!json_is_object(json))
		return error_field(e, ERR_DATA, at, "not an object");
	rc = field_read(halt_fields, HALT_FIELDS, json, row, at, true, e);
	if (!rc && row->until <= row->from)
		rc = error_field(e, ERR_DATA, at, "until is not after from");
	return rc;
}

static enum err read_list(json_t *list, struct halts *h, struct error *e)
{
	enum err rc = OK;

	if (!json_is_array(list) || json_array_size(list) > 10000)
		return error_field(e, ERR_DATA, "outages", "not a list of at most 10000");
	h->rows = calloc(json_array_size(list) + 1, sizeof *h->rows);
	if (!h->rows)
		return error_memory(e);
	for (; !rc && h->count < json_array_size(list); h->count++)
		rc = read_row(json_array_get(list, h->count), h->count, &h->rows[h->count], e);
	return rc;
}

enum err halts_load(const char *config_dir, struct halts *h, struct error *e)
{
	char path[PATH_SIZE];
	json_t *json = NULL;
	enum err rc = path_find(config_dir, "outages", "binance", path, e);

	*h = (struct halts){ 0 };
	if (!rc)
		rc = config_parse(path, &json, e);
	if (rc)
		return rc;
	rc = read_list(json_object_get(json, "outages"), h, e);
	json_decref(json);
	return rc ? config_error(path, e) : OK;
}

void halts_release(struct halts *h)
{
	free(h->rows);
	*h = (struct halts){ 0 };
}

void halts_schema(struct buf *b)
{
	buf_adds(b, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"outages\","
		"\"description\":\"when the exchange was closed, and where its own candles disagree\",\"type\":\"object\",\"properties\":{\"outages\":"
		"{\"type\":\"array\",\"maxItems\":10000,\"items\":{\"type\":\"object\",\"additionalProperties\":false,");
	field_schema(halt_fields, HALT_FIELDS, true, b);
	buf_adds(b, "}}},\"required\":[\"outages\"]}\n");
}

static bool is_about(const struct halt *row, int market, const char *symbol)
{
	return row->market == market && (!*row->symbol || strcmp(row->symbol, symbol) == 0);
}

const struct halt *halt_explains(const struct halts *h, int market, const char *symbol, int64_t from, int64_t until)
{
	for (size_t i = 0; i < h->count; i++) {
		const struct halt *row = &h->rows[i];

		if (row->what == HALT_CLOSED && is_about(row, market, symbol) && from < row->until && until > row->from && from >= row->from - MS_HOUR
			&& until <= row->until + MS_HOUR)
			return row;
	}
	return NULL;
}

const struct halt *halt_holds(const struct halts *h, int market, const char *symbol, int64_t from, int64_t until)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->rows[i].what == HALT_CLOSED && is_about(&h->rows[i], market, symbol) && from >= h->rows[i].from && until <= h->rows[i].until)
			return &h->rows[i];
	return NULL;
}

const struct halt *halt_differs(const struct halts *h, int market, const char *symbol, int64_t from, int64_t until)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->rows[i].what == HALT_DIFFERS && is_about(&h->rows[i], market, symbol) && from < h->rows[i].until && until > h->rows[i].from)
			return &h->rows[i];
	return NULL;
}
