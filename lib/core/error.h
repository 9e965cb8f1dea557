#ifndef CT_CORE_ERROR_H
#define CT_CORE_ERROR_H

/*
 * Errors are sysexits: the code a function returns is the code the program ends with. One table for all programs.
 * lib/ returns them and never prints; cmd/ prints the one message at the end (core/prog.h).
 */
enum err {
	OK = 0,
	ERR_USAGE = 64,       /* the command line */
	ERR_DATA = 65,        /* a record or file is wrong */
	ERR_NOINPUT = 66,     /* a file is not there or not readable */
	ERR_UNAVAILABLE = 69, /* the exchange cannot be reached */
	ERR_INTERNAL = 70,    /* out of memory, or a bug */
	ERR_CANTCREAT = 73,   /* an output file cannot be made */
	ERR_IO = 74,          /* reading or writing failed: full disk, closed pipe */
	ERR_TEMPFAIL = 75,    /* try again later: locked database, rate limit */
	ERR_PROTOCOL = 76,    /* the exchange answered nonsense */
	ERR_NOPERM = 77,      /* the exchange refused the key */
	ERR_CONFIG = 78,      /* a configuration file or the database's version */
};

/* Filled by whoever first knows; everyone above passes it on unchanged. */
struct error {
	enum err code;
	long line;         /* of the input, 1-based; 0: no line */
	char field[64];    /* record field or JSON path; "" : none */
	char message[512]; /* lower case, no full stop; the problem first, then the thing in quotes */
};

/* Fills *e (which may be NULL) and returns code, so that `return error_set(…)` reads well. */
enum err error_set(struct error *e, enum err code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same, naming the field. */
enum err error_field(struct error *e, enum err code, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

enum err error_memory(struct error *e);

#endif
