/* Any bytes as a record line: never a crash, and what is accepted is written in a form that reads back the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct record r, again;
	struct buf first = { 0 }, second = { 0 };
	char *line = malloc(n + 1);

	memcpy(line, data, n);
	line[n] = '\0';
	if (!memchr(line, '\0', n) && record_read(line, n, &r, NULL) == OK) {
		record_write(r.kind, &r.candle, &first);
		if (record_read(first.data, first.len - 1, &again, NULL))
			abort();
		record_write(again.kind, &again.candle, &second);
		if (strcmp(first.data, second.data) != 0)
			abort();
	}
	buf_release(&first);
	buf_release(&second);
	free(line);
	return 0;
}
