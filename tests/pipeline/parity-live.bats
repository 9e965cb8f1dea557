load ../helper
load parity

@test "parity: live at a simulated exchange, on paper and in the backtest: the same decisions, trades and equity" {
	BARS=${PARITY_BARS:-60}
	FIRST=2024-07-25
	write_settings
	touch conf/key
	live_accounts paper http://127.0.0.1:1 tight wide dip
	fill_database
	live_exchange
	live_accounts demo "$CT_BINANCE_URL" tight wide dip
	step_through live move_clock
	run compare_live
	assert_success
	jq -se 'map(.reason) | unique | contains(["entry", "exit", "stop", "target"])' live.trade
}
