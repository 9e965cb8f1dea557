#ifndef CT_MODEL_MARKET_H
#define CT_MODEL_MARKET_H

enum market { MARKET_SPOT, MARKET_UM, MARKET_COUNT };

extern const char *const market_names[]; /* "spot", "um", NULL */

/* -1: no such market. */
int market_find(const char *name);

#define SYMBOL_SIZE 32  /* bytes of a pair's name with its NUL; names may be Unicode */
#define ASSET_SIZE 24
#define NAME_SIZE 64    /* accounts and strategies */
#define ID_SIZE 40      /* decisions, orders, trades, events */
#define RUN_SIZE 20     /* 16 hex digits */
#define WHY_SIZE 256    /* a sentence for people */

#endif
