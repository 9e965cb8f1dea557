load ../helper
load parity

# A pair that has no bar is late on paper, and nothing at all in a backtest.
recorded() { jq -cS 'select(.kind == "'"$1"'" and .code != "sync.late") | del(.account, .run)' | sort; }

# What exchanges do on bad days: missing bars, bars without trade, bars cut short; and fees in BNB, whose price moves.
@test "parity: missing bars, bars without volume, bars cut short, fees in BNB" {
	mkdir -p conf/strategies conf/risk
	export CT_CONFIG=$PWD/conf
	echo '{"strategy":"channel","method":"donchian","lookback":8,"exit_lookback":4,"stop_pct":4,"max_hold_bars":4}' >conf/strategies/eight.json
	echo '{"strategy":"channel","method":"atr","lookback":8,"lower_k":1,"upper_k":1,"stop_atr":1.5,"target":"mid"}' >conf/strategies/near.json
	echo '{"sizing":"equity_pct","size":"20","exchange_filters":false,"collar_bps":null,"drawdown_pct":"50"}' >conf/risk/plain.json
	echo '{"accounts":[{"name":"paper","mode":"paper","manage_interval":null,"anchor":"2024-05-01","risk":"plain","fee_mode":"bnb","slippage_bps":"3","strategies":[
		{"file":"eight","symbols":["AAAUSDT","BNBUSDT","CCCUSDT"]},{"file":"near","symbols":["AAAUSDT","BNBUSDT"]}]}]}' >conf/accounts.json
	ct-store init
	for s in AAAUSDT BNBUSDT CCCUSDT; do
		candles 130 $s | jq -c '(.open_time / 14400000 | floor) as $k | ((.symbol | explode | add) % 7 + 3) as $n
			| ([.open, .high, .low, .close] | map((tonumber + (($k * $n % 11) / 4)) * 100 | floor / 100)) as [$o, $h, $l, $c]
			| .open = "\($o)" | .high = "\($h)" | .low = "\($l)" | .close = "\($c)"
			| select(($k * $n) % 17 != 0)
			| if ($k + $n) % 13 == 0 then .volume = "0" | .quote_volume = "0" | .taker_buy_volume = "0" | .taker_buy_quote_volume = "0" else . end
			| if ($k + $n) % 19 == 0 then .close_time -= 7200000 else . end'
	done | ct-store put
	FIRST=2024-05-10 BARS=70
	for n in $(seq 0 $BARS); do
		t=$(($(date -u -d "$FIRST" +%s) + n * BAR_S))000
		ct-exec -q sync -A paper --now $t >/dev/null 2>&1
		for s in eight near; do
			ct-store candles -A paper -S $s --until $t | ct-signal -q -S $s --emit-from $t
		done | ct-risk -A paper --now $t | ct-exec -A paper --now $t >/dev/null
	done
	run compare paper
	assert_success
	jq -se 'map(.reason) | unique | contains(["entry", "exit", "stop", "time"])' paper.trade
	jq -se 'map(select(.why | test("no candle for the bar|no trade in this bar"))) | length > 2' paper.decision
	[ "$(jq -r .fee_asset paper.trade | sort -u)" = BNB ]
}
