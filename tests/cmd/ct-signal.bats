# ct-signal: candles to signals. What the strategy decides is tested in tests/unit/channel.c and strategy.c.
load ../helper
bats_require_minimum_version 1.5.0

strategy() { printf '{"strategy":"channel","method":"bands","lower_price":"92","upper_price":"108"%s}\n' "${2:-}" >"$1.json"; }

# real SYMBOL: real 4h candles as lines.
real() {
	zstd -dc "$SHARED/data/klines/spot/4h/$1-4h.csv.zst" | awk -F, -v s="$1" '{
		printf "{\"kind\":\"candle\",\"v\":1,\"market\":\"spot\",\"symbol\":\"%s\",\"interval\":\"4h\",\"open_time\":%s,", s, $1
		printf "\"open\":\"%s\",\"high\":\"%s\",\"low\":\"%s\",\"close\":\"%s\",\"volume\":\"%s\",\"close_time\":%s,", $2, $3, $4, $5, $6, $7
		printf "\"quote_volume\":\"%s\",\"trades\":%s,\"taker_buy_volume\":\"%s\",\"taker_buy_quote_volume\":\"%s\"}\n", $8, $9, $10, $11
	}'
}

@test "one signal a candle, with every key of its kind" {
	strategy fixed
	candles 50 >in
	ct-signal -S ./fixed.json <in >out
	assert_equal "$(wc -l <out)" 50
	jq -c 'del(.kind, .v) | keys_unsorted' out | sort -u >keys
	assert_equal "$(cat keys)" "$(jq -c .required "$CT_SHARE/schema/signal.json")"
	run jq -sc '[.[0].t_ms - 1, .[0].strategy, (map(.action) | unique)]' out
	assert_output '[1714535999999,"fixed",["BUY","HOLD","SELL"]]'
	assert_equal "$(jq -r .close in)" "$(jq -r .price out)"
}

@test "--events writes just the events, --emit-from just the later lines; nothing else changes" {
	strategy fixed
	candles 120 >in
	ct-signal -S ./fixed.json <in >all
	ct-signal -S ./fixed.json --events <in | diff - <(grep -v '"HOLD"' all)
	t=$(sed -n 60p in | jq .close_time)
	ct-signal -S ./fixed.json --emit-from $((t + 1)) <in | diff - <(tail -n 61 all)
	ct-signal -S ./fixed.json --emit-from '2024-05-10 12:00' <in | diff - <(jq -c 'select(.t_ms >= 1715342400000)' all | cat)
}

@test "cutting the input short changes no earlier line" {
	candles 300 >in
	ct-signal -S zscore-4h <in >all
	for n in 1 7 150 299; do head -n "$n" in | ct-signal -S zscore-4h | cmp - <(head -n "$n" all); done
}

@test "mixed series are as good as separate ones" {
	candles 200 BTCUSDT >a
	candles 200 ETHUSDT >b
	candles 200 ETHUSDT 3600000 1h >c
	for file in a b c; do ct-signal -S donchian-4h <"$file"; done | sort >apart
	paste -d '\n' a b c | ct-signal -S donchian-4h | sort >together
	cmp apart together
}

@test "order is kept: a bar twice or out of order is an error, a gap is told" {
	strategy fixed
	candles 6 >in
	run --separate-stderr bash -c "sed -n '1p;2p;2p' in | ct-signal -S ./fixed.json"
	assert_failure 65
	assert_equal "$stderr" "ct-signal: stdin:3: open_time: 1714536000000 of BTCUSDT 4h came twice"
	run --separate-stderr bash -c "sed -n '4p' in | cat - in | ct-signal -S ./fixed.json"
	assert_failure 65
	assert_equal "$stderr" "ct-signal: stdin:2: open_time: 1714521600000 of BTCUSDT 4h comes after a later bar"
	run --separate-stderr bash -c "sed 3d in | ct-signal -S ./fixed.json"
	assert_success
	assert_equal "${#lines[@]}" 5
	assert_equal "$stderr" "ct-signal: BTCUSDT 4h: bars are missing before 2024-05-01 12:00"
}

@test "a refused bar leaves its series as it was" {
	strategy fixed
	candles 60 >in
	{ head -30 in; sed -n 30p in; sed -n 31p in | sed 's/"high":"[^"]*"/"high":"0.5"/'; tail -n +31 in; } >bad
	run --separate-stderr ct-signal --on-bad=skip -S ./fixed.json <bad
	assert_failure 65
	assert_equal "$output" "$(ct-signal -S ./fixed.json <in)"
}

@test "a strategy is found by path, in the configuration, then among the shipped ones" {
	mkdir -p conf/strategies
	strategy conf/strategies/donchian-4h
	candles 1 >in
	assert_equal "$(ct-signal -S donchian-4h --config conf <in | jq -r .buy_mark)" 92
	assert_equal "$(ct-signal -S ./conf/strategies/donchian-4h.json <in | jq -r .strategy)" donchian-4h
	assert_equal "$(CT_CONFIG=conf ct-signal -S donchian-4h <in | jq -r .buy_mark)" 92
	assert_equal "$(ct-signal -S donchian-4h <in | jq -r .buy_mark)" null
	run --separate-stderr ct-signal -S nowhere <in
	assert_failure 66
	assert_regex "$stderr" "nowhere"
}

@test "a wrong strategy file is named with key, value and what was expected" {
	while IFS='|' read -r extra text; do
		strategy wrong "$extra"
		run --separate-stderr ct-signal -S ./wrong.json </dev/null
		assert_failure 78
		assert_equal "$stderr" "ct-signal: ./wrong.json: $text"
	done <<-'END'
		,"rebound":1|rebound: no such key
		,"stop_pct":100|stop_pct: '100' is not a number above 0 and at most 99
		,"trigger":"wick"|trigger: 'wick' is not "close" or "touch"
		,"stop_pct":1,"stop_atr":1|stop_atr: stop_pct is set too: one stop is enough
		,"upper_k":2|upper_k: only methods atr and zscore have it
	END
	echo '{"strategy":"chanel"}' >wrong.json
	run --separate-stderr ct-signal -S ./wrong.json </dev/null
	assert_failure 78
	assert_equal "$stderr" "ct-signal: ./wrong.json: strategy: 'chanel' is none of \"channel\", \"random\""
	echo '{"strategy":' >wrong.json
	run ct-signal -S ./wrong.json </dev/null
	assert_failure 78
}

@test "--list, --describe and --schema tell of every strategy and parameter" {
	run ct-signal --list
	assert_line --regexp '^channel +'
	ct-signal --schema=channel >schema
	assert_equal "$(jq -c .required schema)" '["strategy","method"]'
	run ct-signal --describe=channel
	assert_success
	for name in $(jq -r '.properties | keys[] | select(. != "strategy" and . != "note")' schema); do
		assert_line --regexp "^$name( \(|$)"
	done
	run ct-signal --describe=chanel
	assert_failure 64
	run ct-signal
	assert_failure 64
	run ct-signal -S donchian-4h --list
	assert_failure 64
	run ct-signal -S donchian-4h file
	assert_failure 64
}

@test "the shipped strategies trade on real candles of nine majors: at least 30 round trips a year each" {
	need_shared data/klines/spot/4h
	for s in BTC ETH BNB SOL XRP ADA DOGE LINK LTC; do real ${s}USDT; done >in
	for file in "$CT_SHARE"/strategies/*.json; do
		ct-signal -q -S "$file" --events <in >events
		jq -e -s 'all(.[]; .stop_offset != null or .action == "SELL")' events >/dev/null
		# a round trip: the first BUY while flat, then the next SELL; stops would only make more of them
		trips=$(jq -r '.symbol + " " + .action' events | awk '$2 == "BUY" { in_[$1] = 1 } $2 == "SELL" && in_[$1] { in_[$1] = 0; n++ } END { print n + 0 }')
		[ "$trips" -ge 33 ] || fail "$file: $trips round trips in 13 months"
	done
}

@test "the common rule of the bench gives its trades" {
	need_shared bench/data
	echo '{"strategy":"channel","method":"donchian","lookback":20}' >common.json
	zstd -dc "$SHARED/bench/data/m1_500k.csv.zst" | awk -F, 'NR > 1 {
		printf "{\"kind\":\"candle\",\"v\":1,\"market\":\"spot\",\"symbol\":\"X\",\"interval\":\"1m\",\"open_time\":%s,", $1
		printf "\"open\":\"%s\",\"high\":\"%s\",\"low\":\"%s\",\"close\":\"%s\",\"volume\":\"%s\",\"close_time\":%.0f,", $2, $3, $4, $5, $6, $1 + 59999
		print "\"quote_volume\":null,\"trades\":null,\"taker_buy_volume\":null,\"taker_buy_quote_volume\":null}"
	}' | ct-signal -S ./common.json --events >events
	run awk '/"action":"BUY"/ { in_ = 1 } /"action":"SELL"/ && in_ { in_ = 0; n++ } END { print n, in_ + 0 }' events
	assert_output "6645 0"
	run jq -s '.[0].open_time' events
	[ "$output" -ge $((1577836800000 + 20 * 60000)) ]
}

@test "the Python strategy stands in the same place" {
	command -v python3 >/dev/null || skip "needs python3"
	candles 200 >in
	"$CT_SHARE/examples/sma_cross.py" --fast 3 --slow 9 <in >out
	assert_equal "$(wc -l <out)" 200
	jq -c 'del(.kind, .v) | keys_unsorted' out | sort -u >keys
	assert_equal "$(cat keys)" "$(jq -c .required "$CT_SHARE/schema/signal.json")"
	run jq -sc '[(map(.action) | unique), (map(select(.action == "BUY") | .stop_offset | type) | unique),
		(map(select(.action != "HOLD")) | last | (.action == "BUY") == (.exposure == 1))]' out
	assert_output '[["BUY","HOLD","SELL"],["string"],true]'
	head -n 77 in | "$CT_SHARE/examples/sma_cross.py" --fast 3 --slow 9 | cmp - <(head -n 77 out)
	"$CT_SHARE/examples/sma_cross.py" --fast 3 --slow 9 --events <in | diff - <(grep -v '"HOLD"' out)
	run bash -c "echo '{}' | '$CT_SHARE/examples/sma_cross.py'"
	assert_failure 65
}

@test "SIGTERM in the middle of the input is told: half an output is not a whole one" {
	mkfifo pipe
	ct-signal -S donchian-4h <pipe >out 2>err &
	pid=$!
	exec 7>pipe
	candles 3 >&7
	wait_for test -s out
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	exec 7>&-
	[ "$status" = 75 ]
	grep -q 'before the end of the input' err
	[ "$(wc -l <out)" = 3 ]
}
