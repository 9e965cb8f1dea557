#ifndef CT_REPORT_SPARK_H
#define CT_REPORT_SPARK_H

#include "report/curve.h"
#include "report/table.h"

/*
 * A small chart of a curve for the terminal: width × height characters of Braille dots (asterisks without UTF-8),
 * values at the left, dates below. Fewer than two points draw nothing.
 * Errors: ERR_INTERNAL (memory).
 */
enum err spark_write(const struct curve *c, size_t width, size_t height, const struct style *s, struct buf *b, struct error *e);

#endif
