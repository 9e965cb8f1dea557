#include "model/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "model/config.h"

enum err names_add(struct names *n, const char *name, struct error *e)
{
	char(*grown)[SYMBOL_SIZE];

	if (!*name || strlen(name) >= SYMBOL_SIZE || strpbrk(name, " \t\n/\"\\"))
		return error_set(e, ERR_USAGE, "not the name of a pair: '%.60s'", name);
	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->rows[i], name) == 0)
			return OK;
	grown = realloc(n->rows, (n->count + 1) * sizeof *grown);
	if (!grown)
		return error_memory(e);
	n->rows = grown;
	snprintf(n->rows[n->count++], SYMBOL_SIZE, "%s", name);
	return OK;
}

enum err names_add_file(struct names *n, const char *file, struct error *e)
{
	char folder[PATH_SIZE], path[PATH_SIZE], (*more)[SYMBOL_SIZE];
	size_t count;
	int market = -1;
	enum err rc = path_config(NULL, folder, e);

	if (!rc)
		rc = path_find(folder, "symbols", file, path, e);
	if (!rc)
		rc = symbols_load(path, &market, &more, &count, e);
	if (rc)
		return rc;
	n->of_market = market >= 0;
	n->market = market;
	for (size_t i = 0; i < count && !rc; i++)
		rc = names_add(n, more[i], e);
	free(more);
	return rc;
}

void names_release(struct names *n)
{
	free(n->rows);
	*n = (struct names){ 0 };
}
