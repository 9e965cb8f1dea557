#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/path.h"
#include "store/duck_api.h"

#define OLDEST_MAJOR 1
#define OLDEST_MINOR 3
#define INSTALL "run make deps-parquet in the source of ct, or name a libduckdb.so in CT_DUCKDB"

/* A missing library is looked for elsewhere; one that is there and cannot be loaded is told. */
static void *load(const char *path, struct error *e)
{
	void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);

	if (!library)
		error_set(e, ERR_UNAVAILABLE, "cannot load DuckDB: %s; " INSTALL, dlerror());
	return library;
}

static enum err find(void **library, struct error *e)
{
	const char *named = getenv("CT_DUCKDB");
	char path[PATH_SIZE];

	if (named && *named)
		return (*library = load(named, e)) ? OK : ERR_UNAVAILABLE;
	for (size_t i = 0; path_library("libduckdb.so", i, path); i++)
		if (access(path, F_OK) == 0)
			return (*library = load(path, e)) ? OK : ERR_UNAVAILABLE;
	*library = dlopen("libduckdb.so", RTLD_LAZY | RTLD_LOCAL); /* the system's */
	return *library ? OK : error_set(e, ERR_UNAVAILABLE, "Parquet needs DuckDB's C library, and there is none: " INSTALL);
}

/* "v1.5.6" */
static enum err check_version(const char *text, struct error *e)
{
	char *end;
	long major = strtol(text + (*text == 'v'), &end, 10);
	long minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;

	if (major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR))
		return OK;
	return error_set(e, ERR_UNAVAILABLE, "DuckDB %s is too old, %d.%d or newer is needed: " INSTALL, text, OLDEST_MAJOR, OLDEST_MINOR);
}

static enum err resolve(void *library, struct duck_api *api, struct error *e)
{
	enum err rc;

	*(void **)(void *)&api->library_version = dlsym(library, "duckdb_library_version");
	rc = check_version(api->library_version ? api->library_version() : "before 1.0", e);
	if (rc)
		return rc;
#define RESOLVE(type, name, arguments) \
	if (!(*(void **)(void *)&api->name = dlsym(library, "duckdb_" #name))) \
		return error_set(e, ERR_UNAVAILABLE, "DuckDB %s has no duckdb_" #name ": " INSTALL, api->library_version());
	DUCK_API(RESOLVE)
#undef RESOLVE
	return OK;
}

enum err duck_load(const struct duck_api **api, struct error *e)
{
	static struct duck_api found;
	static bool loaded;
	void *library;
	enum err rc;

	*api = &found;
	if (loaded) /* and nothing is written any more: threads ask too */
		return OK;
	rc = find(&library, e);
	if (!rc)
		rc = resolve(library, &found, e);
	loaded = !rc;
	return rc;
}
