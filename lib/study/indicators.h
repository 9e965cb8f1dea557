#ifndef CT_STUDY_INDICATORS_H
#define CT_STUDY_INDICATORS_H

#include <string.h>

#include "study/study.h"
#include "study/window.h"

/* The rows of the table in study.c, one a file or two that differ by a sign or a weight, and what they share. */
extern const struct indicator study_sma, study_ema, study_rma, study_rsi, study_tr, study_atr, study_adx, study_highest, study_lowest,
	study_donchian, study_bollinger, study_zscore, study_keltner, study_macd, study_macd_indep, study_vwap, study_vwap_rolling,
	study_obv, study_volume_ratio, study_volatility;

/* A run: the step in a loop, on a copy of the state, so that the compiler keeps both in registers. */
#define RUN(name, step, type, outputs)                                                                          \
	__attribute__((flatten)) static void name(void *state, const struct study_bar *bars, size_t n, double *out, \
		double (*rows)[STUDY_PIECE])                                                                    \
	{                                                                                                       \
		type s = *(type *)state;                                                                        \
		double now[outputs];                                                                            \
                                                                                                                \
		memcpy(now, out, sizeof now);                                                                   \
		for (size_t i = 0; i < n; i++) {                                                                \
			step(&s, &bars[i], now);                                                                \
			for (size_t k = 0; k < (outputs); k++)                                                  \
				rows[k][i] = now[k];                                                            \
		}                                                                                               \
		memcpy(out, now, sizeof now);                                                                   \
		*(type *)state = s;                                                                             \
	}

#define PERIOD(fallback, min) { "period", fallback, min, STUDY_PERIOD_MAX, 1, "bars" }

#endif
