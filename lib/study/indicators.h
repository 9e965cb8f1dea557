#ifndef CT_STUDY_INDICATORS_H
#define CT_STUDY_INDICATORS_H

#include "study/study.h"
#include "study/window.h"

/* The rows of the table in study.c, one a file, and what they share. */
extern const struct indicator study_sma, study_ema, study_rma, study_rsi, study_tr, study_atr, study_adx, study_highest, study_lowest,
	study_donchian, study_bollinger, study_zscore, study_keltner, study_macd, study_macd_indep, study_vwap, study_vwap_rolling,
	study_obv, study_volume_ratio, study_volatility;

#define PERIOD(fallback, min) { "period", fallback, min, STUDY_PERIOD_MAX, 1, "bars" }

#endif
