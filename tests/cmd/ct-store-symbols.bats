# ct-store: the exchange's rules for its pairs, with the time in which they held.
load ../helper
load store.bash

ms() { echo $(($(date -u -d "$1" +%s) * 1000)); }
# rules SYMBOL DAY [STEP [STATUS]]
rules() {
	printf '{"kind":"symbol","v":1,"market":"spot","symbol":"%s","status":"%s","base_asset":"%s","quote_asset":"USDT",' "$1" "${4:-TRADING}" "${1%USDT}"
	printf '"tick_size":"0.01","min_price":"0.01","max_price":"1000000","step_size":"%s","min_qty":"0.00001","max_qty":"9000",' "${3:-0.1}"
	printf '"market_step_size":"0","market_min_qty":"0","market_max_qty":"0","min_notional":"5","max_notional":"9000000",'
	printf '"min_notional_market":true,"oco_allowed":true,"opo_allowed":true,"t_ms":%s}\n' "$(ms "$2")"
}
# A paper account of BTCUSDT.
account() {
	mkdir -p config/ct
	cp -r "$ROOT/share/risk" "$ROOT/share/strategies" config/ct/
	echo '{"accounts":[{"name":"main","mode":"paper","manage_interval":null,"anchor":"2024-05-01","interval":"4h","risk":"careful",
		"strategies":[{"file":"donchian-4h","symbols":["BTCUSDT"]}]}]}' >config/ct/accounts.json
}
at() { ct-store symbols --at "$1" | jq -r '[.symbol, .status, .step_size] | join(" ")'; }

@test "rules are kept with the time in which they held; an old day has its own" {
	{ rules XUSDT 2024-03-01 0.1 && rules XUSDT 2024-04-01 0.1 && rules XUSDT 2024-05-01 0.01 && rules XUSDT 2024-06-01 0.01 BREAK; } | ct-store put
	[ "$(sql "SELECT step_size, status, date(valid_from / 1000, 'unixepoch'), date(valid_to / 1000, 'unixepoch') FROM symbol_terms")" = '0.10000000|TRADING|2024-03-01|2024-05-01
0.01000000|TRADING|2024-05-01|2024-06-01
0.01000000|BREAK|2024-06-01|' ]
	[ "$(at 2024-01-01)" = 'XUSDT TRADING 0.10000000' ]
	[ "$(at 2024-04-30T23:59)" = 'XUSDT TRADING 0.10000000' ]
	[ "$(at 2024-05-01)" = 'XUSDT TRADING 0.01000000' ]
	[ "$(at 2024-07-01)" = 'XUSDT BREAK 0.01000000' ]
	[ "$(ct-store symbols | jq -r .status)" = BREAK ]
}

@test "an older reading that comes later changes the past only" {
	{ rules XUSDT 2024-06-01 0.01 && rules XUSDT 2024-03-01 0.1; } | ct-store put
	[ "$(ct-store symbols | jq -r .step_size)" = 0.01000000 ]
	[ "$(at 2024-05-01)" = 'XUSDT TRADING 0.10000000' ]
	[ "$(at 2024-06-01)" = 'XUSDT TRADING 0.01000000' ]
}

@test "a pair whose first candle is younger was not listed yet" {
	{ rules XUSDT 2024-06-01 && rules BTCUSDT 2024-06-01 && candles 3; } | ct-store put
	[ "$(at 2024-04-30)" = 'XUSDT TRADING 0.10000000' ]
	[ "$(at 2024-05-01 | wc -l)" = 2 ]
	run ct-store symbols --at never
	assert_failure 64
	run ct-store orders --at 2024-05-01
	assert_failure 64
	assert_output --partial 'only symbols are kept as they were at a time'
}

@test "a backtest from the database trades by the rules that held" {
	account
	bought() { ct-backtest -A main | jq -r 'select(.kind == "trade" and .side == "BUY") | [.qty, .t_ms] | @tsv'; }
	coarse() { grep -cE '^[0-9]+\.[05]0{7}'; }
	{ rules BTCUSDT 2024-04-01 0.5; candles 400; } | ct-store put
	bought >before
	[ "$(coarse <before)" -eq "$(wc -l <before)" ]
	# Finer steps, from one day on: what was bought before is the same, what comes later is bought in them.
	rules BTCUSDT 2024-06-01 0.00001 | ct-store put
	bought >after
	old() { awk -v t="$(ms 2024-06-01)" '$2 < t' "$1"; }
	[ "$(old after | wc -l)" -gt 2 ]
	diff <(old before) <(old after)
	[ "$(awk -v t="$(ms 2024-06-01)" '$2 >= t' after | coarse)" -lt "$(awk -v t="$(ms 2024-06-01)" '$2 >= t' after | wc -l)" ]
	# Rules that were read after the last candle change nothing, not even the run's identity.
	id() { ct-backtest -A main | tail -n 1 | jq -r .id; }
	one=$(id)
	rules BTCUSDT 2025-06-01 0.1 BREAK | ct-store put
	[ "$(id)" = "$one" ]
	rules BTCUSDT 2024-06-02 0.001 | ct-store put
	[ "$(id)" != "$one" ]
}

@test "a status holds from when it was read: a pair that is delisted by now is traded while it had candles" {
	account
	entries() { ct-backtest -A main | jq -r 'select(.kind == "decision" and .class == "open") | [.status, .gate // "-", .t_ms] | @tsv'; }
	{ rules BTCUSDT 2025-06-01 0.00001 BREAK; candles 400; } | ct-store put
	entries >all
	[ "$(grep -c executed all)" -gt 4 ]
	[ "$(grep -c status all)" -eq 0 ]
	rules BTCUSDT 2024-06-01 0.00001 BREAK | ct-store put # an earlier reading, and so known earlier
	entries | awk -v t="$(ms 2024-06-01)" '$3 < t' >old
	diff <(awk -v t="$(ms 2024-06-01)" '$3 < t' all) old
	[ "$(entries | awk -v t="$(ms 2024-06-01)" '$3 >= t' | cut -f 1,2 | sort -u)" = "$(printf 'refused\tstatus')" ]
}

@test "a pair that a whole listing lacks is listed no more; it may come back" {
	listing() { printf '{"kind":"event","v":1,"id":"l%s","account":null,"level":"info","code":"fetch.listing","symbol":null,"message":"%s: all its pairs","t_ms":%s}\n' "$1" "${2:-spot}" "$(ms "$1")"; }
	status() { ct-store symbols | jq -r '.symbol + " " + .status' | paste -sd ,; }
	{ rules XUSDT 2024-05-01; rules YUSDT 2024-05-01; listing 2024-05-01; } | ct-store put
	[ "$(status)" = 'XUSDT TRADING,YUSDT TRADING' ]
	{ rules XUSDT 2024-05-02; } | ct-store put
	[ "$(status)" = 'XUSDT TRADING,YUSDT TRADING' ] # not the whole
	{ rules XUSDT 2024-05-03; listing 2024-05-03 um; listing 2024-05-03; } | ct-store put
	[ "$(status)" = 'XUSDT TRADING,YUSDT DELISTED' ]
	candles 2 XUSDT | ct-store put
	candles 2 YUSDT | ct-store put
	[ "$(ct-store wanted --all --now 2024-05-09 | jq -r .symbol)" = XUSDT ]
	[ "$(at 2024-05-02 | paste -sd ,)" = 'XUSDT TRADING 0.10000000,YUSDT TRADING 0.10000000' ]
	{ rules XUSDT 2024-05-04; rules YUSDT 2024-05-04; listing 2024-05-04; } | ct-store put
	[ "$(status)" = 'XUSDT TRADING,YUSDT TRADING' ]
	[ "$(sql "SELECT status, date(valid_from / 1000, 'unixepoch') FROM symbol_terms WHERE symbol = 'YUSDT'")" = 'TRADING|2024-05-01
DELISTED|2024-05-03
TRADING|2024-05-04' ]
}

@test "a list of pairs says its market; -m says otherwise" {
	{ candles 2; candles 3 | sed 's/"spot"/"um"/'; } | ct-store put
	echo '{"market":"um","symbols":["BTCUSDT"]}' >um.json
	[ "$(ct-store candles --symbols ./um.json | wc -l)" = 3 ]
	[ "$(ct-store candles --symbols ./um.json -m spot | wc -l)" = 2 ]
	[ -z "$(ct-store events --symbols ./um.json)" ]
	ct-store wanted --symbols ./um.json -i 4h --now 2024-05-10 | jq -e '.market == "um"' >/dev/null
	start_server sim.json ct-sim --generate 7 -i 4h --from 2024-04-01 --clock 2024-05-01 BTCUSDT
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	[ "$(ct-fetch candles --symbols ./um.json -i 4h --last 2 | jq -r 'select(.kind == "candle").market' | sort -u)" = um ]
	[ "$(ct-fetch candles --symbols ./um.json -m spot -i 4h --last 2 | jq -r 'select(.kind == "candle").market' | sort -u)" = spot ]
	echo '{"market":"moon","symbols":["BTCUSDT"]}' >um.json
	run ct-store candles --symbols ./um.json
	assert_failure 78
	assert_output --partial 'market: neither spot nor um'
}
