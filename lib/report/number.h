#ifndef CT_REPORT_NUMBER_H
#define CT_REPORT_NUMBER_H

#include "core/buf.h"
#include "core/dec.h"

/*
 * Numbers for people: thousands grouped by a comma, a point before the decimals, "-" as sign. NaN adds nothing.
 * Each appends to b.
 */
void number_real(struct buf *b, double v, int decimals);
void number_percent(struct buf *b, double fraction, int decimals); /* 0.1234 -> "12.34%" */
void number_price(struct buf *b, double v);   /* as many decimals as its size asks for: 67,204.10 and 0.00001234 */
void number_qty(struct buf *b, dec v);        /* exact, without trailing zeros */
void number_duration(struct buf *b, double days); /* "36d", "5.3d", "7.5h" */
/* "1.500" becomes "1.5", "2.00" "2"; what has no point stays. */
void text_trim_zeros(char *number);

#endif
