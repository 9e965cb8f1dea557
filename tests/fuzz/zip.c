/*
 * Files of the archive: any bytes as a zip, any text in a good zip, any path and any CHECKSUM are read to their end without
 * harm, in bounded memory; what a path names is written as that path again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feed/zip.h"
#include "haul/unpack.h"

static struct bulk_file file_of(uint8_t choice)
{
	return bulk_file_at(choice & 1 ? MARKET_UM : MARKET_SPOT, choice & 2 ? -1 : INTERVAL_4H, "BTCUSDT", choice & 4, INT64_C(1704067200000));
}

static void read_path(const char *text)
{
	char again[BULK_PATH_SIZE];
	struct bulk_file f;
	bool checksum;

	if (bulk_path_read(text, &f, &checksum) && strncmp(text, bulk_path(&f, NULL, again), strlen(again)) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bulk_file f = file_of(n ? data[0] : 0);
	char name[BULK_NAME_SIZE + 4], hex[DIGEST_HEX], *text;
	struct buf zip = { 0 };
	struct error e;

	if (n == 0)
		return 0;
	text = malloc(n);
	if (!text)
		abort();
	memcpy(text, data + 1, n - 1);
	text[n - 1] = '\0';
	zip = (struct buf){ .data = text, .len = n - 1 };
	unpack_check(&f, &zip, &e);
	bulk_name(&f, name);
	bulk_checksum_read(text, n - 1, name, hex, &e);
	read_path(text);
	strcat(name, ".csv");
	zip = (struct buf){ 0 };
	if (zip_write(name, text, n - 1, &zip, NULL) || (unpack_check(&f, &zip, &e) == ERR_DATA && !e.message[0]))
		abort();
	buf_release(&zip);
	free(text);
	return 0;
}
