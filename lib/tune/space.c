#include "tune/space.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/real.h"

void space_init(struct space *s, const struct strategy_kind *kind)
{
	*s = (struct space){ .kind = kind };
}

static void free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

void space_release(struct space *s)
{
	for (size_t i = 0; i < s->axis_count; i++)
		free_texts(s->axes[i].values, s->axes[i].count);
	free_texts(s->sets, s->set_count);
	*s = (struct space){ 0 };
}

/* Room for one more in a row of texts that grows by doubling. */
static enum err add_text(char ***texts, size_t *n, const char *text, struct error *e)
{
	char *copy = strdup(text);

	if (copy && (*n & (*n + 1)) == 0) {
		char **more = reallocarray(*texts, 2 * *n + 2, sizeof *more);

		if (more)
			*texts = more;
		else
			free(copy), copy = NULL;
	}
	if (!copy)
		return error_memory(e);
	(*texts)[(*n)++] = copy;
	return OK;
}

/* A value as a person types it, checked against the parameter's type and range, in its canonical JSON. */
static enum err add_value(struct space *s, struct space_axis *a, const char *text, struct error *e)
{
	void *params = calloc(1, s->kind->params_size);
	struct buf json = { 0 };
	enum err rc;

	if (!params)
		return error_memory(e);
	field_clear(s->kind->params, s->kind->param_count, params);
	rc = field_read_text(a->field, strcmp(text, "null") == 0 ? "" : text, params, e);
	if (!rc)
		field_write_value(a->field, params, &json);
	if (!rc && json.failed)
		rc = error_memory(e);
	if (!rc)
		rc = add_text(&a->values, &a->count, json.data, e);
	buf_release(&json);
	free(params);
	return rc == ERR_DATA ? error_set(e, ERR_USAGE, "%s: %s", a->field->name, strdupa(e->message)) : rc;
}

static enum err add_list(struct space *s, struct space_axis *a, char *list, struct error *e)
{
	enum err rc = OK;

	for (char *text; !rc && (text = strsep(&list, ","));) {
		rc = add_value(s, a, text, e);
		for (size_t i = 0; !rc && i + 1 < a->count; i++)
			if (strcmp(a->values[i], a->values[a->count - 1]) == 0)
				rc = error_set(e, ERR_USAGE, "%s: %s is there twice", a->field->name, text);
	}
	return rc;
}

static bool number(const char *text, double *v)
{
	char *end;

	*v = strtod(text, &end);
	return *text && !*end && isfinite(*v);
}

static enum err add_range(struct space *s, struct space_axis *a, char *range, struct error *e)
{
	const char *typed = strdupa(range);
	char *low_text = strsep(&range, ":"), *high_text = strsep(&range, ":"), text[REAL_TEXT];
	double low, high, step = a->field->type == FIELD_INT ? 1 : 0;
	enum err rc = OK;

	if (a->field->type != FIELD_INT && a->field->type != FIELD_REAL && a->field->type != FIELD_DEC64)
		return error_set(e, ERR_USAGE, "%s: not a number, so it has no range: list its values, A,B,C", a->field->name);
	if (!number(low_text, &low) || !number(high_text, &high) || (range && (!number(range, &step) || step <= 0)) || low > high)
		return error_set(e, ERR_USAGE, "%s: '%.60s' is not a range, which is LOW:HIGH or LOW:HIGH:STEP", a->field->name, typed);
	if ((high - low) > step * SPACE_SETS && step > 0)
		return error_set(e, ERR_USAGE, "%s: more than %d values", a->field->name, SPACE_SETS);
	if (step > 0) {
		/* Each value from its place, not from the one before: 0.1 added up is not 1. A hair over the end is the end. */
		for (double i = 0; !rc && low + i * step <= high + step * 1e-9; i++) {
			real_format(low + i * step, 12, text);
			rc = add_value(s, a, text, e);
			if (!rc && a->count > 1 && strcmp(a->values[a->count - 2], a->values[a->count - 1]) == 0)
				rc = error_set(e, ERR_USAGE, "%s: '%.60s' has %s twice: the step is too small", a->field->name, typed, text);
		}
		return rc;
	}
	a->low = low;
	a->high = high;
	rc = add_value(s, a, low_text, e);
	if (!rc)
		rc = add_value(s, a, high_text, e);
	free_texts(a->values, a->count); /* the ends were only to be checked */
	a->values = NULL;
	a->count = 0;
	return rc;
}

enum err space_add(struct space *s, const char *spec, struct error *e)
{
	char *copy = strdupa(spec), *values = strchr(copy, '=');
	struct space_axis *a = &s->axes[s->axis_count];

	if (!values || !values[1])
		return error_set(e, ERR_USAGE, "'%.80s' is not NAME=LOW:HIGH:STEP or NAME=A,B,C", spec);
	*values++ = '\0';
	if (s->axis_count == SPACE_AXES)
		return error_set(e, ERR_USAGE, "more than %d parameters", SPACE_AXES);
	*a = (struct space_axis){ .field = field_find(s->kind->params, s->kind->param_count, copy) };
	if (!a->field)
		return error_set(e, ERR_USAGE, "strategy %s has no parameter '%.60s'", s->kind->name, copy);
	for (size_t i = 0; i < s->axis_count; i++)
		if (s->axes[i].field == a->field)
			return error_set(e, ERR_USAGE, "%s: named twice", copy);
	s->axis_count++;
	return strchr(values, ':') ? add_range(s, a, values, e) : add_list(s, a, values, e);
}

/* Adds the set of these values, if it is one. *added tells. */
static enum err add_set(struct space *s, struct buf *set, space_valid *valid, void *ctx, bool *added, struct error *e)
{
	enum err rc = set->failed ? error_memory(e) : valid(ctx, set->data, e);

	*added = !rc;
	if (!rc)
		return add_text(&s->sets, &s->set_count, set->data, e);
	if (rc != ERR_DATA)
		return rc;
	if (s->left_out++ == 0)
		s->why = *e;
	return OK;
}

static enum err none_valid(const struct space *s, struct error *e)
{
	return error_set(e, ERR_USAGE, "no combination is a parameter set: %s%s%s", s->why.field, *s->why.field ? ": " : "", s->why.message);
}

static void begin_value(const struct space *s, size_t axis, struct buf *set)
{
	buf_addf(set, "%s\"%s\":", axis ? "," : "{", s->axes[axis].field->name);
}

enum err space_grid(struct space *s, space_valid *valid, void *ctx, struct error *e)
{
	struct buf set = { 0 };
	size_t size = 1;
	bool added;
	enum err rc = OK;

	for (size_t i = 0; i < s->axis_count; i++) {
		if (!s->axes[i].count)
			return error_set(e, ERR_USAGE, "%s: a grid needs LOW:HIGH:STEP", s->axes[i].field->name);
		size *= s->axes[i].count;
		if (size > SPACE_SETS)
			return error_set(e, ERR_USAGE, "more than %d sets: fewer values, or --random", SPACE_SETS);
	}
	for (size_t n = 0; !rc && n < size; n++) {
		size_t rest = n, left = size;

		buf_clear(&set);
		for (size_t i = 0; i < s->axis_count; i++) {
			left /= s->axes[i].count;
			begin_value(s, i, &set);
			buf_adds(&set, s->axes[i].values[rest / left]);
			rest %= left;
		}
		buf_adds(&set, s->axis_count ? "}" : "{}");
		rc = add_set(s, &set, valid, ctx, &added, e);
	}
	buf_release(&set);
	return rc || s->set_count ? rc : none_valid(s, e);
}

static void draw_set(const struct space *s, uint64_t *state, struct buf *set)
{
	char text[REAL_TEXT];

	buf_clear(set);
	for (size_t i = 0; i < s->axis_count; i++) {
		const struct space_axis *a = &s->axes[i];
		double lot = random_unit(random_next(state));

		begin_value(s, i, set);
		if (a->count)
			buf_adds(set, a->values[(size_t)(lot * (double)a->count)]);
		else {
			/* Rounding must not lead over the end. */
			real_format(a->low + lot * (a->high - a->low), 4, text);
			real_format(fmin(a->high, fmax(a->low, strtod(text, NULL))), 12, text);
			buf_addf(set, a->field->type == FIELD_DEC64 ? "\"%s\"" : "%s", text);
		}
	}
	buf_adds(set, s->axis_count ? "}" : "{}");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void keep_text(void *text)
{
	(void)text;
}

enum err space_random(struct space *s, size_t n, uint64_t seed, space_valid *valid, void *ctx, struct error *e)
{
	uint64_t state = seed;
	struct buf set = { 0 };
	void *seen = NULL;
	bool added = false;
	enum err rc = OK;

	if (n > SPACE_SETS)
		return error_set(e, ERR_USAGE, "--random: more than %d sets", SPACE_SETS);
	/* Many draws in vain in a row: there are no more. */
	for (size_t vain = 0; !rc && s->set_count < n && vain < 1000 + 20 * s->set_count; vain++) {
		draw_set(s, &state, &set);
		if (set.failed)
			rc = error_memory(e);
		else if (!tfind(set.data, &seen, by_text))
			rc = add_set(s, &set, valid, ctx, &added, e);
		else
			continue;
		if (!rc && added) {
			vain = 0;
			rc = tsearch(s->sets[s->set_count - 1], &seen, by_text) ? OK : error_memory(e);
		}
	}
	tdestroy(seen, keep_text);
	buf_release(&set);
	return rc || s->set_count ? rc : none_valid(s, e);
}
