# ct-report diff on what the database holds: stored backtests that differ in one thing each, and a paper account that missed steps.
load ../helper

RULES='"min_price":"0","max_price":"0","step_size":"0.00001","min_qty":"0","max_qty":"0","market_step_size":"0","market_min_qty":"0","market_max_qty":"0"'

setup() {
	common_setup
	export CT_CONFIG=$PWD/conf CT_DB=$PWD/ct.db
	mkdir -p conf/strategies conf/risk
	echo '{"strategy":"channel","method":"zscore","lookback":10,"lower_k":1.3,"upper_k":1.3,"stop_pct":30}' >conf/strategies/d.json
	echo '{"sizing":"equity_pct","size":"20","max_positions":5}' >conf/risk/r.json
	account
	ct-store init
	for s in BTCUSDT ETHUSDT; do
		printf '{"kind":"symbol","v":1,"market":"spot","symbol":"%s","status":"TRADING","base_asset":"%s","quote_asset":"USDT","tick_size":"0.01",%s,' $s ${s%USDT} "$RULES"
		printf '"min_notional":"5","max_notional":"0","min_notional_market":true,"oco_allowed":true,"opo_allowed":true,"t_ms":0}\n'
		candles 200 $s
	done | ct-store put
}

# account [KEYS]: main, with more keys.
account() {
	echo '{"accounts":[{"name":"main","mode":"paper","manage_interval":null,"anchor":"2024-05-01","risk":"r","strategies":[{"file":"d","symbols":["BTCUSDT","ETHUSDT"]}]'"${1:+,$1}"'}]}' \
		>conf/accounts.json
}

# A stored backtest of main; its run's id.
stored() { ct-backtest -q -A main "$@" | tee >(ct-store put >&2) | jq -r 'select(.kind == "run").id'; }

# The causes that follow from nothing: "cause record why", each once.
causes() {
	ct-report diff --format json "$1" "$2" >differences && return 1
	jq -r 'select(.follows | not) | [.cause, .record, .why] | map(. // "-") | join("|")' differences | sort -u
}

@test "two stored backtests: each cause by its name" {
	base=$(stored)
	again=$(stored)
	assert_equal "$again" "$base"
	run ct-report diff --db ct.db "$base" "$again"
	assert_success
	assert_output --partial 'The two agree in all'

	account '"taker_fee_bps":"20"'
	run causes "$base" "$(stored)"
	assert_output 'fee|BUY trade|account.taker_fee_bps: 10 / 20'
	account '"slippage_bps":"9"'
	run causes "$base" "$(stored)"
	assert_output 'price|BUY trade|account.slippage_bps: 5 / 9'
	account '"transfers":[{"at":"2024-05-12 03:00","amount":"300"}]'
	run causes "$base" "$(stored)"
	assert_line --regexp '^missing\|transfer\|'
	account
	run causes "$base" "$(stored --capital 5000)"
	assert_output 'quantity|equity|account.capital: 10000 / 5000'
	run causes "$base" "$(stored --since 2024-05-20)"
	assert_output 'missing|entry decision|B begins at 2024-05-20 00:00'
	sed -i 's/"max_positions":5/"max_positions":1/' conf/risk/r.json
	run causes "$base" "$(stored)"
	assert_output 'gate|entry decision|risk.max_positions: 5 / 1'
	sed -i 's/"max_positions":1/"max_positions":5/' conf/risk/r.json
	sed -i 's/"lookback":10/"lookback":16/' conf/strategies/d.json
	run causes "$base" "$(stored)"
	assert_output --regexp '^signal\|entry decision\|strategies\[0\].params.lookback: 10 / 16$'
	sed -i 's/"lookback":16/"lookback":10/' conf/strategies/d.json
	ct-store candles -i 4h ETHUSDT | jq -c 'select(.open_time == 1714521600000 + 60 * 14400000) | .low = "80" | .close = "81"' | ct-store put
	run causes "$base" "$(stored)"
	refute_output --regexp 'signal|gate|price\||fee|timing|quantity|missing'
	assert_output --partial 'data|'
}

@test "a backtest with an outage: entries are missing, exits come later" {
	base=$(stored)
	# from inside a position to after its exit
	entry=$(ct-store trades --run "$base" --format json | jq -s 'map(select(.side == "BUY"))[2].t_ms')
	exit=$(ct-store trades --run "$base" --format json | jq -s --argjson t "$entry" 'map(select(.side == "SELL" and .reason == "exit" and .t_ms > $t))[0].t_ms')
	run causes "$base" "$(stored --outage "$((exit - 14400000))/$((exit + 3 * 14400000))")"
	assert_line --regexp '^timing\|exit decision\|B made no step then: made up at 2024-'
	refute_output --regexp 'signal|gate|price\||fee|data'
	run causes "$base" "$(stored --outage "$entry/$((entry + 1))")"
	assert_line 'missing|entry decision|B made no step then'
	refute_output --regexp 'signal|gate|price\||fee|data|timing'
}

@test "a paper account that missed steps, and the backtest that did not" {
	for k in $(seq 60 110); do
		t=$((1714521600000 + k * 14400000))
		case $k in 82 | 83 | 84 | 85 | 86 | 104 | 105 | 106) continue ;; esac
		ct-exec -q sync -A main --now $t >/dev/null
		ct-store candles -A main -S d --until $t | ct-signal -q -S d --emit-from $t | ct-store put --pass |
			ct-risk -A main --now $t | ct-exec -A main --now $t >/dev/null
	done
	stored --since $((1714521600000 + 60 * 14400000)) --until $((1714521600000 + 110 * 14400000)) >/dev/null
	run causes main backtest/main
	assert_output --partial 'missing|entry decision|A made no step then'
	assert_line --regexp '^timing\|exit decision\|A made no step then: made up at 2024-05-15 12:00$'
	refute_output --regexp '(signal|gate|price|fee|data|quantity)\|'
	# The same steps left out of the backtest: nothing is left to tell.
	stored --since $((1714521600000 + 60 * 14400000)) --until $((1714521600000 + 110 * 14400000)) --equity bar \
		--outage "$((1714521600000 + 82 * 14400000))/$((1714521600000 + 87 * 14400000))" \
		--outage "$((1714521600000 + 104 * 14400000))/$((1714521600000 + 107 * 14400000))" >run
	run ct-report diff main "$(cat run)"
	assert_success
	assert_output --partial 'The two agree in all'
}
