/* The line reader: every shape of line end, ceilings, and that it goes on behind a line it refuses. */
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

#include "core/line.h"

static struct line_reader reader;

static void open_on(const char *data, size_t n)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	rewind(f);
	line_init(&reader, dup(fileno(f)), NULL);
	fclose(f);
}

static void close_reader(void)
{
	close(reader.fd);
	line_release(&reader);
}

static void next_is(long number, const char *want)
{
	struct error e = { 0 };
	char *line;
	size_t n;

	assert_int_equal(line_next(&reader, &line, &n, &e), OK);
	if (!want) {
		assert_null(line);
		return;
	}
	assert_non_null(line);
	assert_string_equal(line, want);
	assert_int_equal(n, strlen(want));
	assert_int_equal(reader.number, number);
}

static void next_fails(long number, const char *message)
{
	struct error e = { 0 };
	char *line;
	size_t n;

	assert_int_equal(line_next(&reader, &line, &n, &e), ERR_DATA);
	assert_int_equal(e.line, number);
	assert_string_equal(e.message, message);
}

#define OPEN(text) open_on(text, sizeof(text) - 1)

static void line_ends(void **state)
{
	(void)state;
	OPEN("\xef\xbb\xbf" "one\r\n\n\xef\xbb\xbftwo\r\rx\nlast");
	next_is(1, "one");
	next_is(2, "");
	next_is(3, "\xef\xbb\xbftwo\r\rx");
	next_is(4, "last");
	next_is(0, NULL);
	next_is(0, NULL);
	close_reader();
	OPEN("");
	next_is(0, NULL);
	close_reader();
	OPEN("\n");
	next_is(1, "");
	next_is(0, NULL);
	close_reader();
}

static void nul_bytes(void **state)
{
	(void)state;
	OPEN("a\0b\nnext\n\0");
	next_fails(1, "line contains a NUL byte");
	next_is(2, "next");
	next_fails(3, "line contains a NUL byte");
	next_is(0, NULL);
	close_reader();
}

static void long_lines(void **state)
{
	size_t lengths[] = { LINE_MAX_BYTES - 1, LINE_MAX_BYTES, LINE_MAX_BYTES + 1, 3 * LINE_MAX_BYTES };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		size_t n = lengths[i];
		char *text = malloc(n + 7);

		memset(text, 'x', n);
		memcpy(text + n, "\nnext\n", 7);
		open_on(text, n + 6);
		text[n] = '\0';
		if (n <= LINE_MAX_BYTES)
			next_is(1, text);
		else
			next_fails(1, "line is longer than 1048576 bytes");
		next_is(2, "next");
		next_is(0, NULL);
		close_reader();
		/* the same without anything behind it */
		open_on(text, n);
		if (n <= LINE_MAX_BYTES)
			next_is(1, text);
		else
			next_fails(1, "line is longer than 1048576 bytes");
		next_is(0, NULL);
		close_reader();
		free(text);
	}
}

/* Lines of every length around the block size, so that ends fall on every place in a block. */
static void blocks(void **state)
{
	enum { COUNT = 3000 };
	char *text = malloc(COUNT * 1000), *p = text, *want = malloc(1000);

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		memset(p, 'a' + i % 26, (size_t)(i % 997));
		p += i % 997;
		*p++ = '\n';
	}
	open_on(text, (size_t)(p - text));
	for (int i = 0; i < COUNT; i++) {
		memset(want, 'a' + i % 26, (size_t)(i % 997));
		want[i % 997] = '\0';
		next_is(i + 1, want);
	}
	next_is(0, NULL);
	close_reader();
	free(text);
	free(want);
}

static int waits;

static void count_wait(void)
{
	waits++;
}

static void tells_before_it_waits(void **state)
{
	int fd[2], go[2];
	pid_t child;
	char c = 0;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(pipe(go), 0);
	child = fork();
	if (child == 0) {
		/* the second line comes only after the reader said that it waits */
		_exit(read(go[0], &c, 1) == 1 && write(fd[1], "two\n", 4) == 4 ? 0 : 1);
	}
	assert_int_equal(write(fd[1], "one\n", 4), 4);
	close(fd[1]);
	line_init(&reader, fd[0], count_wait);
	next_is(1, "one");
	assert_int_equal(waits, 0); /* data was there: no reason to flush */
	assert_int_equal(write(go[1], "g", 1), 1);
	next_is(2, "two");
	next_is(0, NULL);
	waitpid(child, NULL, 0);
	close_reader();
	close(go[0]);
	close(go[1]);
}

static void unreadable(void **state)
{
	struct error e = { 0 };
	char *line;
	size_t n;

	(void)state;
	line_init(&reader, -1, NULL);
	assert_int_equal(line_next(&reader, &line, &n, &e), ERR_IO);
	assert_null(line);
	line_release(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_ends), cmocka_unit_test(nul_bytes), cmocka_unit_test(long_lines), cmocka_unit_test(blocks),
		cmocka_unit_test(tells_before_it_waits), cmocka_unit_test(unreadable),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
