#ifndef CT_REPORT_VERDICT_H
#define CT_REPORT_VERDICT_H

#include "report/slice.h"

#define VERDICT_TRADES 30 /* round trips, and */
#define VERDICT_DAYS 90   /* days, below which an account tells too little */

/*
 * One sentence: which account was safest and why. Safest is, among those that tell enough and fell at most a quarter deeper
 * than the one that fell least, the one with the highest Calmar ratio. Accounts with too little are named with what
 * they have. The slices are whole accounts.
 */
void verdict_write(const struct slices *s, struct buf *b);

#endif
