/* Every golden fill case (golden/dev/fills/fill_cases.csv), and a bar without volume. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fill/fill.h"

static dec number(const char *s)
{
	dec v = DEC_NONE;

	if (*s)
		assert_true(dec_parse(s, strlen(s), &v));
	return v;
}

static const char *golden(void)
{
	static char path[4096];
	const char *shared = getenv("SHARED");

	snprintf(path, sizeof path, "%s/golden/dev/fills/fill_cases.csv", shared ? shared : "../shared");
	return path;
}

static int split(char *line, char **cell)
{
	int n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	for (char *p = line; p && n < 15; n++)
		cell[n] = strsep(&p, ",");
	return n;
}

static void golden_cases(void **state)
{
	FILE *f = fopen(golden(), "r");
	char line[512], *c[15];
	int seen = 0;

	(void)state;
	if (!f) {
		print_message("golden fill cases are absent: skipped\n");
		skip();
	}
	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		struct bar b = { .volume = DEC_ONE };
		struct fill in;
		struct fill_exit out = { FILL_EXIT_NONE, 0, false };
		enum side side;
		bool hold;
		const char *reason;

		/* Descriptions may hold a comma inside quotes: none of the numbers come before them. */
		char *p = line;
		if (strchr(line, '"')) {
			char *open = strchr(line, '"'), *close = strchr(open + 1, '"');
			for (char *q = open; q < close; q++)
				if (*q == ',')
					*q = ';';
		}
		assert_int_equal(split(p, c), 15);
		side = atoi(c[2]) > 0 ? SIDE_BUY : SIDE_SELL;
		hold = strcmp(c[3], "HOLD") == 0;
		b.open = (dec64)number(c[5]);
		b.high = (dec64)number(c[6]);
		b.low = (dec64)number(c[7]);
		b.close = (dec64)number(c[8]);
		in = hold ? (struct fill){ FILL_NONE, number(c[9]), false }
			  : fill_entry(side, strcmp(c[3], "MARKET") == 0 ? ORDER_MARKET : strcmp(c[3], "LIMIT") == 0 ? ORDER_LIMIT : ORDER_STOP,
				  *c[9] ? number(c[9]) : 0, atoi(c[4]), &b);
		if (!*c[12]) {
			assert_int_equal(in.where, FILL_NONE);
		} else {
			assert_true(hold || in.where != FILL_NONE);
			assert_true(in.price == number(c[12]));
			out = fill_exit(side, number(c[10]), number(c[11]), in.where, &b);
		}
		reason = out.kind == FILL_EXIT_STOP ? "SL" : out.kind == FILL_EXIT_TARGET ? "TP" : "";
		if (strcmp(reason, c[13]) != 0)
			fail_msg("case %s: left by '%s', expected '%s'", c[0], reason, c[13]);
		if (*c[14] && out.price != number(c[14]))
			fail_msg("case %s: wrong exit price", c[0]);
		seen++;
	}
	fclose(f);
	assert_true(seen >= 150);
}

static void nothing_happens_without_volume(void **state)
{
	struct bar b = { .open = 100 * (dec64)DEC_ONE, .high = 120 * (dec64)DEC_ONE, .low = 80 * (dec64)DEC_ONE, .close = 100 * (dec64)DEC_ONE };

	(void)state;
	assert_int_equal(fill_entry(SIDE_BUY, ORDER_MARKET, 0, false, &b).where, FILL_NONE);
	assert_int_equal(fill_exit(SIDE_BUY, 90 * (dec)DEC_ONE, 110 * (dec)DEC_ONE, FILL_NONE, &b).kind, FILL_EXIT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(golden_cases), cmocka_unit_test(nothing_happens_without_volume) };

	return cmocka_run_group_tests_name("fill", tests, NULL, NULL);
}
