# ct-study: columns behind the lines of candles.
load ../helper
bats_require_minimum_version 1.5.0

@test "columns are appended, null while warming up; what was there stays byte by byte" {
	candles 3 >in
	ct-study sma:2 donchian:2 <in >out
	assert_equal "$(sed 's/,"sma_2".*/}/' out)" "$(cat in)"
	run jq -c '[.sma_2 == null, (.donchian_2_upper | type), (.donchian_2_lower_prev | type)]' out
	assert_output '[true,"null","null"]
[false,"number","null"]
[false,"number","number"]'
	run jq -s '.[2].sma_2 - (.[1:] | map(.close | tonumber) | add / 2) | fabs < 1e-9' out
	assert_output true
}

@test "filters chain, and unknown keys pass through" {
	candles 40 | sed 's/}$/,"mine":{"deep":[1,2]}}/' | ct-study ema:5 | ct-study rsi:5 macd:3,6,4 atr:5 >out
	run jq -c 'keys_unsorted[14:]' out
	assert_line --index 0 '["taker_buy_volume","taker_buy_quote_volume","mine","ema_5","rsi_5","macd_3_6_4","macd_3_6_4_signal","macd_3_6_4_histogram","atr_5"]'
	run jq -s '.[39] | .mine.deep[1], (.rsi_5 > 0 and .rsi_5 < 100)' out
	assert_output '2
true'
}

@test "a column that is there already is an error with its line" {
	candles 3 | ct-study ema:5 >once
	run --separate-stderr ct-study ema:5 <once
	assert_failure 65
	assert_equal "$stderr" "ct-study: stdin:1: ema_5: the line has this column already"
}

@test "a text with the name of a column is no column" {
	candles 1 | sed 's/}$/,"note":"tr","b":"x\\"tr\\":1"}/' >in
	run ct-study tr <in
	assert_success
	assert_output --partial '"note":"tr","b":"x\"tr\":1","tr":null}'
}

@test "series do not see each other" {
	candles 30 BTCUSDT >a
	candles 30 ETHUSDT >b
	candles 30 BTCUSDT 3600000 1h >c
	for file in a b c; do ct-study ema:4 obv <"$file"; done | sort >apart
	paste -d '\n' a b c | ct-study ema:4 obv | sort >together
	cmp apart together
}

@test "order is kept: a bar twice or out of order is an error, a gap is not" {
	candles 5 >in
	run --separate-stderr bash -c "sed -n '1p;2p;2p' in | ct-study tr"
	assert_failure 65
	assert_equal "$stderr" "ct-study: stdin:3: open_time: 1714536000000 of BTCUSDT 4h came twice"
	run --separate-stderr bash -c "sed -n '3p;1p' in | sort -r | ct-study tr"
	assert_failure 65
	assert_equal "$stderr" "ct-study: stdin:2: open_time: 1714521600000 of BTCUSDT 4h comes after a later bar"
	run --separate-stderr bash -c "sed 3d in | ct-study -v tr"
	assert_success
	assert_equal "${#lines[@]}" 4
	assert_regex "$stderr" "BTCUSDT 4h: bars are missing before 2024-05-01 12:00"
}

@test "an impossible bar is an error" {
	candles 1 | sed 's/"high":"[^"]*"/"high":"1.00000000"/' >in
	run --separate-stderr ct-study tr <in
	assert_failure 65
	assert_regex "$stderr" "^ct-study: stdin:1: high: "
}

@test "--resample makes longer bars, gap-aware, of what has closed" {
	# hours from 02:00 to 17:00 without those of 09:00, and of 12:00 to 15:00
	candles 24 AAAUSDT 3600000 1h | sed -e '1,2d;10d;13,16d;19,$d' >hours
	ct-study --resample 4h <hours >fours 2>err
	assert_equal "$(jq -r '(.open_time - 1714521600000) / 3600000' fours | paste -sd' ')" '4 8' # 0: begins before; 16: not over
	ct-study --resample=4h -v <hours 2>&1 >/dev/null | grep -q 'AAAUSDT 4h: the bar of 2024-05-01 00:00 is left out, candles begin inside it'
	ct-study --resample=4h -v <hours 2>&1 >/dev/null | grep -q 'AAAUSDT 1h: bars are missing before 2024-05-01 10:00'
	for from in 4 8; do
		jq -sc --argjson t $((1714521600000 + from * 3600000)) 'map(select(.open_time >= $t and .open_time < $t + 14400000))
			| {open_time: $t, close_time: ($t + 14399999), open: .[0].open, close: .[-1].close,
				high: (max_by(.high | tonumber) | .high), low: (min_by(.low | tonumber) | .low), trades: (map(.trades) | add)}' hours
	done >want
	jq -c '{open_time, close_time, open, close, high, low, trades}' fours | cmp - want
	# columns are those of the longer bars; several series, and longer ones among them
	{ candles 48 AAAUSDT 3600000 1h; candles 6 BBBUSDT 14400000 4h; } >mixed
	ct-study --resample 4h sma:2 <mixed >out
	assert_equal "$(jq -r '.symbol + .interval' out | sort | uniq -c | awk '{ print $1 $2 }' | paste -sd' ')" '12AAAUSDT4h 6BBBUSDT4h'
	candles 48 AAAUSDT 3600000 1h | ct-study --resample 4h | ct-study sma:2 | cmp - <(grep AAAUSDT out)
	run ct-study --resample 1h <<<"$(candles 1 BBBUSDT 14400000 4h)"
	assert_failure 65
	assert_output "ct-study: stdin:1: interval: bars of 1h cannot be made of 4h"
	run ct-study --resample 5h </dev/null
	assert_failure 64
}

@test "--resample of real 4h bars gives the exchange's own days" {
	need_shared data/klines/spot/4h
	ct-store init --db x.db
	ct-store import -q --db x.db "$SHARED"/data/klines/spot/{4h,1d}/{BTC,DOGE,ALPHA}USDT-*.csv.zst
	for pair in BTCUSDT DOGEUSDT ALPHAUSDT; do
		plain() { jq -c 'del(.volume, .quote_volume, .taker_buy_volume, .taker_buy_quote_volume)'; } # of these the files have 16 digits
		ct-store candles --db x.db -i 4h $pair | ct-study --resample 1d | plain >got
		ct-store candles --db x.db -i 1d $pair | plain | cmp - got
		[ "$(wc -l <got)" -gt 390 ]
	done
}

@test "wrong indicators are usage errors before any line is read" {
	while read -r spec text; do
		run --separate-stderr ct-study "$spec" </dev/null
		assert_failure 64
		assert_regex "$stderr" "$text"
	done <<-END
		smaa:3 no indicator 'smaa'; ct-study --list names them
		sma:0 period of 'sma:0' is not an integer from 1 to 10000
		sma:3,4 'sma:3,4' has more than the 1 parameters of sma
	END
	run ct-study
	assert_failure 64
}

@test "--list names every indicator with its parameters, and each of them runs" {
	ct-study --list | grep -E '^[a-z]' >specs
	[ "$(wc -l <specs)" -ge 20 ]
	assert_equal "$(ct-study --list | grep -cE '^    columns: [a-z_]+ \(from bar [0-9]+\)')" "$(wc -l <specs)"
	assert_equal "$(ct-study --list | grep -cE '^    source: .')" "$(wc -l <specs)"
	candles 60 | ct-study $(cat specs) | tail -1 >last
	run jq '[.[] | nulls] | length' last
	assert_output 0
}

@test "the golden values come out of the program too" {
	need_shared golden/dev/indicators
	awk -F, 'NR > 1 {
		printf "{\"kind\":\"candle\",\"v\":1,\"market\":\"spot\",\"symbol\":\"X\",\"interval\":\"5m\",\"open_time\":%s000,", $1
		printf "\"open\":\"%.8f\",\"high\":\"%.8f\",\"low\":\"%.8f\",\"close\":\"%.8f\",\"volume\":\"%.8f\",\"close_time\":%.0f,", $2, $3, $4, $5, $6, $1 * 1000 + 299999
		print "\"quote_volume\":null,\"trades\":null,\"taker_buy_volume\":null,\"taker_buy_quote_volume\":null}"
	}' "$SHARED/golden/dev/indicators/btc_5m_ohlcv.csv" | ct-study adx:14 zscore:20 volatility:20 >out
	paste -d, <(jq -r '[.adx_14, .zscore_20_sd, .volatility_20] | @csv' out) \
		<(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print $at["adx_14"] "," $at["sd_20"] "," $at["rvol_20"] }' \
			"$SHARED/golden/dev/indicators/btc_5m_expected.csv") |
		awk -F, 'function off(a, b) { return (a == "") != (b == "") || (a - b) ^ 2 > (1e-10 * b) ^ 2 }
			off($1, $4) || off($2, $5) || off($3, $6) { print "bar " NR - 1 ": " $0; bad = 1; exit } END { exit bad || NR != 2000 }'
}
