#ifndef CT_MODEL_NAMES_H
#define CT_MODEL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "model/market.h"

/* Pairs named on a command line, in a symbols file, or both: each once. */
struct names {
	char (*rows)[SYMBOL_SIZE];
	size_t count;
	bool of_market; /* a symbols file said of which market they are */
	int market;
};

/* ERR_USAGE: not the name of a pair. */
enum err names_add(struct names *n, const char *name, struct error *e);
/* Those of a symbols file, looked up as every configuration file. */
enum err names_add_file(struct names *n, const char *file, struct error *e);
void names_release(struct names *n);

#endif
