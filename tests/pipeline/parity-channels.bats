load ../helper
load parity

# Donchian and ATR channels; touch and close; stops, targets, trailing; a drawdown breaker that blocks.
@test "parity: donchian and atr channels, ten pairs, 200 bars, the drawdown breaker trips" {
	mkdir -p conf/strategies conf/risk
	cat >conf/strategies/wide.json <<-'END'
	{"strategy":"channel","method":"donchian","lookback":20,"exit_lookback":10,"stop_atr":3,"trail_atr":4}
	END
	cat >conf/strategies/dip.json <<-'END'
	{"strategy":"channel","method":"atr","average":"ema","lookback":30,"lower_k":1.5,"upper_k":1.5,"trigger":"touch","stop_pct":4,"target":"mid"}
	END
	cat >conf/risk/tight.json <<-'END'
	{"sizing":"equity_pct","size":"15","max_positions":5,"max_exposure_pct":"60","daily_loss_pct":"30","drawdown_pct":"6","collar_bps":"20"}
	END
	# shellcheck disable=SC2086
	list=$(printf '"%s",' $PAIRS)
	cat >conf/accounts.json <<-END
	{"accounts":[{"name":"paper","mode":"paper","manage_interval":null,"anchor":"2024-05-01","risk":"tight","strategies":[
	{"file":"wide","symbols":[${list%,}]},{"file":"dip","symbols":[${list%,}]}]}]}
	END
	fill_database
	step_through paper
	run compare paper
	assert_success
	# What the test is for did happen.
	jq -se 'map(select(.status == "refused") | .gate) | unique | (contains(["breaker"]) and contains(["already_open"]))' paper.decision
	jq -se 'map(.reason) | unique | contains(["entry", "exit", "stop", "target", "trail"])' paper.trade
	grep -q '"code":"breaker.drawdown"' paper.event
}
