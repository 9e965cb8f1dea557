#include "tune/tuning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "model/record.h"
#include "tune/own.h"

enum err tuning_account(struct account *own, const char *strategy, const char *risk, const struct own_money *m, const struct history *h,
	struct error *e)
{
	enum err rc = own_account(own, &strategy, 1, risk ? risk : "careful", h, e);

	return rc ? rc : own_set_money(own, m, e);
}

enum err tuning_find(const struct account *a, const char *file, size_t *tuned, struct error *e)
{
	char name[NAME_SIZE];

	*tuned = 0;
	if (!file && a->strategy_count == 1)
		return OK;
	if (!file)
		return error_set(e, ERR_USAGE, "account %s has %zu strategies: -S says which one to tune", a->name, a->strategy_count);
	for (; *tuned < a->strategy_count; ++*tuned)
		if (account_strategy_name(file, name) && strcmp(a->strategies[*tuned].name, name) == 0)
			return OK;
	return error_set(e, ERR_USAGE, "-S: '%s' is not a strategy of account %s", file, a->name);
}

static enum err valid(void *ctx, const char *set, struct error *e)
{
	const struct ground *g = ctx;
	struct strategy *s;
	enum err rc = ground_strategy(g, set, &s, e);

	strategy_free(s);
	return rc;
}

/* What the file itself says must be right before anything is changed in it. */
static enum err make_space(struct tuning *t, struct error *e)
{
	const char *file = t->ground.setup->account->strategies[t->ground.tuned].file;
	struct strategy *base;
	enum err rc = ground_strategy(&t->ground, "{}", &base, e);

	if (rc)
		return rc == ERR_DATA ? config_error(file, e) : rc;
	space_init(&t->space, strategy_kind(base));
	strategy_free(base);
	for (size_t i = 0; !rc && i < t->grid_count; i++)
		rc = space_add(&t->space, t->grids[i], e);
	if (!rc && t->random)
		rc = space_random(&t->space, t->random, t->seed, valid, &t->ground, e);
	else if (!rc)
		rc = space_grid(&t->space, valid, &t->ground, e);
	return rc;
}

enum err tuning_prepare(struct tuning *t, const struct history *h, const struct setup *setup, size_t tuned, struct error *e)
{
	struct plan *p = &t->plan;
	struct walk walk = { 0 };
	enum err rc = ground_make(&t->ground, h, setup, tuned, t->since_ms, t->until_ms, e);

	if (!rc)
		rc = make_space(t, e);
	if (!rc && t->walk)
		rc = walk_parse(t->walk, &walk, e);
	if (!rc && t->embargo)
		rc = walk_embargo(t->embargo, (enum interval)setup->account->interval, &walk, e);
	if (rc)
		return rc;
	*p = (struct plan){ .since = t->ground.since, .until = t->ground.until, .set_count = t->space.set_count };
	return t->walk ? plan_windows(&walk, p->since, p->until, &p->windows, &p->window_count, e) : OK;
}

void tuning_release(struct tuning *t)
{
	free(t->plan.windows);
	space_release(&t->space);
	ground_release(&t->ground);
}

void tuning_plan(const struct tuning *t, struct search *s)
{
	s->ground = &t->ground;
	s->plan = t->plan;
	s->sets = t->space.sets;
}

static enum err add_shard(const struct tuning *t, size_t from, size_t to, struct trial *scratch, struct buf *lines, struct error *e)
{
	struct search s = { 0 };
	struct digest *d = digest_new();
	enum err rc = d ? OK : error_memory(e);

	tuning_plan(t, &s);
	for (size_t i = from; !rc && i < to; i++) {
		rc = search_name(&s, i, d, &scratch->r, e);
		if (!rc)
			record_write(&kinds[KIND_TRIAL], scratch, lines);
	}
	digest_free(d);
	return rc || !lines->failed ? rc : error_memory(e);
}

enum err tuning_split(const struct tuning *t, const char *prefix, size_t n, struct error *e)
{
	size_t count = plan_count(&t->plan);
	struct trial *scratch = calloc(1, sizeof *scratch);
	struct buf lines = { 0 };
	char path[PATH_SIZE];
	enum err rc = scratch ? OK : error_memory(e);

	for (size_t k = 0; !rc && k < n; k++) {
		buf_clear(&lines);
		rc = add_shard(t, k * count / n, (k + 1) * count / n, scratch, &lines, e);
		if (!rc && (size_t)snprintf(path, sizeof path, "%s-%04zu.ndjson", prefix, k + 1) >= sizeof path)
			rc = error_set(e, ERR_CANTCREAT, "path is too long: '%.100s'", prefix);
		if (!rc)
			rc = file_replace(path, lines.data ? lines.data : "", lines.len, e);
	}
	buf_release(&lines);
	free(scratch);
	return rc;
}
