#include "study/window.h"

/* The value first, without branches, by two chains; then the newest place that has it: on ties it stays longest. */
const double *ring_largest(const double *first, const double *next, const double *end)
{
	double even = *first, odd = end[-1], best;
	const double *v;

	for (v = first; v + 1 < end; v += 2) {
		even = larger(even, v[0]);
		odd = larger(odd, v[1]);
	}
	best = larger(even, odd);
	for (v = next; v > first;)
		if (*--v == best)
			return v;
	for (v = end; *--v != best;)
		;
	return v;
}
