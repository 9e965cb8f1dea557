load ../helper
load parity

# An account of 4h strategies, managed on 1h bars: real 1h candles through the fall of 5 August 2024. Between
# its strategies' bars stops are trailed, limit-makers re-priced, time exits made and a breaker trips, and nothing is entered.
PAIRS="BTCUSDT ETHUSDT SOLUSDT XRPUSDT HBARUSDT ANKRUSDT"
FIRST=2024-08-03
BAR_S=3600 BAR=1h BARS=${PARITY_BARS:-64}
MANAGED='"1h"'

# Strategies that say nothing of intervals.
settings() {
	mkdir -p conf/strategies conf/risk
	cat >conf/strategies/wide.json <<-'END'
	{"strategy":"channel","method":"donchian","lookback":8,"exit_lookback":8,"stop_pct":6,"trail_pct":3,"max_hold_bars":3,"entry":"limit","entry_offset_pct":0.5,"entry_bars":2}
	END
	cat >conf/strategies/dip.json <<-'END'
	{"strategy":"channel","method":"zscore","lookback":12,"lower_k":1,"upper_k":1,"stop_pct":8,"max_hold_bars":6,"entry":"maker","entry_offset_pct":0.5,"entry_bars":2}
	END
	cat >conf/risk/managed.json <<-'END'
	{"sizing":"equity_pct","size":"12","max_exposure_pct":"90","drawdown_pct":"4","breaker_action":"flatten","collar_bps":"50"}
	END
	touch conf/key
	live_accounts paper http://127.0.0.1:1 managed wide dip
	fill_database
}

# between KIND FILTER TIME: what happened between the strategies' bars.
between() { jq -se 'map(select(.kind == "'"$1"'") | select('"$2"') | select('"$3"' % 14400000 != 0)) | length > 0' backtest.ndjson; }

met_between() {
	between order '.why == "moved up"' .updated_ms
	between decision '.reason == "time"' .signal_t_ms
	between decision '.reason == "breaker"' .signal_t_ms
	between order '.why == "re-priced"' .updated_ms
	between event '.code | startswith("breaker.")' .t_ms
	between equity true .t_ms
	jq -se 'map(select(.kind == "decision" and .reason == "entry")) | length > 5 and all(.signal_t_ms % 14400000 == 0)' backtest.ndjson
}

@test "parity: managed on shorter bars, on paper and in the backtest; between the strategies' bars only that" {
	settings
	step_through live
	run compare live
	assert_success
	met_between
	cd "$XDG_STATE_HOME/ct/steps/live"
	[ -e 2024-08-04T04:00:00/signals.ndjson ]
	run ls 2024-08-04T05:00:00
	assert_output "done
late
pending.log
pending.ndjson
sync.log
sync.ndjson"
}

@test "parity: managed on shorter bars, live at a simulated exchange and in the backtest" {
	settings
	live_exchange
	live_accounts demo "$CT_BINANCE_URL" managed wide dip
	step_through live move_clock
	compare_live
	met_between
}
