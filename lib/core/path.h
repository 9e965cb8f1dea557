#ifndef CT_CORE_PATH_H
#define CT_CORE_PATH_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/error.h"

/* Where things lie, by the XDG base directory rules. Each fills out (PATH_SIZE bytes); ERR_CONFIG if too long or HOME is unset. */
#define PATH_SIZE 4096

enum err path_db(const char *option, char *out, struct error *e);     /* --db, CT_DB, $XDG_DATA_HOME/ct/ct.db */
enum err path_config(const char *option, char *out, struct error *e); /* --config, CT_CONFIG, $XDG_CONFIG_HOME/ct */
enum err path_state(const char *name, char *out, struct error *e);    /* $XDG_STATE_HOME/ct/NAME */

/*
 * A configuration file as the user names it: a path with a slash, or an existing file, is taken as it is; else
 * NAME[.json] in config_dir/kind/, then in the shipped share folder (CT_SHARE, or beside the program: ../share/ct, or
 * the source tree's share). ERR_NOINPUT names every place that was tried.
 */
enum err path_find(const char *config_dir, const char *kind, const char *name, char *out, struct error *e);
/* A file of the shipped share folder, such as "gnuplot/equity.gp". */
enum err path_share(const char *name, char *out, struct error *e);

/* The i-th place of a library that is loaded when it is needed: ../lib/ct beside the program, $XDG_DATA_HOME/ct/lib. False: no more. */
bool path_library(const char *name, size_t i, char *out);

bool path_is_folder(const char *path);
enum err path_make_parents(const char *file, struct error *e); /* mkdir -p of its folder, 0700 */

/* The whole file (at most max bytes) into b. ERR_NOINPUT, ERR_DATA when larger. */
enum err file_read(const char *path, size_t max, struct buf *b, struct error *e);
/* Writes to a temporary name beside it, fsyncs and renames: the file is whole, or as it was. */
enum err file_replace(const char *path, const void *data, size_t n, struct error *e);

/*
 * An exclusive lock by a file, held until the descriptor is closed (or the process dies). wait_ms 0: at once.
 * ERR_TEMPFAIL: somebody holds it.
 */
enum err lock_take(const char *path, int wait_ms, int *fd, struct error *e);

#endif
