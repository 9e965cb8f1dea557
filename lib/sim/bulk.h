#ifndef CT_SIM_BULK_H
#define CT_SIM_BULK_H

#include "sim/request.h"

/* The bulk archive: zips of candles and funding payments, each with its CHECKSUM, made when they are asked for. Private to lib/sim. */
void sim_get_bulk(const struct sim_request *q, struct sim_answer *a);
/* The pair that a path of the archive is about, into symbol; false: it is none. */
bool sim_bulk_symbol(const char *path, char symbol[SYMBOL_SIZE]);

#endif
