#ifndef CT_STRATEGY_KINDS_H
#define CT_STRATEGY_KINDS_H

#include "strategy/strategy.h"

/* The rows of strategy_kinds, one a file. */
extern const struct strategy_kind strategy_channel, strategy_random;

#endif
