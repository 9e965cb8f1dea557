#include "feed/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

struct zip {
	struct archive *archive;
	const char *entry;
	int64_t bytes, text_max;
};

static enum err failed(struct archive *a, struct error *e)
{
	const char *why = archive_error_string(a);

	return error_set(e, ERR_DATA, "not a whole zip: %.200s", why ? why : "damaged");
}

static enum err too_large(const struct zip *z, struct error *e)
{
	return error_set(e, ERR_DATA, "'%.100s' unpacks to more than the %lld bytes such a file can have", z->entry, (long long)z->text_max);
}

static enum err first_entry(struct zip *z, struct error *e)
{
	struct archive_entry *entry;
	const char *name;
	int r = archive_read_next_header(z->archive, &entry);

	if (r == ARCHIVE_EOF)
		return error_set(e, ERR_DATA, "an empty zip, '%.100s' is expected in it", z->entry);
	if (r != ARCHIVE_OK)
		return failed(z->archive, e);
	name = archive_entry_pathname_utf8(entry);
	if (!name || strcmp(name, z->entry) != 0 || archive_entry_filetype(entry) != AE_IFREG)
		return error_set(e, ERR_DATA, "'%.100s' is in the zip, not '%.100s'", name ? name : "", z->entry);
	return archive_entry_size_is_set(entry) && archive_entry_size(entry) > z->text_max ? too_large(z, e) : OK;
}

enum err zip_open(const void *data, size_t n, const char *entry, int64_t text_max, struct zip **zip, struct error *e)
{
	struct zip *z = calloc(1, sizeof *z);
	enum err rc;

	*zip = NULL;
	if (!z || !(z->archive = archive_read_new())) {
		free(z);
		return error_memory(e);
	}
	z->entry = entry;
	z->text_max = text_max;
	archive_read_support_format_zip(z->archive);
	rc = archive_read_open_memory(z->archive, data, n) == ARCHIVE_OK ? first_entry(z, e) : failed(z->archive, e);
	if (rc) {
		zip_close(z);
		return rc;
	}
	*zip = z;
	return OK;
}

/* At the end of the entry: there must not be another. */
static enum err last_entry(struct zip *z, struct error *e)
{
	struct archive_entry *entry;
	int r = archive_read_next_header(z->archive, &entry);

	if (r == ARCHIVE_EOF)
		return OK;
	return r == ARCHIVE_OK ? error_set(e, ERR_DATA, "more than '%.100s' is in the zip", z->entry) : failed(z->archive, e);
}

static enum err read_entry(void *ctx, char *data, size_t n, size_t *got, struct error *e)
{
	struct zip *z = ctx;
	la_ssize_t r = archive_read_data(z->archive, data, n);

	*got = 0;
	if (r < 0)
		return failed(z->archive, e);
	z->bytes += r;
	if (z->bytes > z->text_max)
		return too_large(z, e);
	*got = (size_t)r;
	return r == 0 ? last_entry(z, e) : OK;
}

struct csv_input zip_input(struct zip *zip)
{
	return (struct csv_input){ read_entry, zip };
}

void zip_close(struct zip *z)
{
	if (!z)
		return;
	archive_read_free(z->archive);
	free(z);
}

static la_ssize_t write_piece(struct archive *a, void *ctx, const void *data, size_t n)
{
	struct buf *out = ctx;

	(void)a;
	buf_add(out, data, n);
	return out->failed ? -1 : (la_ssize_t)n;
}

enum err zip_write(const char *entry, const void *text, size_t n, struct buf *out, struct error *e)
{
	struct archive *a = archive_write_new();
	struct archive_entry *row = archive_entry_new();
	bool ok = a && row;

	if (ok) {
		archive_entry_set_pathname(row, entry);
		archive_entry_set_size(row, (la_int64_t)n);
		archive_entry_set_filetype(row, AE_IFREG);
		archive_entry_set_perm(row, 0644);
		archive_entry_set_mtime(row, 946684800, 0);
		ok = archive_write_set_format_zip(a) == ARCHIVE_OK && archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK
			&& archive_write_open2(a, out, NULL, write_piece, NULL, NULL) == ARCHIVE_OK && archive_write_header(a, row) == ARCHIVE_OK
			&& archive_write_data(a, text, n) == (la_ssize_t)n && archive_write_close(a) == ARCHIVE_OK;
	}
	archive_entry_free(row);
	if (a)
		archive_write_free(a);
	return ok ? OK : error_memory(e);
}
