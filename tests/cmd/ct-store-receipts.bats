# ct-store: rows and the receipts that say where they came from.
load ../helper
load store.bash

# receipt ROWS [FIRST LAST [SOURCE [SHA256 [SYMBOL]]]]: of 4h candles.
receipt() {
	local gaps=null
	[ "$1" = 0 ] || gaps=$((($3 - $2) / 14400000 + 1 - $1))
	printf '{"kind":"receipt","v":1,"market":"spot","symbol":"%s","interval":"4h","series":"candles","source":"%s",' "${6:-BTCUSDT}" "${4:-/api/v3/klines}"
	printf '"sha256":%s,"rows":%s,"first":%s,"last":%s,"gaps":%s,"time_unit":"ms","t_ms":1714600000000}\n' "${5:-null}" "$1" "${2:-null}" "${3:-null}" "$gaps"
}
t() { echo $((1714521600000 + $1 * 14400000)); }
receipts() { sql 'SELECT source, rows, first, last, gaps FROM receipts ORDER BY source, first'; }
stored() { sql 'SELECT count(*) FROM candles'; }

# Every stored candle lies in a receipt, and no receipt speaks of more rows than there are.
covered() {
	sql "SELECT 'candle without receipt', c.symbol, c.open_time FROM candles c WHERE NOT EXISTS (SELECT 1 FROM receipts r WHERE r.market = c.market
		AND r.symbol = c.symbol AND r.interval = c.interval AND c.open_time BETWEEN r.first AND r.last);
		SELECT 'receipt of too much', r.source, r.first FROM receipts r WHERE r.series = 'candles' AND r.rows <> (SELECT count(*) FROM candles c WHERE c.market = r.market
		AND c.symbol = r.symbol AND c.interval = r.interval AND c.open_time BETWEEN r.first AND r.last)"
}

@test "rows without a receipt get one of put's own, which grows" {
	candles 3 | ct-store put
	[ "$(receipts)" = "stdin|3|$(t 0)|$(t 2)|0" ]
	candles 5 | tail -n 3 | ct-store put
	[ "$(receipts)" = "stdin|5|$(t 0)|$(t 4)|0" ]
	candles 9 | sed -n 8p | ct-store put # not where it ended: one of its own
	[ "$(receipts)" = "stdin|5|$(t 0)|$(t 4)|0
stdin|1|$(t 7)|$(t 7)|0" ]
	candles 9 | ct-store put
	[ "$(receipts)" = "stdin|9|$(t 0)|$(t 8)|0" ]
}

@test "a receipt closes the rows before it; requests that go on where another ended are one" {
	{ receipt 0; candles 3; receipt 3 "$(t 0)" "$(t 2)"; } | ct-store put
	[ "$(receipts)" = "/api/v3/klines|3|$(t 0)|$(t 2)|0" ]
	{ receipt 0; candles 7 | sed '1,3d;5d'; receipt 3 "$(t 3)" "$(t 6)"; } | ct-store put
	[ "$(receipts)" = "/api/v3/klines|6|$(t 0)|$(t 6)|1" ]
	sha='"'$(printf x | sha256sum | cut -c 1-64)'"'
	{ receipt 0; candles 8; receipt 8 "$(t 0)" "$(t 7)" data/a.zip "$sha"; } | ct-store put
	[ "$(receipts)" = "/api/v3/klines|6|$(t 0)|$(t 6)|1
data/a.zip|8|$(t 0)|$(t 7)|0" ]
}

@test "what put said of rows itself goes when their real receipt comes" {
	{ candles 3; receipt 3 "$(t 0)" "$(t 2)"; } | ct-store put
	[ "$(receipts)" = "/api/v3/klines|3|$(t 0)|$(t 2)|0" ]
}

@test "a receipt that does not fit its rows is refused, with them" {
	refused() { # TEXT, receipts line
		{ receipt 0; candles 3; echo "$2"; } >in
		run ct-store put <in
		assert_failure 65
		assert_output "ct-store: stdin:5: $1"
		[ "$(stored) $(receipts)" = "0 " ]
	}
	refused 'rows: 4, but 3 came: candles of BTCUSDT' "$(receipt 4 "$(t 0)" "$(t 3)")"
	refused "first: $(t 1), but the first that came was $(t 0)" "$(receipt 3 "$(t 1)" "$(t 3)")"
	refused "last: $(t 3), but the last that came was $(t 2)" "$(receipt 3 "$(t 0)" "$(t 3)")"
	refused 'gaps: 7, but 0 bars are missing' "$(receipt 3 "$(t 0)" "$(t 2)" | sed 's/"gaps":0/"gaps":7/')"
	refused "sha256: 'ab' is not 64 digits of lower-case hex" "$(receipt 3 "$(t 0)" "$(t 2)" x '"ab"')"
	refused 'interval: candles have one' "$(receipt 3 "$(t 0)" "$(t 2)" | sed 's/"4h"/null/')"
}

@test "--on-bad=skip: a refused receipt takes its rows along, and no other; later ones are kept, and passed" {
	eth() { candles "$@" ETHUSDT; }
	{
		receipt 0
		candles 2
		eth 1
		receipt 2 "$(t 0)" "$(t 1)"
		candles 4 | tail -n 2
		receipt 3 "$(t 2)" "$(t 4)" # of more than came
		eth 2 | tail -n 1
		candles 7 | tail -n 3
		receipt 3 "$(t 4)" "$(t 6)"
		candles 9 | tail -n 2 | sed '1s/"high":"[^"]*"/"high":"0.1"/'
		receipt 2 "$(t 7)" "$(t 8)" # one of its rows is refused
		candles 11 | tail -n 2
		receipt 2 "$(t 9)" "$(t 10)" x '"ab"' # itself impossible
		candles 12 | tail -n 1
		receipt 1 "$(t 11)" "$(t 11)" /api/v3/klines null BTCUSDT
		receipt 2 "$(t 0)" "$(t 1)" /api/v3/klines null ETHUSDT
	} >in
	ct-store put --pass --on-bad=skip <in >out 2>said || [ $? = 65 ]
	assert_equal "$(<out)" "$(sed '6,8d;14,19d' in)"
	assert_equal "$(<said)" "ct-store: stdin:8: rows: 3, but 2 came: candles of BTCUSDT
ct-store: stdin:14: high: 0.10000000 is below low
ct-store: stdin:16: rows: 2, but 1 came: candles of BTCUSDT
ct-store: stdin:19: sha256: 'ab' is not 64 digits of lower-case hex"
	[ -z "$(covered)" ]
	assert_equal "$(sql 'SELECT symbol, group_concat((open_time - 1714521600000) / 14400000) FROM candles GROUP BY 1')" 'BTCUSDT|0,1,4,5,6,11
ETHUSDT|0,1'
	assert_equal "$(sql 'SELECT symbol, rows_inserted, status, error_message FROM sync_log ORDER BY symbol')" "BTCUSDT|6|error|the receipt was refused: sha256: 'ab' is not 64 digits of lower-case hex
ETHUSDT|2|ok|"
}

@test "rows that wait for a receipt which does not come are not stored; those of other series are" {
	{ receipt 0; candles 3 ETHUSDT; candles 2; receipt 2 "$(t 0)" "$(t 1)"; } >in
	run ct-store put --pass <in
	assert_failure 65
	assert_line 'ct-store: the input ended before the receipt of 3 4h candles of ETHUSDT: they are not stored'
	refute_line --partial ETHUSDT\",\"interval
	[ "$(sql 'SELECT symbol, count(*) FROM candles')" = 'BTCUSDT|2' ]
}

@test "put --pass hands rows on once their receipt has come, in the order of the stream" {
	mkfifo pipe
	ct-store put --pass <pipe >out &
	pid=$!
	exec 7>pipe
	{ receipt 0; candles 2 ETHUSDT; candles 2; receipt 2 "$(t 0)" "$(t 1)"; } | tee sent >&7
	wait_for test -s out
	[ "$(wc -l <out)" = 1 ]
	receipt 2 "$(t 0)" "$(t 1)" /api/v3/klines null ETHUSDT | tee -a sent >&7
	wait_for cmp -s out sent
	exec 7>&-
	wait $pid
}

@test "import keeps a receipt of each file, with its checksum" {
	need_shared data/klines/spot/4h
	cp "$SHARED/data/klines/spot/4h/BTCUSDT-4h.csv.zst" "$SHARED/data/klines/spot/4h/ETHUSDT-4h.csv.zst" .
	ct-store import BTCUSDT-4h.csv.zst ETHUSDT-4h.csv.zst
	for symbol in BTCUSDT ETHUSDT; do
		[ "$(sql "SELECT source || ' ' || sha256 FROM receipts WHERE symbol = '$symbol'")" = "$symbol-4h.csv.zst $(sha256sum <$symbol-4h.csv.zst | cut -c 1-64)" ]
	done
	[ -z "$(covered)" ]
	ct-store import BTCUSDT-4h.csv.zst
	[ "$(sql 'SELECT count(*) FROM receipts')" = 2 ]
	echo 1714521600000000,1,2,1,1,5,1714535999999999,1,2,3,1,0 | ct-store import -i 4h --symbol XUSDT -
	[ "$(sql "SELECT source, time_unit FROM receipts WHERE symbol = 'XUSDT'")" = 'stdin|us' ]
}

@test "killed at any moment: no row without a receipt, no receipt without its rows" {
	sha='"'$(printf x | sha256sum | cut -c 1-64)'"'
	candles 30000 BTCUSDT >btc
	candles 30000 ETHUSDT >eth
	{
		receipt 0
		for k in 0 1 2; do # files that take more than one transaction, and pages
			sed -n "$((k * 8000 + 1)),$((k * 8000 + 8000))p" btc
			receipt 8000 "$(t $((k * 8000)))" "$(t $((k * 8000 + 7999)))" "data/BTCUSDT-$k.zip" "$sha"
		done
		for k in $(seq 0 29); do
			sed -n "$((k * 1000 + 1)),$((k * 1000 + 1000))p" eth
			receipt 1000 "$(t $((k * 1000)))" "$(t $((k * 1000 + 999)))" /api/v3/klines null ETHUSDT
		done
	} >in
	for i in $(seq 30); do
		ct-store put <in &
		pid=$!
		sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
		[ -z "$(covered)" ]
		[ $((i % 3)) != 0 ] || { rm -f ct.db*; ct-store init; }
	done
	ct-store put <in
	[ -z "$(covered)" ]
	[ "$(stored)" = 54000 ]
	[ "$(receipts)" = "/api/v3/klines|30000|$(t 0)|$(t 29999)|0
data/BTCUSDT-0.zip|8000|$(t 0)|$(t 7999)|0
data/BTCUSDT-1.zip|8000|$(t 8000)|$(t 15999)|0
data/BTCUSDT-2.zip|8000|$(t 16000)|$(t 23999)|0" ]
}

@test "sync_log has a line for each series and run, also where nothing was new or nothing came" {
	candles 2 | ct-store put
	{
		candles 3
		printf '{"kind":"event","v":1,"id":"e1","account":null,"level":"warn","code":"fetch.failed","symbol":"XUSDT","message":"4h: no such pair","t_ms":1}\n'
	} | ct-store put
	candles 3 | ct-store put
	run sql 'SELECT symbol, interval, sync_type, rows_inserted, rows_updated, status, error_message FROM sync_log ORDER BY id'
	assert_output 'BTCUSDT|4h|candle|2|0|ok|
BTCUSDT|4h|candle|1|0|ok|
XUSDT|4h|candle|0|0|error|no such pair
BTCUSDT|4h|candle|0|0|ok|'
}

@test "a database from before receipts gets one for each series, and nothing in it is validated" {
	{
		candles 5 | sed 3d
		candles 3 ETHUSDT 60000 1m
		printf '{"kind":"funding","v":1,"market":"um","symbol":"BTCUSDT","funding_time":%s,"interval_hours":8,"rate":"0.0001","mark_price":null}\n' 1714521600005 1714550400000
	} | ct-store put
	printf '{"kind":"candle","v":1,"market":"spot","symbol":"BTCUSDT","interval":"1M","open_time":%s,"open":"1","high":"1","low":"1","close":"1","volume":"1","close_time":%s,"quote_volume":null,"trades":null,"taker_buy_volume":null,"taker_buy_quote_volume":null}\n' \
		1706745600000 1709251199999 1714521600000 1717199999999 | ct-store put
	ct-store migrate --to 7
	[ "$(sql 'SELECT min(is_validated) FROM klines')" = 1 ]
	ct-store migrate
	[ "$(sql 'SELECT symbol, interval, rows, last - first, gaps FROM receipts ORDER BY symbol, interval')" = 'BTCUSDT||2|28799995|
BTCUSDT|1M|2|7776000000|2
BTCUSDT|4h|4|57600000|1
ETHUSDT|1m|3|120000|0' ]
	[ -z "$(covered)" ]
	[ "$(sql 'SELECT max(is_validated) FROM klines')" = 0 ]
}
