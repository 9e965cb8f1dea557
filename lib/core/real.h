#ifndef CT_CORE_REAL_H
#define CT_CORE_REAL_H

#include <stddef.h>

#define REAL_TEXT 32 /* bytes that hold any real as text */

/*
 * A finite double in so many significant digits (1 to 15): the very bytes of printf's "%.*g", some ten times faster.
 * Only -0 is written as 0: a JSON reader takes "-0" for an integer, which has no such sign. NUL-terminated; returns the length.
 */
size_t real_format(double v, int digits, char *out);

#endif
