# A person's data, day by day: archive, the daily line, verify, repair. Both markets, candles and funding, against ct-sim.
load ../helper

sql() { sqlite3 "$CT_DB" "$@"; }
# Everything that is stored; payments of files have no mark price, those of the API have.
content() { ct-store candles --by-time -m spot; ct-store candles --by-time -m um; ct-store funding -m um | jq -c 'del(.mark_price)'; }
clock() { curl -sf -X POST "$CT_BINANCE_URL/sim/clock?t=$1" >/dev/null; }

setup() {
	common_setup
	export CT_DB="$BATS_TEST_TMPDIR/ct.db"
	start_server sim.json ct-sim --generate 7 -i 1h --outages 0 --from 2024-02-01 --clock '2024-06-20 00:30' AAAUSDT BBBUSDT
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL CT_ARCHIVE_URL=$CT_BINANCE_URL
	ct-store init
}

@test "archive, the daily line, verify, damage, repair: whole again, with a receipt for every row" {
	{
		ct-fetch archive AAAUSDT BBBUSDT -i 4h --since 2024-02
		ct-fetch archive -m um AAAUSDT -i 1h --since 2024-04
	} | ct-store put
	ct-fetch archive -m um --series funding AAAUSDT --since 2024-04 | ct-store put
	ct-fetch candles AAAUSDT -i 1h --since 2024-06 | ct-store put
	[ -z "$(ct-store wanted --all --now '2024-06-20 00:30')" ]
	ct-store verify >table
	[ "$(grep -c true table)" = 5 ]
	[ "$(sql 'SELECT count(*) = sum(is_validated) FROM klines')" = 1 ]

	clock 2024-06-21T00:30
	[ "$(ct-store wanted --all --now '2024-06-21 00:30' | wc -l)" = 5 ]
	ct-store wanted --all --now '2024-06-21 00:30' | ct-fetch -q candles - | ct-store put
	[ -z "$(ct-store wanted --all --now '2024-06-21 00:30')" ]
	[ "$(sql "SELECT count(*), sum(rows_inserted), sum(status = 'ok') FROM sync_log WHERE id > 5")" = '5|63|5' ]
	ct-store verify >/dev/null
	content >whole

	sql "DELETE FROM candle_row WHERE open_time BETWEEN 1710000000000 AND 1710100000000; DELETE FROM candle_row WHERE open_time BETWEEN 1718000000000 AND 1718040000000;
		DELETE FROM funding_row WHERE funding_time BETWEEN 1713000000000 AND 1713100000000"
	run ct-store verify
	assert_failure 65
	content | cmp -s - whole && fail 'nothing was damaged'
	ct-store repair | ct-fetch -q candles - | ct-store put
	ct-store verify >/dev/null
	content | cmp - whole
	[ -z "$(ct-store repair)" ]
}
