load ../helper
load parity

# Bands by limit orders and z-score by stop orders, sized by the stop; rebound and pullback; time exits; fees in base coin; a daily breaker that flattens.
@test "parity: bands and zscore, ten pairs, 200 bars, the daily breaker flattens" {
	mkdir -p conf/strategies conf/risk
	cat >conf/strategies/bands.json <<-'END'
	{"strategy":"channel","method":"bands","lookback":20,"lower_pct":3,"upper_pct":3,"rebound_pct":0.5,"pullback_pct":0.5,"stop_pct":3,"max_hold_bars":6,"entry":"limit","entry_offset_pct":1,"entry_bars":3}
	END
	cat >conf/strategies/revert.json <<-'END'
	{"strategy":"channel","method":"zscore","lookback":24,"lower_k":1.8,"upper_k":1,"stop_atr":2,"target":"risk","target_risk":1.5,"entry":"stop","entry_offset_pct":0.8,"entry_bars":2}
	END
	cat >conf/risk/by-stop.json <<-'END'
	{"sizing":"risk_pct","size":"0.4","max_positions":8,"daily_loss_pct":"3","breaker_action":"flatten","collar_bps":"100"}
	END
	# shellcheck disable=SC2086
	list=$(printf '"%s",' $PAIRS)
	cat >conf/accounts.json <<-END
	{"accounts":[{"name":"paper","mode":"paper","manage_interval":null,"anchor":"2024-05-01","risk":"by-stop","fee_mode":"received","slippage_bps":"7","strategies":[
	{"file":"bands","symbols":[${list%,}]},{"file":"revert","symbols":[${list%,}]}]}]}
	END
	fill_database
	step_through paper
	run compare paper
	assert_success
	jq -se 'map(select(.status == "refused") | .gate) | unique | contains(["breaker"])' paper.decision
	jq -se 'map(.reason) | unique | contains(["entry", "exit", "stop", "time", "breaker"])' paper.trade
	jq -se 'map(select(.leg == "entry") | .type + " " + .status) | unique
		| contains(["LIMIT FILLED", "LIMIT EXPIRED", "STOP FILLED", "STOP EXPIRED"])' paper.order
	grep -q '"code":"breaker.daily_loss"' paper.event
}
