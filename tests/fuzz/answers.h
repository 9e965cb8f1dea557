#ifndef CT_TESTS_ANSWERS_H
#define CT_TESTS_ANSWERS_H

/*
 * Readers of the exchange's answers under the fuzzer: whatever comes, nothing is read out of bounds or leaked, and a refusal says
 * why. The first byte picks the reader and, below 128, a good answer that the rest changes place by place; above, the rest is the
 * answer.
 */
#include "fuzz.h"

struct answer_reader {
	void (*read)(const char *text, size_t n, struct error *e);
	const char *good;
};

/* Three bytes a change: where (in 1/256 of the text, and beside it), and what. */
static inline void answers_change(char *text, size_t *len, const uint8_t *data, size_t n)
{
	for (; n >= 3 && *len > 1; data += 3, n -= 3) {
		size_t at = (*len * data[0] / 256 + data[1] % 32) % *len;

		if (data[1] < 100) {
			text[at] = (char)data[2];
		} else if (data[1] < 180) {
			memmove(text + at, text + at + 1, --*len - at);
		} else {
			memmove(text + at + 1, text + at, (*len)++ - at);
			text[at] = (char)data[2];
		}
	}
}

/* A good answer, as it is, is read. */
static inline void answers_check(const struct answer_reader *readers, size_t count)
{
	for (size_t k = 0; k < count; k++) {
		struct error e = { 0 };

		readers[k].read(readers[k].good, strlen(readers[k].good), &e);
		need(!*e.message);
	}
}

static inline int answers_try(const struct answer_reader *readers, size_t count, const uint8_t *data, size_t n)
{
	static bool checked;
	struct error e = { 0 };
	const char *good;
	char *text;
	size_t len, k;

	if (!checked)
		answers_check(readers, count);
	checked = true;
	if (n == 0)
		return 0;
	k = data[0] % count;
	good = data[0] < 128 ? readers[k].good : "";
	len = strlen(good);
	text = malloc(len + n);
	memcpy(text, good, len);
	if (len) {
		answers_change(text, &len, data + 1, n - 1);
	} else {
		memcpy(text, data + 1, n - 1);
		len = n - 1;
	}
	text = realloc(text, len ? len : 1); /* not a byte to spare: an overrun is seen */
	readers[k].read(text, len, &e);
	need(memchr(e.field, '\0', sizeof e.field) && memchr(e.message, '\0', sizeof e.message));
	free(text);
	return 0;
}

#endif
