load ../helper
load parity

# Donchian and ATR channels; touch and close; stops, targets, trailing; a drawdown breaker that blocks.
@test "parity: donchian and atr channels, ten pairs, 200 bars, the drawdown breaker trips" {
	write_settings
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
