# ct-fetch against a real ct-sim over loopback.
load ../helper

# sim ARGUMENT…: a made-up market of hourly candles without outages, its clock at 2024-05-01 00:30 unless told otherwise.
sim() {
	start_server sim.json ct-sim --generate 7 -i 1h --outages 0 --from 2024-01-01 --clock '2024-05-01 00:30' "$@" AAAUSDT BBBUSDT CCCUSDT
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
}
fault() { curl -sf -d "$1" "$CT_BINANCE_URL/sim/fault" >/dev/null; }
clock() { curl -sf -X POST "$CT_BINANCE_URL/sim/clock?t=$1" >/dev/null; }
stats() { curl -sf "$CT_BINANCE_URL/sim/stats" | jq -r "$1"; }
requests() { stats '.requests["GET /api/v3/klines"] // 0'; }

# get CODE ARGUMENT…: runs ct-fetch into `out` (its receipts into `receipts`) and `err`, expecting that exit code.
get() {
	local want=$1 got=0
	shift
	timeout 30 ct-fetch "$@" >out 2>err || got=$?
	grep '"kind":"receipt"' out >receipts || :
	grep -v '"kind":"receipt"' out >rows || :
	mv rows out
	[ "$got" = "$want" ] || { echo "exit $got, not $want: $(cat err)" >&2; return 1; }
}
kinds() { jq -r .kind out | sort | uniq -c | awk '{ printf "%s%s %s", (NR > 1 ? ", " : ""), $2, $1 }'; }
events() { jq -r 'select(.kind == "event") | [.level, .code, .symbol, .message] | join("|")' out; }
opens() { jq -r "select(.kind == \"candle\" and .symbol == \"$1\") | .open_time" out; }

@test "a long series is paged with the fewest requests, without a seam" {
	sim
	get 0 candles AAAUSDT -i 1h --since 2024-01-01
	assert_equal "$(kinds)" "candle 2904"
	assert_equal "$(opens AAAUSDT | awk 'NR > 1 && $1 - before != 3600000 { bad++ } { before = $1 } END { print NR, bad + 0, before }')" "2904 0 1714518000000"
	assert_equal "$(stats '.requests | tojson')" '{"GET /api/v3/time":1,"GET /api/v3/klines":3}'
	cp out whole
	get 0 candles AAAUSDT -i 1h --since 2024-01-01 --until '2024-02-10 16:00'
	cp out parts
	assert_equal "$(requests)" 4 # exactly one page: no second question
	get 0 candles AAAUSDT -i 1h --since '2024-02-10 16:00' --until now
	cat out >>parts
	cmp whole parts
}

@test "several pairs at once: each ascending and whole, a request for each" {
	sim
	get 0 candles AAAUSDT BBBUSDT CCCUSDT AAAUSDT -i 1h --since 2024-03-01
	for pair in AAAUSDT BBBUSDT CCCUSDT; do
		assert_equal "$(opens $pair | wc -l)" 1464
		opens $pair | sort -nuc
	done
	assert_equal "$(requests)" 6
	sort out >four
	get 0 candles AAAUSDT BBBUSDT CCCUSDT -i 1h --since 2024-03-01 --parallel 1
	sort out | cmp - four
}

@test "only closed candles, by the exchange's clock and by --now" {
	sim
	get 0 candles AAAUSDT -i 1h --last 2
	assert_equal "$(opens AAAUSDT | xargs)" "1714514400000 1714518000000"
	get 0 candles AAAUSDT -i 4h --last 1
	assert_equal "$(opens AAAUSDT)" 1714507200000 # 2024-04-30 20:00; that of 00:00 is in the making
	get 0 candles AAAUSDT -i 1h --last 1 --now '2024-04-30 12:00'
	assert_equal "$(opens AAAUSDT)" 1714474800000 # 11:00
	get 0 candles AAAUSDT -i 1h --last 1 --now '2024-04-30 11:59:59.999'
	assert_equal "$(opens AAAUSDT)" 1714471200000
	get 0 candles AAAUSDT -i 1h --since '2024-05-01 00:00'
	assert_equal "$(wc -c <out)" 0
	get 0 candles AAAUSDT -i 1h --since 2024-04-01 --until '2024-04-01 03:00'
	assert_equal "$(opens AAAUSDT | wc -l)" 3
}

@test "a candle counts as closed at its end, as soon as a later one is served" {
	sim --clock '2024-05-01 00:00'
	get 0 candles AAAUSDT -i 1h --last 1
	assert_equal "$(opens AAAUSDT)" 1714518000000
	assert_equal "$(requests)" 1
	cp out closed
	# Served as it was a moment before its end, it is late, not a candle.
	fault '[{"route":"klines","kind":"late","count":0}]'
	get 0 candles AAAUSDT -i 1h --last 2
	assert_equal "$(opens AAAUSDT)" 1714514400000
	assert_equal "$(events)" "warn|fetch.late|AAAUSDT|1h: not served yet, 1 bar of 1h: 2024-04-30 23:00"
}

@test "--wait-closed looks again for a late candle" {
	sim --clock '2024-05-01 00:00'
	get 0 candles AAAUSDT -i 1h --last 1
	cp out closed
	fault '[{"route":"klines","kind":"late","count":3}]'
	get 0 candles AAAUSDT BBBUSDT -i 1h --last 1 --wait-closed 5s
	assert_equal "$(kinds)" "candle 2"
	grep AAAUSDT out | cmp - closed
	fault '[{"route":"klines","kind":"late","count":0}]'
	get 0 candles AAAUSDT -i 1h --last 1 --wait-closed 1s
	assert_equal "$(kinds)" "event 1"
}

@test "--wait-closed waits for the exchange's clock to reach the candle's end" {
	sim --clock '2024-04-30 23:59:59'
	timeout 30 ct-fetch candles AAAUSDT BBBUSDT -i 1h --last 1 --now '2024-05-01 00:00' --wait-closed 9s >out 2>err &
	pid=$!
	sleep 1
	assert_equal "$(requests)" 0 # nothing to ask for before that
	clock 2024-05-01T00:00:00
	wait $pid
	assert_equal "$(opens AAAUSDT) $(opens BBBUSDT)" "1714518000000 1714518000000"
	assert_equal "$(requests)" 2
	clock 2024-04-30T20:30:00 # far behind: reported at once
	get 0 candles AAAUSDT -i 1h --last 4 --now '2024-05-01 00:00' --wait-closed 20s
	assert_equal "$(events)" "warn|fetch.late|AAAUSDT|1h: not served yet, 4 bars of 1h: 2024-04-30 20:00 to 2024-04-30 23:00"
}

@test "what passes is tried again: 429, 418, 5xx, cut and reset connections" {
	sim
	get 0 candles AAAUSDT -i 1h --last 50
	cp out clean
	for kind in 429 418 500 502 503 504 cut reset; do
		fault "[{\"route\":\"klines\",\"kind\":\"$kind\",\"count\":1,\"retry_after_s\":1}]"
		get 0 candles AAAUSDT -i 1h --last 50
		cmp out clean || fail "$kind"
	done
	assert_equal "$(stats .faults)" 8
	assert_equal "$(requests)" 17
	fault '[{"route":"time","kind":"503","count":2}]'
	get 0 candles AAAUSDT -i 1h --last 50
	cmp out clean
}

@test "tries are bounded in number and in time" {
	sim
	fault '[{"route":"klines","kind":"500","count":0}]'
	get 69 candles AAAUSDT -i 1h --last 5 --retries 2
	assert_equal "$(requests)" 3
	grep -q "HTTP 500, error -1001.*(tried 3 times)" err
	get 69 candles AAAUSDT -i 1h --last 5 --retries 0
	assert_equal "$(requests)" 4
	get 69 candles AAAUSDT -i 1h --last 5 --retries 20 --patience 1s
	[ "$(requests)" -le 9 ]
	get 69 candles AAAUSDT -i 1h --last 5 --base-url http://127.0.0.1:1 --retries 1
	grep -q "no connection" err
}

@test "a connection that hangs is given up" {
	sim
	fault '[{"route":"klines","kind":"hang","count":1,"delay_ms":20000}]'
	get 0 candles AAAUSDT -i 1h --last 5 --timeout 1s
	assert_equal "$(kinds)" "candle 5"
	fault '[{"route":"klines","kind":"hang","count":0,"delay_ms":20000}]'
	get 69 candles AAAUSDT -i 1h --last 5 --patience 1s
	grep -q "no answer in time" err
}

@test "a long Retry-After ends it, and the other processes keep still too" {
	sim
	fault '[{"route":"klines","kind":"429","count":0,"retry_after_s":600}]'
	get 75 candles AAAUSDT -i 1h --last 5 --patience 5s
	grep -q "HTTP 429, error -1003.*left alone until" err
	assert_equal "$(requests)" 1
	before=$(stats '[.requests[]] | add')
	get 75 candles BBBUSDT -i 1h --last 5 --patience 5s
	grep -q "wants no request before" err
	assert_equal "$(stats '[.requests[]] | add')" "$before"
	rm -r state # as after the term
	fault '[]'
	curl -sf -X DELETE "$CT_BINANCE_URL/sim/fault" >/dev/null
	get 0 candles BBBUSDT -i 1h --last 5
}

@test "nonsense is refused at once, with row, field and value" {
	sim
	while IFS='|' read -r kind says; do
		fault "[{\"route\":\"klines\",\"kind\":\"$kind\",\"count\":1}]"
		get 76 candles AAAUSDT -i 1h --last 5
		assert_equal "$(kinds)" "event 1"
		grep -qE -- "$says" err || fail "$kind: $(cat err)"
	done <<-'END'
		empty|AAAUSDT 1h: an empty answer
		truncate|AAAUSDT 1h: row 3.*: the answer is cut off here
		garbage|AAAUSDT 1h: not a list of candles
		numbers|AAAUSDT 1h: row 1 open: '[0-9.]+' is not text with a decimal number
		wrong_length|AAAUSDT 1h: row 1: 11 items, where 12 are expected
	END
	assert_equal "$(requests)" 5
	fault '[{"route":"time","kind":"garbage","count":1}]'
	get 76 candles AAAUSDT -i 1h --last 5
	[ ! -s out ]
}

@test "a web page instead of data, as a proxy or maintenance gives it, is asked again" {
	sim
	fault '[{"route":"klines","kind":"html","count":1}]'
	get 0 candles AAAUSDT -i 1h --last 5
	assert_equal "$(kinds)" "candle 5"
	fault '[{"route":"time","kind":"html","count":1}]'
	get 0 candles AAAUSDT -i 1h --last 5
	fault '[{"route":"klines","kind":"html","count":9}]'
	get 76 candles AAAUSDT -i 1h --last 5 --retries 1
	assert_equal "$(kinds)" "event 1"
	grep -qE "answered with a web page, not with data: '<.*\(tried 2 times\)" err
}

@test "gaps, twins and impossible bars are reported, never mended" {
	sim
	fault '[{"route":"klines","kind":"gap"}]'
	get 0 candles AAAUSDT -i 1h --last 5
	assert_equal "$(kinds)" "candle 4, event 1"
	assert_equal "$(events)" "warn|fetch.gap|AAAUSDT|1h: 1 bar missing from 2024-04-30 21:00, before 2024-04-30 22:00"
	jq -r 'select(.kind == "event") | .id' out >id
	fault '[{"route":"klines","kind":"gap"}]'
	get 0 candles AAAUSDT -i 1h --last 5 -v
	jq -r 'select(.kind == "event") | .id' out | cmp - id # the same finding is the same event
	grep -q "AAAUSDT 1h: 1 bar missing" err
	fault '[{"route":"klines","kind":"duplicate"}]'
	get 0 candles AAAUSDT -i 1h --last 5
	assert_equal "$(kinds)" "candle 5, event 1"
	assert_equal "$(events)" "warn|fetch.duplicate|AAAUSDT|1h: bar of 2024-04-30 21:00 comes twice"
	fault '[{"route":"klines","kind":"impossible"}]'
	get 0 candles AAAUSDT -i 1h --last 5
	assert_equal "$(kinds)" "candle 4, event 2"
	assert_equal "$(events | head -n 1)" "warn|fetch.bad_candle|AAAUSDT|1h: bar of 2024-04-30 21:00: high: 218.69999999 is below low"
	fault '[{"route":"klines","kind":"off_grid"}]'
	get 0 candles AAAUSDT -i 1h --last 5
	assert_equal "$(kinds)" "candle 4, event 2"
	events | grep -q "fetch.bad_candle|AAAUSDT|1h: bar of 2024-04-30 21:00:01: open_time"
	# A gap across two pages, and a series that begins later than asked for.
	fault '[{"route":"klines","kind":"gap","after":1}]'
	get 0 candles AAAUSDT -i 1h --since 2023-12-31
	assert_equal "$(kinds)" "candle 2903, event 2"
	events | grep -q "^info|fetch.starts_late|AAAUSDT|1h: nothing is served before the first bar, 24 bars of 1h: 2023-12-31 00:00 to 2023-12-31 23:00$"
}

@test "one pair that fails does not stop the others; if all fail, that is the exit code" {
	sim
	fault '[{"route":"klines","kind":"500","symbol":"BBBUSDT","count":0}]'
	get 0 candles AAAUSDT BBBUSDT CCCUSDT NOPEUSDT -i 1h --last 3 --retries 1
	assert_equal "$(kinds)" "candle 6, event 2"
	events | grep -q "^warn|fetch.failed|BBBUSDT|1h: not fetched: .*HTTP 500.*(tried 2 times)$"
	events | grep -qx "warn|fetch.failed|NOPEUSDT|1h: not fetched: the exchange does not know the pair 'NOPEUSDT'"
	grep -q "NOPEUSDT" err
	get 65 candles NOPEUSDT -i 1h --last 3
	grep -q "NOPEUSDT 1h: the exchange does not know the pair" err
	get 65 candles 'A&symbol=AAAUSDT' -i 1h --last 3 # no way into the address
	fault '[{"route":"klines","kind":"500","symbol":"AAAUSDT","after":1,"count":0}]'
	get 69 candles AAAUSDT -i 1h --since 2024-02-01 --retries 0 # the first page came
	assert_equal "$(kinds)" "candle 1000, event 1"
}

@test "'-' reads the list of ct-store wanted" {
	sim
	want() { printf '{"kind":"wanted","v":1,"market":"%s","symbol":"%s","interval":"%s","since":%s,"until":%s}\n' "$@"; }
	{
		want spot AAAUSDT 1h 1714507200000 null
		want spot BBBUSDT 4h 1714435200000 1714478400000
		want spot AAAUSDT 1h 1714510800000 null
		want um AAAUSDT 1h 1714510800000 null
	} >list
	get 0 candles - <list
	assert_equal "$(jq -r 'select(.market == "spot" and .symbol == "AAAUSDT") | .open_time' out | xargs)" "1714507200000 1714510800000 1714514400000 1714518000000"
	assert_equal "$(opens BBBUSDT | xargs)" "1714435200000 1714449600000 1714464000000"
	assert_equal "$(jq -r 'select(.market == "um") | .open_time' out | xargs)" "1714510800000 1714514400000 1714518000000"
	assert_equal "$(requests) $(stats '.requests["GET /fapi/v1/klines"]')" "2 1"
	curl -sf -X POST "$CT_BINANCE_URL/sim/reset"
	get 0 candles - </dev/null
	assert_equal "$(wc -c <out) $(stats '.requests | length')" "0 0" # an empty list asks nothing
	{ want spot AAAUSDT 1h 1714507200000 null; want spot AAAUSDT 5h 1714507200000 null; } >list
	get 65 candles - <list
	grep -q "stdin:2: interval" err
	{ want spot AAAUSDT 1h 1714507200000 null; echo '{"kind":"candle","v":1}'; } >list
	get 65 candles - <list
	grep -q "stdin:2: kind: 'candle' is not wanted" err
	want spot AAAUSDT 1h '"x"' null | get 65 candles -
	grep -q "stdin:1: since" err
}

@test "two processes share one budget and stay below the exchange's limit" {
	sim --weight-limit 100
	get 0 symbols AAAUSDT # learns the limit
	grep -q "limit 100 " state/ct/budget/*
	# 30 series of both markets each: twice more than 45 on top of what was spent, over 80 in all.
	jq -nc '("4h","6h","8h","12h","1d") as $i | ("spot","um") as $m | ("AAAUSDT","BBBUSDT","CCCUSDT") as $s
		| {kind:"wanted",v:1,market:$m,symbol:$s,interval:$i,since:1704067200000,until:null}' >list
	codes=
	timeout 3 ct-fetch candles - <list >one 2>err1 & a=$!
	timeout 3 ct-fetch candles - <list >two 2>err2 & b=$!
	wait $a || codes=$?
	wait $b || codes="$codes $?"
	[ -n "$codes" ] # one at least had to wait for the next minute
	[ "$(stats .weight_most)" -le 80 ]
	[ "$(stats .weight_most)" -ge 60 ]
	assert_equal "$(stats '.statuses | keys | tojson')" '["200"]'
}

@test "questions about funding are counted by themselves, by all processes together" {
	start_server sim.json ct-sim --generate 7 -i 4h --outages 0 --from 2024-04-01 --clock '2024-05-01 00:30' $(seq -f 'P%gUSDT' 500)
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	jq -nc 'range(1; 501) | {kind:"wanted",v:1,market:"um",symbol:"P\(.)USDT",interval:null,since:1714521600000,until:null}' >list
	local windows=$(($(date +%s) / 300))
	timeout 3 ct-fetch candles - >one 2>err1 < <(head -n 250 list) & a=$!
	timeout 3 ct-fetch candles - >two 2>err2 < <(tail -n 250 list) & b=$!
	wait $a || true
	wait $b || true
	windows=$(($(date +%s) / 300 - windows + 1))
	[ "$(stats '.requests["GET /fapi/v1/fundingRate"]')" -le $((windows * 400)) ] # four fifths of 500 in five minutes
	[ "$(stats '.requests["GET /fapi/v1/fundingRate"]')" -ge 300 ]
	assert_equal "$(stats '.statuses | keys | tojson')" '["200"]'
	[ "$(stats .weight_used)" -le 2 ] # the clock's
}

@test "a market that does not answer does not stop the other" {
	sim
	for i in 1h null; do for m in spot um; do
		[ "$m$i" = spotnull ] || jq -nc --arg m $m --arg i $i '{kind:"wanted",v:1,market:$m,symbol:"AAAUSDT",interval:(if $i == "null" then null else $i end),since:1714510800000,until:null}'
	done; done >list
	fault '[{"route":"/fapi/v1/time","kind":"html","status":403,"count":0}]'
	get 0 candles - --retries 0 <list
	assert_equal "$(jq -r 'select(.kind == "candle") | .market' out | sort | uniq -c | xargs)" "3 spot"
	assert_equal "$(jq -r 'select(.kind == "event") | .code + " " + .symbol + " " + (.message | sub(":.*"; ""))' out)" 'fetch.failed AAAUSDT 1h
fetch.failed AAAUSDT funding'
	fault '[{"route":"time","kind":"500","count":0}]'
	get 69 candles - --retries 0 <list
	assert_equal "$(wc -c <out)" 0
}

@test "SIGTERM ends a wait" {
	sim
	for route in time klines; do
		fault "[{\"route\":\"$route\",\"kind\":\"hang\",\"count\":1,\"delay_ms\":20000}]"
		ct-fetch candles AAAUSDT -i 1h --last 5 >out 2>err &
		pid=$!
		wait_for sh -c "curl -s $CT_BINANCE_URL/sim/stats | grep -q /$route"
		kill -TERM $pid
		code=0
		wait $pid || code=$?
		assert_equal "$code" 75
		grep -q "stopped before the end" err
	done
}

@test "um: candles, rules and funding of USDT-M futures" {
	sim
	get 0 candles -m um AAAUSDT BBBUSDT -i 1h --last 3
	assert_equal "$(jq -r .market out | sort -u)" um
	assert_equal "$(kinds)" "candle 6"
	jq -c 'select(.symbol == "AAAUSDT") | del(.market)' out >um
	get 0 candles AAAUSDT -i 1h --last 3
	jq -c 'del(.market)' out | cmp - um
	get 0 candles -m um NOPEUSDT AAAUSDT -i 1h --last 3
	assert_equal "$(kinds)" "candle 3, event 1"
	get 0 symbols -m um BBBUSDT
	assert_equal "$(jq -r '[.symbol, .market, .status, .min_notional, .min_notional_market, .oco_allowed] | join(" ")' out)" 'BBBUSDT um TRADING 5.00000000 true '
	get 0 symbols -m um
	[ "$(grep -c '"kind":"symbol"' out)" -eq 3 ]
	jq -nc '{kind:"wanted",v:1,market:"um",symbol:"AAAUSDT",interval:"1h",since:1714510800000,until:null}' >list
	get 0 candles - <list
	assert_equal "$(kinds)" "candle 3"
	get 64 candles -m um - <list
}

@test "one list of both markets and of funding: one question a series for a day, the fewest for a year" {
	start_server sim.json ct-sim --generate 7 -i 4h --outages 0 --from 2023-04-01 --clock '2024-05-02 00:30' $(seq -f 'P%02gUSDT' 60)
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	want() { jq -nc --argjson since "$1" '("spot","um") as $m | ("4h",null) as $i | range(1;61)
		| select($m == "um" or $i) | {kind:"wanted",v:1,market:$m,symbol:"P\(. + 100 | tostring | .[1:])USDT",interval:$i,since:$since,until:null}'; }
	want 1714521600000 >list # a day: six candles, four payments, as both ends count
	get 0 candles - -v <list
	assert_equal "$(wc -l <list) $(kinds)" "180 candle 720, funding 240"
	assert_equal "$(stats '.requests | tojson')" \
		'{"GET /api/v3/time":1,"GET /api/v3/klines":60,"GET /fapi/v1/time":1,"GET /fapi/v1/klines":60,"GET /fapi/v1/fundingRate":60}'
	assert_equal "$(stats .weight_used)" $((1 + 60 * 2 + 1 + 60)) # few candles of futures are cheap
	grep -q "960 rows of 180 series, 182 requests, of which 0 repeated; the least for these rows is 182;" err
	sort out >parallel
	get 0 candles - --parallel 1 <list
	sort out | cmp - parallel
	want 1682899200000 | grep -v '"interval":null' >list # a year: 2,202 candles; 1,000 a page of spot, 1,500 of futures
	get 0 candles - -v <list
	grep -q "264240 rows of 120 series, 302 requests, of which 0 repeated; the least for these rows is 302;" err # 2 + 60 * 3 + 60 * 2
	get 0 candles - <<<'{"kind":"wanted","v":1,"market":"spot","symbol":"P01USDT","interval":null,"since":0,"until":null}
{"kind":"wanted","v":1,"market":"um","symbol":"P01USDT","interval":null,"since":1714607990000,"until":null}'
	assert_equal "$(events)" "warn|fetch.failed|P01USDT|funding: not fetched: market 'spot' has no funding"
	assert_equal "$(jq -r 'select(.kind == "funding") | [.funding_time, .interval_hours] | join(" ")' out)" "1714608000000 8"
}

@test "the daily sync: what the database holds goes on, one question a series, and nothing comes twice" {
	start_server sim.json ct-sim --generate 7 -i 4h --outages 0 --from 2024-01-01 --clock '2024-05-01 00:30' AAAUSDT BBBUSDT CCCUSDT
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL CT_DB=x.db
	ct-store init
	ct-fetch candles AAAUSDT BBBUSDT CCCUSDT -i 4h --since 2024-04-01 | ct-store put
	ct-fetch candles -m um AAAUSDT BBBUSDT -i 4h --since 2024-04-01 | ct-store put
	ct-fetch funding -m um AAAUSDT --since 2024-04-01 | ct-store put
	count() { sqlite3 x.db "SELECT (SELECT count(*) FROM candles) || ' ' || (SELECT count(*) FROM funding_row)"; }
	assert_equal "$(count)" "900 91"
	clock 1714696200000 # 2024-05-03 00:30
	curl -sf -X POST "$CT_BINANCE_URL/sim/reset" >/dev/null
	ct-store wanted --all --now 1714696200000 | ct-fetch candles - | ct-store put
	assert_equal "$(count)" "960 97"
	assert_equal "$(stats '[.requests[]] | add')" 8 # six series and two clocks
	ct-store wanted --all --now 1714696200000 | ct-fetch candles - | ct-store put -v 2>&1 | grep "0 new, 0 changed"
	assert_equal "$(sqlite3 x.db "SELECT count(DISTINCT interval_hours) || ' ' || max(interval_hours) FROM funding_row WHERE funding_time > 1711929600000")" "1 8"
}

@test "um: a page that the exchange finds too large is asked for in smaller ones" {
	sim
	cat >proxy.py <<'END'
import http.server, os, sys, urllib.parse, urllib.request
class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if int(urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query).get("limit", ["0"])[0]) > 1000:
            status, body = 400, b'{"code":-1130,"msg":"Data sent for parameter \'limit\' is not valid."}'
        else:
            with urllib.request.urlopen(os.environ["CT_BINANCE_URL"] + self.path) as answer:
                status, body = answer.status, answer.read()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print('{"url":"http://127.0.0.1:%d"}' % server.server_port, flush=True)
server.serve_forever()
END
	start_server proxy.json python3 proxy.py
	get 0 candles -m um AAAUSDT BBBUSDT -i 1h --since 2024-01-01 --base-url "$(jq -r .url proxy.json)" -v
	assert_equal "$(kinds)" "candle 5808"
	grep -q "; the least for these rows is 7;" err
}

@test "um: funding in pages, each payment once, with the hours since the one before" {
	start_server sim.json ct-sim --generate 7 -i 4h --outages 0 --from 2023-01-01 --clock '2024-05-01 00:30' AAAUSDT BBBUSDT CCCBTC
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	get 0 funding -m um AAAUSDT --since 2023-01-01
	# 486 days, three a day: the market's first moment has no payment, the last one is at 00:00
	assert_equal "$(wc -l <out)" 1458
	assert_equal "$(jq -r .funding_time out | sort -n | uniq | wc -l)" 1458
	assert_equal "$(stats '.requests["GET /fapi/v1/fundingRate"]')" 2
	assert_equal "$(jq -r .interval_hours out | sort | uniq -c | awk '{ print $1 $2 }' | paste -sd' ')" '14578 1null'
	ct-store init --db x.db
	ct-store put --db x.db <out
	ct-store funding --db x.db -m um AAAUSDT | cmp - out
	get 0 funding -m um AAAUSDT BBBUSDT --since 2024-04-30T00:00 --until 2024-04-30T16:00
	assert_equal "$(jq -r '.symbol + " " + (.funding_time | tostring)' out | paste -sd,)" \
		'AAAUSDT 1714435200000,AAAUSDT 1714464000000,BBBUSDT 1714435200000,BBBUSDT 1714464000000'
	assert_equal "$(jq -r .interval_hours out | sort -u)" 8
	get 0 funding -m um CCCBTC AAAUSDT --since 2024-05-01
	assert_equal "$(kinds)" "event 1, funding 1"
	get 65 funding -m um CCCBTC --since 2024-05-01
	get 64 funding AAAUSDT --since 2024-05-01
	get 64 funding -m um AAAUSDT
	fault '[{"route":"fundingRate","kind":"numbers","count":1}]'
	get 76 funding -m um AAAUSDT --since 2024-04-30
	grep -qE "row 1 (fundingRate|markPrice): .* is not a decimal number as text" err
}

@test "symbols gives the exchange's rules" {
	sim
	get 0 symbols
	assert_equal "$(tail -n 1 out | jq -r '[.code, .message, .t_ms] | join("|")')" 'fetch.listing|spot: all its pairs, 3|1714523400000'
	sed -i '$d' out
	assert_equal "$(jq -r .symbol out | xargs)" "AAAUSDT BBBUSDT CCCUSDT"
	assert_equal "$(jq -c '[.kind, .market, .status, .quote_asset, .t_ms]' out | sort -u)" '["symbol","spot","TRADING","USDT",1714523400000]'
	curl -sf "$CT_BINANCE_URL/api/v3/exchangeInfo?symbol=BBBUSDT" >info
	get 0 symbols BBBUSDT
	assert_equal "$(jq -r '[.tick_size, .step_size, .min_notional] | join(" ")' out)" \
		"$(jq -r '.symbols[0].filters | map({(.filterType): .}) | add | [.PRICE_FILTER.tickSize, .LOT_SIZE.stepSize, .NOTIONAL.minNotional] | join(" ")' info)"
	get 0 symbols BBBUSDT NOPEUSDT CCCUSDT
	assert_equal "$(jq -r .symbol out | xargs)" "BBBUSDT CCCUSDT NOPEUSDT"
	assert_equal "$(events)" "warn|fetch.failed|NOPEUSDT|the exchange does not know the pair 'NOPEUSDT'"
	get 65 symbols NOPEUSDT
	get 65 symbols NOPEUSDT NOPE2USDT
	echo '{"market":"spot","symbols":["CCCUSDT","AAAUSDT"]}' >list.json
	get 0 symbols --symbols ./list.json
	assert_equal "$(jq -r .symbol out | sort | xargs)" "AAAUSDT CCCUSDT"
	for kind in html truncate empty garbage; do
		fault "[{\"route\":\"exchangeInfo\",\"kind\":\"$kind\",\"count\":2}]"
		get 76 symbols --retries 1
	done
}

@test "a captured exchangeInfo gives the filters it has" {
	need_shared data/captures/exchangeInfo
	start_server sim.json ct-sim --generate 7 --exchange-info "$SHARED/data/captures/exchangeInfo/spot-mainnet-25symbols-2025-08-07.json.zst"
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	get 0 symbols ETHBTC BNBETH
	assert_equal "$(jq -r 'select(.symbol == "ETHBTC") | [.tick_size, .step_size, .min_qty, .market_max_qty, .market_step_size] | join(" ")' out)" \
		"0.00001000 0.00010000 0.00010000 1378.22417541 0.00000000"
	get 0 symbols
	[ "$(wc -l <out)" -ge 25 ]
}

@test "real candles come through to the last digit (BTCUSDT, DOGEUSDT, 4h)" {
	need_shared data/klines/spot/4h
	start_server sim.json ct-sim --data "$SHARED/data/klines/spot/4h" --clock '2025-01-01 00:00' BTCUSDT DOGEUSDT
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	get 0 candles BTCUSDT DOGEUSDT -i 4h --since 2024-05-01
	for pair in BTCUSDT DOGEUSDT; do
		zstd -dc "$SHARED/data/klines/spot/4h/$pair-4h.csv.zst" | awk -F, '$1 ~ /^[0-9]/ && $1 >= 1714521600000 && $1 < 1735689600000 { print $1, $2 + 0, $5 + 0, $6 + 0, $9 }' >want
		jq -r "select(.kind == \"candle\" and .symbol == \"$pair\") | [.open_time, .open, .close, .volume, .trades] | join(\" \")" out | awk '{ print $1, $2 + 0, $3 + 0, $4 + 0, $5 }' >have
		[ -s want ] && cmp want have
	done
}

@test "output goes to a file, and a full disk is an error" {
	sim
	get 0 candles AAAUSDT -i 1h --last 5 -o file
	[ ! -s out ] && [ "$(grep -c '"kind":"candle"' file)" = 5 ]
	get 73 candles AAAUSDT -i 1h --last 5 -o no/such/file
	status=0
	ct-fetch candles AAAUSDT -i 1h --last 5 >/dev/full 2>err || status=$?
	assert_equal "$status" 74
}

@test "usage errors are told before anything is asked" {
	while read -r -a words; do
		get 64 "${words[@]}" </dev/null
	done <<-END
		nonsense
		candles
		candles AAAUSDT
		candles AAAUSDT -i 1h
		candles AAAUSDT -i 7h --last 5
		candles AAAUSDT -i 1h --last 0
		candles AAAUSDT -i 1h --since yesterday
		candles AAAUSDT -i 1h --last 5 -m cm
		candles AAAUSDT -i 1h --last 5 --parallel 17
		candles AAAUSDT -i 1h --last 5 --patience 0s
		candles AAAUSDT -i 1h --last 5 --base-url http://example.com
		candles AAAUSDT -i 1h --last 5 --base-url nonsense
		candles - -i 1h
		candles - AAAUSDT
		symbols --last 5
		symbols --archive-url http://127.0.0.1:1
		candles AAAUSDT -i 1h --last 5 --series funding
		archive AAAUSDT -i 1h
		archive AAAUSDT -i 1h --last 5
		archive AAAUSDT --since 2024-01
		archive AAAUSDT --since 2024-01 --series funding
		archive AAAUSDT --since 2024-01 --series trades -i 1h
		archive AAAUSDT --since 2024-02 --until 2024-01 -i 1h
		archive AAAUSDT --since 2024-01 -i 1h --archive-url http://example.com
		archive - -i 1h
	END
	run ct-fetch candles AAAUSDT -i 1h --last 5 -m cm
	assert_output --partial "--market: 'cm' is neither spot nor um"
}

@test "receipts say where rows came from; who reads candles passes over them, and over events" {
	sim
	fault '[{"route":"klines","kind":"gap"}]'
	get 0 candles AAAUSDT BBBUSDT -i 1h --since 2024-03-01 --parallel 1
	assert_equal "$(jq -r '[.symbol, .source, .rows, .gaps, .sha256] | map(tostring) | join(" ")' receipts)" "AAAUSDT start 0 0 null
AAAUSDT /api/v3/klines 999 1 null
BBBUSDT /api/v3/klines 1000 0 null
AAAUSDT /api/v3/klines 464 0 null
BBBUSDT /api/v3/klines 464 0 null"
	ct-fetch candles AAAUSDT BBBUSDT -i 1h --since 2024-03-01 >all
	[ "$(grep -vc '"kind":"candle"' all)" -ge 5 ]
	grep '"kind":"candle"' all >rows
	for filter in "ct-study ema:5" "ct-signal -S donchian-4h" "ct-prove --cuts 2 -- ct-study ema:5"; do
		$filter <all >with
		$filter <rows | cmp - with || fail "$filter"
	done
	get 0 funding -m um AAAUSDT --since 2024-03-01
	assert_equal "$(jq -r '[.interval, .series, .source, .rows, .gaps] | map(tostring) | join(" ")' receipts)" "null funding start 0 null
null funding /fapi/v1/fundingRate 184 null"
}
