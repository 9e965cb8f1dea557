#include "model/market.h"

#include <stddef.h>
#include <string.h>

const char *const market_names[] = { "spot", "um", NULL };

int market_find(const char *name)
{
	for (int i = 0; market_names[i]; i++)
		if (strcmp(market_names[i], name) == 0)
			return i;
	return -1;
}
