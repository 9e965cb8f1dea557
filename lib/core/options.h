#ifndef CT_CORE_OPTIONS_H
#define CT_CORE_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The options that mean the same in every program: rows for an argp_option table. Long-only ones have keys from
 * 0x100; a program's own long-only options start at OPT_OWN.
 */
enum { OPT_DB = 0x100, OPT_SINCE, OPT_UNTIL, OPT_LAST, OPT_SYMBOLS, OPT_FORMAT, OPT_NOW, OPT_CONFIG, OPT_OWN = 0x200 };

#define ROW_ACCOUNT { "account", 'A', "NAME", 0, "The account, a name in accounts.json", 0 }
#define ROW_STRATEGY { "strategy", 'S', "FILE", 0, "Strategy file (a name alone is looked up in strategies/)", 0 }
#define ROW_RISK { "risk", 'R', "FILE", 0, "Risk file (a name alone is looked up in risk/)", 0 }
#define ROW_MARKET { "market", 'm', "MARKET", 0, "Market: spot (default) or um", 0 }
#define ROW_INTERVAL { "interval", 'i', "INTERVAL", 0, "Candle interval: 1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M", 0 }
#define ROW_OUTPUT { "output", 'o', "FILE", 0, "Write to FILE instead of stdout", 0 }
#define ROW_DB { "db", OPT_DB, "FILE", 0, "The database (default: CT_DB, or $XDG_DATA_HOME/ct/ct.db)", 0 }
#define ROW_CONFIG { "config", OPT_CONFIG, "DIR", 0, "Folder of accounts.json (default: CT_CONFIG, or $XDG_CONFIG_HOME/ct)", 0 }
#define ROW_SINCE { "since", OPT_SINCE, "TIME", 0, "From this time on, UTC: 2024-05-01, '2024-05-01 12:00', or milliseconds", 0 }
#define ROW_UNTIL { "until", OPT_UNTIL, "TIME", 0, "Before this time", 0 }
#define ROW_LAST { "last", OPT_LAST, "N", 0, "Only the last N", 0 }
#define ROW_SYMBOLS { "symbols", OPT_SYMBOLS, "FILE", 0, "Symbols from a JSON file (a name alone is looked up in symbols/)", 0 }
#define ROW_FORMAT { "format", OPT_FORMAT, "FORMAT", 0, "table, json or csv", 0 }
#define ROW_NOW { "now", OPT_NOW, "TIME", 0, "Take TIME as the clock; for tests and replays, refused for live accounts", 0 }

/*
 * Options whose text is taken as it is: a key each, and where in the program's struct args the const char * is. option_text puts
 * it there; false: the key is none of these.
 */
struct option_text {
	int key;
	size_t at;
};
#define OPTION_TEXT(KEY, MEMBER) { KEY, offsetof(struct args, MEMBER) }
bool option_text(const struct option_text *texts, size_t n, int key, const char *arg, void *args);

bool option_is(const char *text, const char *word); /* false where text is NULL */
int64_t option_clock(int64_t now_ms);               /* what --now gave, or the real time where it is TIME_NONE */

/* Values of options; a wrong one is a usage error that says what was expected (exit 64). option: its name without "--". */
int64_t option_count(struct argp_state *state, const char *option, const char *text, int64_t least, int64_t most);
/* Which of words (NULL-terminated) it is. */
int option_word(struct argp_state *state, const char *option, const char *text, const char *const *words);
double option_real(struct argp_state *state, const char *option, const char *text, double least, double most);
int64_t option_duration(struct argp_state *state, const char *option, const char *text, int64_t least_ms); /* to a day; ms */
int64_t option_time(struct argp_state *state, const char *option, const char *text);                       /* ms UTC */
/* --since later than --until is a mistake, not an empty answer. TIME_NONE: not given. */
void option_period(struct argp_state *state, int64_t since_ms, int64_t until_ms);

#endif
