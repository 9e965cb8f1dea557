# ct-store: the file itself, what goes in and comes back, and what must not be lost or doubled when things break.
bats_require_minimum_version 1.5.0
load ../helper
load store.bash

content() { sqlite3 "${1:-$CT_DB}" .dump | grep -v '^INSERT INTO sync_log' | sha256sum; } # each run has its own line there

# real SYMBOL: its real 4h candles as canonical lines.
real() {
	zstdcat "$SHARED/data/klines/spot/4h/$1-4h.csv.zst" | awk -F, -v symbol="$1" '{
		printf "{\"kind\":\"candle\",\"v\":1,\"market\":\"spot\",\"symbol\":\"%s\",\"interval\":\"4h\",\"open_time\":%s,", symbol, $1
		printf "\"open\":\"%s\",\"high\":\"%s\",\"low\":\"%s\",\"close\":\"%s\",\"volume\":\"%s\",\"close_time\":%s,", $2, $3, $4, $5, $6, $7
		printf "\"quote_volume\":\"%s\",\"trades\":%s,\"taker_buy_volume\":\"%s\",\"taker_buy_quote_volume\":\"%s\"}\n", $8, $9, $10, $11
	}'
}

order() { # ID STATUS [ACCOUNT]
	printf '{"kind":"order","v":1,"id":"%s","decision":"d1","account":"%s","run":"r1","strategy":"donchian","market":"spot",' "$1" "${3:-main}"
	printf '"symbol":"BTCUSDT","leg":"entry","attempt":0,"side":"BUY","type":"MARKET","qty":null,"quote_qty":"1000.5","price":null,'
	printf '"stop_price":null,"worst_price":null,"status":"%s","filled_qty":"0","filled_quote":"0","expires_ms":null,"created_ms":1714521600000,' "$2"
	printf '"updated_ms":1714521600000,"exchange_id":null,"why":null}\n'
}

accounts_file() {
	mkdir -p config/ct
	cat >config/ct/accounts.json <<-END
		{"accounts":[
		 {"name":"main","mode":"paper","manage_interval":null,"anchor":"2024-05-01","interval":"4h","risk":"careful",
		  "strategies":[{"file":"donchian","symbols":["BTCUSDT","ETHUSDT"]}]},
		 {"name":"slow","mode":"paper","manage_interval":null,"anchor":"2024-05-01","interval":"1d","risk":"careful",
		  "strategies":[{"file":"bands","symbols":["BTCUSDT"]}]}]}
	END
}

@test "a year of real BTCUSDT and DENTUSDT candles comes back as it went in, and putting it twice changes nothing" {
	need_shared data/klines/spot/4h
	{ real BTCUSDT; real DENTUSDT; } >in
	ct-store put -v <in 2>err
	grep -q "$(wc -l <in) new, 0 changed, 0 as they were" err
	ct-store candles -i 4h | cmp - in
	before=$(content)
	ct-store put -v <in 2>err
	grep -q "0 new, 0 changed, $(wc -l <in) as they were" err
	[ "$(content)" = "$before" ]
	# Compact: at most 100 bytes a candle.
	sql 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	[ "$(sqlite3 "$CT_DB" "SELECT sum(pgsize) FROM dbstat WHERE name = 'candle_row'")" -le $((100 * $(wc -l <in))) ]
}

@test "pairs that were named and have no such candle are told, and what there is comes all the same" {
	candles 3 | ct-store put
	run --separate-stderr ct-store candles NOSUCH BTCUSDT ETHUSDT -i 4h
	assert_success
	[ "${#lines[@]}" = 3 ]
	[ "$stderr" = "ct-store: there is no such candle of NOSUCH, ETHUSDT" ]
	run --separate-stderr ct-store candles BTCUSDT -i 1d
	[ "$stderr" = "ct-store: there is no such candle of BTCUSDT" ]
	run --separate-stderr ct-store orders NOSUCH
	[ -z "$stderr$output" ]
}

@test "a candle that comes again different leaves an event and the old values" {
	candles 3 >in
	ct-store put <in
	sed '2s/"volume":"11\.00000000"/"volume":"12.50000000"/' in | ct-store put
	run sql 'SELECT volume, revision FROM klines ORDER BY open_time'
	assert_output "10.00000000|0
12.50000000|1
12.00000000|0"
	run sql 'SELECT volume, revision FROM candle_revisions'
	assert_output '11.00000000|0'
	run ct-store events
	assert_output --partial '"code":"candle.revised","symbol":"BTCUSDT","message":"BTCUSDT 4h candle of 2024-05-01 04:00 came again different: volume 12.50000000 was 11.00000000"'
	# The same correction again is no news.
	sed '2s/"volume":"11\.00000000"/"volume":"12.50000000"/' in | ct-store put
	run sql 'SELECT count(*) FROM events'
	assert_output 1
}

@test "an impossible candle is refused by line and field; what came before it is stored" {
	candles 3 | sed '3s/"high":"[0-9.]*"/"high":"1.00000000"/' >in
	run ct-store put <in
	assert_failure 65
	assert_output 'ct-store: stdin:3: high: 1.00000000 is below low'
	[ "$(ct-store candles | wc -l)" = 2 ]
}

@test "an unknown kind, an unknown version and half a line are named; --on-bad=skip does the rest" {
	candles 3 | sed '1s/candle/gossip/; 2s/"v":1/"v":7/' >in
	candles 4 | tail -n 1 | head -c 100 >>in
	run ct-store put --on-bad=skip <in
	assert_failure 65
	assert_line --partial "stdin:1: kind: 'gossip' is not a known kind"
	assert_line --partial "stdin:2: v: "
	assert_line --partial "stdin:4: not a JSON object"
	[ "$(ct-store candles | wc -l)" = 1 ]
}

@test "down and up again keeps the data, and makes a copy first" {
	candles 5 | ct-store put
	before=$(ct-store candles | sha256sum)
	run ct-store migrate --to 1
	assert_success
	assert_output --partial 'a copy of what was before is in'
	[ "$(ls ct.db.v*.backup | wc -l)" = 1 ]
	[ "$(ct-store candles --db "$(ls ct.db.v*.backup)" | sha256sum)" = "$before" ]
	run ct-store candles
	assert_failure 78
	assert_output --partial 'run ct-store migrate'
	run ct-store init
	assert_failure 78
	ct-store migrate -q
	[ "$(ct-store candles | sha256sum)" = "$before" ]
	run ct-store migrate --to 99
	assert_failure 64
}

@test "no database, a newer one and something else are exit 78 with what to do" {
	run ct-store candles --db none.db
	assert_failure 78
	assert_output --partial 'run ct-store init'
	sql 'PRAGMA user_version = 99'
	for verb in candles put init migrate; do
		run ct-store $verb </dev/null
		assert_failure 78
		assert_output --partial newer
	done
	for version in 0 5; do
		sqlite3 other.db "CREATE TABLE IF NOT EXISTS t (a); PRAGMA user_version = $version"
		for verb in candles init migrate; do
			run ct-store $verb --db other.db
			assert_failure 78
			assert_output "ct-store: 'other.db' is a database of something else: name another file"
		done
	done
	assert_equal "$(ls other.db*)" other.db
	echo 'this is a text file, no database, and long enough to look at' >text.db
	run ct-store candles --db text.db
	assert_failure 78
}

@test "a database that may not be written is exit 74; a backup of it can be read" {
	candles 2 | ct-store put
	ct-store backup copy.db
	chmod 444 copy.db
	chmod 555 .
	chmod o+rx "$BATS_RUN_TMPDIR" 2>/dev/null || true
	as=()
	if [ "$(id -u)" = 0 ]; then
		# root writes anywhere: try as somebody else, where the folders above let them through
		as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
		"${as[@]}" test -r "$PWD/copy.db" 2>/dev/null && "${as[@]}" test -x "$BIN/ct-store" || { chmod 755 .; skip "nobody cannot reach $PWD"; }
	fi
	candles 3 >/dev/null
	run "${as[@]}" "$BIN/ct-store" put --db "$PWD/copy.db" < <(candles 3)
	chmod 755 .
	assert_failure 74
	assert_output --partial 'read-only'
	run "${as[@]}" "$BIN/ct-store" candles --db "$PWD/copy.db"
	assert_success
	[ "${#lines[@]}" = 2 ]
}

@test "a database locked for 3 s is waited for" {
	mkfifo hold
	sqlite3 "$CT_DB" <hold >/dev/null &
	holder=$!
	exec 7>hold
	echo 'BEGIN IMMEDIATE; INSERT INTO configs (key, value_json, updated_at) VALUES (1, 1, 1);' >&7
	sleep 0.3
	candles 2 >in
	ct-store put <in 7>&- &
	writer=$!
	sleep 1
	[ "$(ct-store candles | wc -l)" = 0 ] # readers do not wait
	kill -0 $writer
	sleep 2
	echo 'COMMIT;' >&7
	exec 7>&-
	wait $writer
	wait $holder
	[ "$(ct-store candles | wc -l)" = 2 ]
}

@test "a full disk is exit 74, and what was committed stays" {
	candles 10 | ct-store put
	candles 30000 ETHUSDT 60000 1m >in
	run bash -c "trap '' XFSZ; ulimit -f 500; exec ct-store put <in"
	assert_failure 74
	assert_output --partial 'cannot write'
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
	[ "$(ct-store candles BTCUSDT | wc -l)" = 10 ]
	ct-store put <in
	ct-store candles ETHUSDT | cmp - in
}

@test "killed 50 times at any moment: run again, nothing lost, nothing twice" {
	# some transactions long
	{ candles 12000 BTCUSDT; for i in $(seq 300); do order "ct$i" NEW; done; candles 12000 ETHUSDT; } >in
	for i in $(seq 50); do
		ct-store put <in &
		pid=$!
		sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
		# A prefix, in the order of the input: later lines are never there without earlier ones.
		btc=$(sql "SELECT count(*) FROM candle_row") orders=$(sql "SELECT count(*) FROM order_row")
		[ "$orders" = 0 ] || [ "$btc" -ge 12000 ]
		[ "$btc" -le 12000 ] || [ "$orders" = 300 ]
		# Start anew now and then, so that kills meet every stage.
		[ $((i % 5)) != 0 ] || { rm -f ct.db*; ct-store init; }
	done
	ct-store put <in
	[ "$(sql 'PRAGMA integrity_check')" = ok ]
	{ ct-store candles BTCUSDT; ct-store orders; ct-store candles ETHUSDT; } | jq -c '[.kind, .symbol, .open_time, .id]' | sort >got
	jq -c '[.kind, .symbol, .open_time, .id]' in | sort | cmp - got
}

@test "SIGTERM ends an idle pipe; what came is stored and passed on" {
	mkfifo pipe
	ct-store put --pass <pipe >out &
	pid=$!
	exec 7>pipe
	candles 2 >&7
	printf '{"kind":"cand' >&7
	wait_for test -s out
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ "$status" = 75 ] # half an input is not a whole one
	exec 7>&-
	candles 2 | cmp - out
	[ "$(ct-store candles | wc -l)" = 2 ]
}

@test "put --pass hands a line on only once it is stored, with keys it does not know" {
	mkfifo pipe
	ct-store put --pass <pipe >out &
	pid=$!
	exec 7>pipe
	candles 1 | sed 's/}$/,"ema":1.5}/' | tee sent >&7
	wait_for test -s out
	[ "$(ct-store candles | wc -l)" = 1 ]
	cmp out sent
	exec 7>&-
	wait $pid
}

@test "put --pass on a full disk passes only what is stored" {
	candles 30000 ETHUSDT 60000 1m >in
	status=0
	bash -c "trap '' XFSZ; ulimit -f 1500; exec ct-store put --pass <in" 2>err | cat >out || status=$?
	grep -q 'cannot write' err
	[ -s out ] && [ "$(wc -l <out)" -lt 30000 ]
	ct-store candles | head -n "$(wc -l <out)" | cmp - out
}

@test "a reader that left does not keep records out of the database: exit 74" {
	candles 20000 >in
	ct-store put --pass <in 2>err | head -n 1 >/dev/null && codes=("${PIPESTATUS[@]}") || codes=("${PIPESTATUS[@]}")
	[ "${codes[0]}" = 74 ]
	[ "$(ct-store candles | wc -l)" = 20000 ]
}

@test "records are updated by their key and chosen by account, run, symbol and last" {
	{ order ct1 NEW; order ct2 NEW; order ct3 NEW other; order ct1 FILLED; } | ct-store put -v 2>err
	grep -q '3 new, 1 changed, 0 as they were' err
	run ct-store orders -A main
	[ "${#lines[@]}" = 2 ]
	assert_line --index 0 --partial '"id":"ct1"'
	assert_line --index 0 --partial '"status":"FILLED"'
	assert_line --index 0 --partial '"quote_qty":"1000.50000000","price":null'
	run ct-store orders --last 1
	assert_output --partial '"id":"ct3"'
	[ "$(ct-store orders --run r2 | wc -l)" = 0 ]
	[ "$(ct-store orders BTCUSDT | wc -l)" = 3 ]
	run ct-store runs BTCUSDT
	assert_failure 64
	assert_output --partial 'run records have no symbol to choose by'
}

@test "candles by symbol, by time, by span and the last of each" {
	{ candles 6 ETHUSDT; candles 6 BTCUSDT; candles 6 BTCUSDT 3600000 1h; } | ct-store put
	run bash -c "ct-store candles -i 4h --last 2 | jq -r '[.symbol, .open_time] | @tsv'"
	assert_output "$(printf 'BTCUSDT\t1714579200000\nBTCUSDT\t1714593600000\nETHUSDT\t1714579200000\nETHUSDT\t1714593600000')"
	run bash -c "ct-store candles -i 4h --by-time --since 2024-05-01T16:00Z --until 1714593600000 | jq -r '[.symbol, .open_time] | @tsv'"
	assert_output "$(printf 'BTCUSDT\t1714579200000\nETHUSDT\t1714579200000')"
	[ "$(ct-store candles BTCUSDT -i 1h | wc -l)" = 6 ]
	[ "$(ct-store candles BTCUSDT -m um | wc -l)" = 0 ]
}

@test "tables are for people, CSV for other tools" {
	candles 2 | sed 's/"trades":5/"trades":null/' | ct-store put
	run ct-store candles --format table
	assert_line --index 0 --regexp '^symbol   interval  open_time         +open '
	assert_line --index 1 --regexp '^BTCUSDT  4h        2024-05-01 00:00  .* 10 +1000 +-$'
	run ct-store candles --format csv
	assert_line --index 0 'market,symbol,interval,open_time,open,high,low,close,volume,close_time,quote_volume,trades,taker_buy_volume,taker_buy_quote_volume'
	assert_line --index 1 --regexp '^spot,BTCUSDT,4h,1714521600000,.*,1000.00000000,,5.00000000,500.00000000$'
	run ct-store candles --format xml
	assert_failure 64
}

@test "the views have the columns people know, decimals as text" {
	{ candles 1; order ct1 NEW; } | ct-store put
	run sql 'SELECT symbol, open_time, high, volume, quote_volume, trades, taker_buy_volume, taker_buy_quote_volume, is_validated FROM klines'
	assert_output 'BTCUSDT|1714521600000|101.00000000|10.00000000|1000.00000000|5|5.00000000|500.00000000|0'
	run sql "SELECT close_time, sync_timestamp > 1714521600000 FROM klines"
	assert_output '1714535999999|1'
	run sql 'SELECT id, symbol, side, type, qty, price, status, created_at, run_id FROM orders'
	assert_output 'ct1|BTCUSDT|BUY|MARKET|||NEW|1714521600000|r1'
	for columns in 'id, order_id, symbol, qty, price, fee, ts FROM trades' 'symbol, qty, avg_price, unrealized_pnl, updated_at FROM positions' \
		'ts, equity FROM equity_curve' 'id, started_at, params_json, commit_hash FROM strategy_runs' 'id, key, value_json, updated_at FROM configs'; do
		run sql "SELECT $columns"
		assert_success
		assert_output ''
	done
	run sql 'SELECT symbol, sync_type, rows_inserted, rows_updated, duration_seconds < 60, status, error_message, sync_timestamp > 0 FROM sync_log'
	assert_output 'BTCUSDT|candle|1|0|1|ok||1'
}

@test "every interval's regular close_time is the same in the view as in the record" {
	for pair in 60000:1m 900000:15m 3600000:1h 43200000:12h 86400000:1d; do
		candles 1 BTCUSDT "${pair%:*}" "${pair#*:}"
	done >in
	candles 1 BTCUSDT 1 1M | sed 's/"close_time":[0-9]*/"close_time":1717199999999/' >>in
	candles 1 BTCUSDT 604800000 1w | sed 's/"open_time":[0-9]*/"open_time":1714348800000/; s/"close_time":[0-9]*/"close_time":1714953599999/' >>in
	ct-store put <in
	ct-store candles | jq -r '[.interval, .close_time] | @tsv' | sort >lines
	sql -tabs 'SELECT interval, close_time FROM klines' | sort | cmp - lines
	[ "$(sql 'SELECT count(*) FROM candle_row WHERE close_time IS NOT NULL')" = 0 ]
}

@test "backup is a whole database of one file and overwrites nothing" {
	candles 3 | ct-store put
	ct-store backup copy.db
	[ "$(ct-store candles --db copy.db | wc -l)" = 3 ]
	[ ! -e copy.db-wal ]
	run ct-store backup copy.db
	assert_failure 73
	run ct-store backup
	assert_failure 64
}

@test "wanted: from the anchor, then after the newest stored candle, then nothing" {
	accounts_file
	run ct-store wanted -A main --now '2024-05-02'
	assert_output "$(for s in BTCUSDT ETHUSDT; do
		echo '{"kind":"wanted","v":1,"market":"spot","symbol":"'$s'","interval":"4h","since":1714521600000,"until":null}'
	done)"
	candles 5 | ct-store put
	{ candles 5 BTCUSDT 3600000 1h; candles 5 XRPUSDT; } | ct-store put
	run bash -c "ct-store candles -A main -S donchian | jq -r '.symbol + .interval' | sort | uniq -c"
	assert_output --regexp '^ *5 BTCUSDT4h$'
	run ct-store wanted BTCUSDT -i 4h --now '2024-05-02'
	assert_output '{"kind":"wanted","v":1,"market":"spot","symbol":"BTCUSDT","interval":"4h","since":1714593600000,"until":null}'
	run ct-store wanted BTCUSDT -i 4h --now '2024-05-01 23:59'
	assert_output ''
	run ct-store wanted SOLUSDT -i 4h
	assert_failure 64
	assert_output --partial '--since'
	run ct-store wanted SOLUSDT -i 4h --since 2024-05-01 --now 2024-05-02
	assert_output --partial '"since":1714521600000'
	run ct-store wanted
	assert_failure 64
}

@test "wanted --all: what the accounts need and what the database holds, both markets and funding, each once" {
	accounts_file
	sed -i 's/"name":"slow"/"name":"slow","market":"um"/' config/ct/accounts.json
	want() { ct-store wanted --all "$@" | jq -r '[.market, .symbol, .interval, .since, .until] | @tsv' | tr '\t' ' '; }
	[ "$(want --now '2024-05-02')" = "spot BTCUSDT 4h 1714521600000 
spot ETHUSDT 4h 1714521600000 
um BTCUSDT 1d 1714521600000 
um BTCUSDT  1714521600000 " ]
	{
		candles 5
		candles 5 BTCUSDT 3600000 1h
		candles 5 XRPUSDT 3600000 1h | sed 's/"spot"/"um"/'
		printf '{"kind":"funding","v":1,"market":"um","symbol":"%s","funding_time":1714521600005,"interval_hours":%s,"rate":"0.0001","mark_price":null}\n' BTCUSDT null XRPUSDT 4
	} | ct-store put
	[ "$(want --now '2024-05-02')" = "spot BTCUSDT 4h 1714593600000 
spot ETHUSDT 4h 1714521600000 
um BTCUSDT 1d 1714521600000 
um BTCUSDT  1714521600006 
spot BTCUSDT 1h 1714539600000 
um XRPUSDT 1h 1714539600000 
um XRPUSDT  1714521600006 " ]
	[ "$(want --now '2024-05-01 05:59' -m um)" = "um XRPUSDT  1714521600006 " ] # after four hours; BTCUSDT's come after eight
	[ -z "$(want --now '2024-05-01 03:59')" ]
	rm config/ct/accounts.json
	[ "$(want --now '2024-05-02' -m um)" = "um XRPUSDT 1h 1714539600000 
um BTCUSDT  1714521600006 
um XRPUSDT  1714521600006 " ]
	[ "$(want --now '2024-05-02' -i 4h)" = "spot BTCUSDT 4h 1714593600000 " ]
}

@test "accounts --due: those whose newest closed bar is not booked" {
	accounts_file
	run ct-store accounts --due --names --now '2024-05-01 05:00'
	assert_output main
	run ct-store accounts --due --names --now '2024-05-02 00:00'
	assert_output "main
slow"
	sql "INSERT INTO account_state_row (account, cash, realized_pnl, fees, deposited, peak, day_equity, equity, settled_ms, halted)
		VALUES ('main', 0, 0, 0, 0, 0, 0, 0, $((1714521600000 + 86400000)), 0)"
	run ct-store accounts --due --names --now '2024-05-02 03:59'
	assert_output slow
	run ct-store accounts --due --names --now '2024-05-02 04:00'
	assert_output "main
slow"
	run ct-store accounts -A main --now '2024-05-02 03:59'
	assert_output '{"kind":"account","v":1,"name":"main","market":"spot","mode":"paper","quote":"USDT","interval":"4h","manage_interval":null,"anchor":1714521600000,"newest_ms":1714608000000,"settled_ms":1714608000000,"due":false}'
	run ct-store accounts -A main --strategies --now "2024-05-02 03:59"
	assert_output "$(printf 'donchian\tdonchian\t4h\t1714608000000')"
	run ct-store accounts -A main --to-ask --now "2024-05-02 03:59"
	assert_output "$(printf 'donchian\tdonchian\t4h\t1714608000000')"
	run ct-store accounts -A nobody
	assert_failure 78
}

@test "import: real files as they lie there, by name; a bad row by its line, a gap told" {
	need_shared data/klines/spot/4h
	run ct-store import -v "$SHARED"/data/klines/spot/4h/{BTCUSDT,DENTUSDT}-4h.csv.zst
	assert_success
	{ real BTCUSDT; real DENTUSDT; } >in
	assert_output "ct-store: $(wc -l <in) new, 0 changed, 0 as they were"
	ct-store candles | cmp - in
	printf '%s\n' 1714521600000,1,2,1,1,5,1714535999999,1,2,3,4,0 1714536000000,1,2,3,1,5,1714550399999,1,2,3,4,0 \
		1714564800000,1,2,1,1,5,1714579199999,1,2,3,4,0 >file.csv
	run ct-store import -i 4h --symbol XUSDT file.csv
	assert_failure 65
	assert_output 'ct-store: file.csv:2: high: 2.00000000 is below low'
	run ct-store import -i 4h --symbol XUSDT --on-bad=skip file.csv
	assert_failure 65
	assert_line --partial 'XUSDT 4h: 2 bars missing'
	[ "$(ct-store candles XUSDT | wc -l)" = 2 ]
	run ct-store import none.csv
	assert_failure 66
}

@test "an importer does not starve another writer" {
	candles 60000 BTCUSDT 60000 1m >in
	for i in 1 2 3; do sed "s/BTCUSDT/S$i/" in; done >many
	ct-store put <many &
	pid=$!
	n=0
	while kill -0 $pid 2>/dev/null; do
		order "ct$n" NEW | ct-store put
		n=$((n + 1))
	done
	wait $pid
	[ $n -ge 3 ]
	[ "$(sql 'SELECT count(*) FROM order_row')" = "$n" ]
}

@test "init: goes on where a killed one left an empty file; several at once make one database" {
	: >empty.db
	run ct-store init --db empty.db
	assert_success
	ct-store candles --db empty.db
	for _ in 1 2 3 4; do { ct-store init --db once.db || [ $? = 75 ] || touch failed; } & done
	wait
	[ ! -e failed ]
	ct-store candles --db once.db
}

@test "a candle with all its fields takes at most 100 bytes" {
	need_shared data/klines/spot/4h
	ct-store init --db bytes.db
	ct-store import -q --db bytes.db "$SHARED"/data/klines/spot/4h/[A-D]*.csv.zst
	[ "$(sqlite3 bytes.db 'SELECT count(*) FROM candle_row WHERE trades IS NOT NULL AND taker_buy_quote_volume IS NOT NULL')" -gt 30000 ]
	[ $(($(stat -c %s bytes.db) / $(sqlite3 bytes.db 'SELECT count(*) FROM candle_row'))) -le 100 ]
}

@test "a restored copy, which has no log yet, may be opened by several programs at once" {
	ct-store backup old.db
	for _ in $(seq 40); do
		rm -f ct.db*
		cp old.db ct.db
		for _ in 1 2 3; do
			ct-store put </dev/null 2>>said &
		done
		wait
	done
	assert_equal "$(cat said)" ""
}
