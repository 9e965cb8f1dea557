# ct-store verify and repair: what is stored is looked at again, and the holes come back.
load ../helper
load store.bash

# candles whose quote_volume is not made up.
bars() { candles "$@" | sed 's/"quote_volume":"[^"]*"/"quote_volume":null/'; }
findings() { { ct-store verify --format json "$@" || true; } | jq -r 'select(.kind == "finding") | [.symbol, .interval, .fault, .known, (.from / 1000 | todate), .rows, .message] | join(" ")'; }

@test "sound candles are marked, and said to be; one that comes again different is looked at again" {
	bars 20 | ct-store put
	[ "$(sql 'SELECT sum(is_validated) FROM klines')" = 0 ]
	run ct-store verify
	assert_success
	assert_output 'market  symbol   interval  first             last              rows  outages  absent  holes  cut_short  bad  receipts  validated  sound
spot    BTCUSDT  4h        2024-05-01 00:00  2024-05-04 04:00    20        0       0      0          0    0         1         20  true'
	[ "$(sql 'SELECT sum(is_validated) FROM klines')" = 20 ]
	bars 20 | sed -n '7s/"trades":[0-9]*/"trades":999/p' | ct-store put
	[ "$(sql 'SELECT sum(is_validated) FROM klines')" = 19 ]
	ct-store verify --format json | jq -e '.kind == "verified" and .sound and .validated == 20' >/dev/null
	[ "$(sql 'SELECT sum(is_validated) FROM klines')" = 20 ]
	run ct-store verify --since 2024-05-02
	assert_failure 64
}

@test "gaps: those of an outage of the exchange are told from holes; repair asks for the holes alone" {
	mkdir -p config/ct/outages
	echo '{"outages":[{"market":"spot","from":"2024-05-01 09:00","until":"2024-05-01 15:00"},{"market":"um","from":"2024-06-02","until":"2024-06-03"}]}' >config/ct/outages/binance.json
	bars 20 | sed '3d;4d;8d;11,13d' | ct-store put
	{ bars 3; bars 9 | tail -n 3; } | sed 's/"spot"/"um"/' | ct-store put
	assert_equal "$(findings 2>/dev/null)" 'BTCUSDT 4h outage true 2024-05-01T08:00:00Z 2 2 bars missing: the exchange was closed
BTCUSDT 4h hole false 2024-05-02T04:00:00Z 1 1 bar missing
BTCUSDT 4h hole false 2024-05-02T16:00:00Z 3 3 bars missing
BTCUSDT 4h hole false 2024-05-01T12:00:00Z 3 3 bars missing'
	run ct-store verify -m spot
	assert_failure 65
	assert_line 'ct-store: 1 of 1 series is not sound'
	run ct-store repair
	assert_output '{"kind":"wanted","v":1,"market":"spot","symbol":"BTCUSDT","interval":"4h","since":1714622400000,"until":1714636800000}
{"kind":"wanted","v":1,"market":"spot","symbol":"BTCUSDT","interval":"4h","since":1714665600000,"until":1714708800000}
{"kind":"wanted","v":1,"market":"um","symbol":"BTCUSDT","interval":"4h","since":1714564800000,"until":1714608000000}'
	run ct-store repair -m um ETHUSDT
	assert_output ''
	echo '{"outages":[{"market":"spot","from":"2024-05-02","until":"2024-05-01"}]}' >config/ct/outages/binance.json
	run ct-store verify
	assert_failure
	assert_output --partial 'outages[0].: until is not after from'
}

@test "repair, fetch and put make a series whole" {
	need_shared data/klines/spot/4h
	ct-store import "$SHARED"/data/klines/spot/4h/{BTC,ETH}USDT-4h.csv.zst
	sql "DELETE FROM candle_row WHERE open_time IN (SELECT open_time FROM candle_row ORDER BY series, open_time LIMIT 3 OFFSET 100)"
	sql "DELETE FROM candle_row WHERE open_time BETWEEN 1730000000000 AND 1730100000000"
	run ct-store verify
	assert_failure 65
	assert_output --partial 'the receipt of '
	start_server sim.json ct-sim --data "$SHARED/data/klines/spot/4h" --clock 2025-05-29 BTCUSDT ETHUSDT
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	[ "$(ct-store repair | wc -l)" = 4 ]
	ct-store repair | ct-fetch candles - | ct-store put
	run ct-store verify
	assert_success
	[ -z "$(ct-store repair)" ]
	[ "$(sql 'SELECT count(*) = sum(is_validated) FROM klines')" = 1 ]
}

@test "a hole that the exchange has too is asked for once: its answer settles it, and is told" {
	need_shared data/klines/spot-history/4h
	mkdir -p config/ct/outages
	echo '{"outages":[]}' >config/ct/outages/binance.json
	ct-store import -q "$SHARED/data/klines/spot-history/4h/BTCUSDT-4h.csv.zst"
	[ "$(sql 'SELECT close_time, volume FROM klines WHERE open_time = 1504699200000')" = '1504713599999|261.59679700' ] # the file says 1 ms more
	start_server sim.json ct-sim --data "$SHARED/data/klines/spot-history/4h" --clock 2023-01-01 BTCUSDT
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	holes=$(ct-store repair | wc -l)
	[ "$holes" = 9 ]
	ct-store repair | ct-fetch candles - -v 2>said | tee stream | ct-store put
	grep -q " $((holes + 1)) requests" said
	ct-store verify --format json | jq -e 'if .kind == "finding" then .fault == "absent" and .known and (.message | test("^[0-9]+ bars? missing: the exchange has none [(]asked 20[0-9-]{8}[)]$")) and .asked > 1.7e12
		else .sound and .holes == 0 and .absent == 17 end' >/dev/null
	[ "$(sql "SELECT count(*), sum(rows) FROM receipts WHERE source = '/api/v3/klines'")" = "$holes|0" ]
	run sql "SELECT rows_inserted, status, error_message FROM sync_log WHERE error_message LIKE 'not at%'"
	assert_output '0|ok|not at the exchange: several from 2017-09-06 16:00 to 2020-02-19 12:00'
	[ -z "$(ct-store repair)" ]
	[ "$(ct-store repair --again | wc -l)" = "$holes" ]
	[ "$(ct-store repair --now "$(date -u -d '+91 days' +%F)" | wc -l)" = "$holes" ]
	[ -z "$(ct-store repair --now "$(date -u -d '+89 days' +%F)")" ]
	ct-store put <stream # the same again changes nothing
	[ "$(sql "SELECT count(*) FROM receipts WHERE rows = 0")" = "$holes" ]
}

@test "what the exchange lacks at the end of a series is not wanted again; the newest bars are, and what came late is whole" {
	bars 4 | ct-store put
	t=$((1714521600000 + 4 * 14400000))
	lack() { # HOURS after the last bar's end it was asked for, two bars
		printf '{"kind":"receipt","v":1,"market":"spot","symbol":"BTCUSDT","interval":"4h","series":"candles","source":"/api/v3/klines","sha256":null,'
		printf '"rows":0,"first":%s,"last":%s,"gaps":2,"time_unit":"ms","t_ms":%s}\n' $t $((t + 14400000)) $((t + 2 * 14400000 + $1 * 3600000))
	}
	since() { ct-store wanted BTCUSDT -i 4h --now 2024-05-09 "$@" | jq .since; }
	lack 23 | ct-store put
	[ "$(since)" = $((t + 14400000)) ]
	lack 24 | ct-store put
	[ "$(since)" = $((t + 2 * 14400000)) ]
	[ "$(since --again)" = $t ]
	[ "$(ct-store wanted --all --now 2024-05-09 | jq .since)" = $((t + 2 * 14400000)) ]
	[ "$(ct-store wanted --all --now 2024-09-01 | jq .since)" = $t ]
	[ "$(sql "SELECT count(*) FROM receipts WHERE rows = 0")" = 1 ]
	bars 8 | sed 5,6d | ct-store put
	assert_equal "$(findings)" 'BTCUSDT 4h absent true 2024-05-01T16:00:00Z 2 2 bars missing: the exchange has none (asked 2024-05-03)'
	bars 8 | sed -n 5p | ct-store put # one is there all the same: the answer was wrong
	[ "$(sql "SELECT count(*) FROM receipts WHERE rows = 0")" = 0 ]
	assert_equal "$(findings 2>/dev/null)" 'BTCUSDT 4h hole false 2024-05-01T20:00:00Z 1 1 bar missing'
	lack 24 | sed 's/"sha256":null/"sha256":"'"$(printf x | sha256sum | cut -c 1-64)"'"/' >file
	run ct-store put <file
	assert_failure 65
	assert_output 'ct-store: stdin:1: first: of no rows'
	lack 24 | sed 's/"gaps":2/"gaps":1/' >file
	run ct-store put <file
	assert_failure 65
	assert_output 'ct-store: stdin:1: gaps: not all that was asked for, and no rows'
}

@test "impossible bars, rows without a receipt and receipts without their rows are named" {
	bars 9 | ct-store put
	sql 'UPDATE candle_row SET high = low - 1 WHERE open_time = 1714536000000;
		UPDATE candle_row SET quote_volume = 1, taker_buy_quote_volume = NULL WHERE open_time = 1714550400000;
		UPDATE candle_row SET trades = 0 WHERE open_time = 1714564800000;
		UPDATE candle_row SET quote_volume = volume * 105, taker_buy_quote_volume = volume * 106 WHERE open_time = 1714579200000;
		UPDATE receipt_row SET first = 1714521600000, last = 1714608000000'
	assert_equal "$(findings 2>/dev/null)" 'BTCUSDT 4h impossible false 2024-05-01T04:00:00Z 1 high: 98.99999999 is below low
BTCUSDT 4h impossible false 2024-05-01T08:00:00Z 1 quote_volume: not volume times a price between low and high
BTCUSDT 4h impossible false 2024-05-01T12:00:00Z 1 trades: none, and yet a volume
BTCUSDT 4h impossible false 2024-05-01T16:00:00Z 1 taker_buy_quote_volume: negative, or more than quote_volume
BTCUSDT 4h receipt false 2024-05-02T04:00:00Z 2 no receipt says where 2 bars came from
BTCUSDT 4h receipt false 2024-05-01T00:00:00Z 2 the receipt of stdin says 9 rows, 7 are there'
	[ "$(sql "SELECT group_concat((open_time - 1714521600000) / 14400000) FROM klines WHERE is_validated")" = 0,5,6 ]
}

@test "bars of several lengths must agree" {
	hours() { bars 8 BTCUSDT 3600000 1h; }
	make() { # the 4h bars of `hours`
		hours | jq -cs '[_nwise(4)] | .[] | .[0] + {interval: "4h", high: (map(.high) | max_by(tonumber)), low: (map(.low) | min_by(tonumber)), close: .[3].close, close_time: .[3].close_time,
			volume: (map(.volume | tonumber) | add | tostring), trades: (map(.trades) | add),
			taker_buy_volume: "20", taker_buy_quote_volume: "2000"}'
	}
	{ hours; make; } | ct-store put
	run ct-store verify
	assert_success
	make | sed -n '2s/"taker_buy_volume":"20"/"taker_buy_volume":"21"/p' | ct-store put
	assert_equal "$(findings 2>/dev/null)" 'BTCUSDT 4h differs false 2024-05-01T04:00:00Z 1 by its 1h bars: taker_buy_volume 21.00000000, made 20.00000000'
	[ "$(sql 'SELECT interval, sum(is_validated) FROM klines GROUP BY 1')" = '1h|4
4h|1' ]
}

@test "funding: a payment that is missing, by the hours each one names" {
	pay() { printf '{"kind":"funding","v":1,"market":"um","symbol":"BTCUSDT","funding_time":%s,"interval_hours":%s,"rate":"0.0001","mark_price":null}\n' $((1714521600000 + $1 * 3600000 + $2)) "$3"; }
	{ pay 0 0 8; pay 8 5 8; pay 24 1 8; pay 28 2 4; pay 40 0 4; } | ct-store put
	assert_equal "$(findings 2>/dev/null)" 'BTCUSDT  hole false 2024-05-01T08:00:00Z 1 1 payment missing
BTCUSDT  hole false 2024-05-02T04:00:00Z 2 2 payments missing'
	run ct-store repair
	assert_output '{"kind":"wanted","v":1,"market":"um","symbol":"BTCUSDT","interval":null,"since":1714550400006,"until":1714608000001}
{"kind":"wanted","v":1,"market":"um","symbol":"BTCUSDT","interval":null,"since":1714622400003,"until":1714665600000}'
	for span in 1714550400006,1714608000000 1714622400003,1714665599999; do # the exchange has none, as it was asked
		printf '{"kind":"receipt","v":1,"market":"um","symbol":"BTCUSDT","interval":null,"series":"funding","source":"/fapi/v1/fundingRate","sha256":null,'
		printf '"rows":0,"first":%s,"last":%s,"gaps":null,"time_unit":"ms","t_ms":1715000000000}\n' ${span%,*} ${span#*,}
	done | ct-store put
	ct-store verify --format json | jq -e '.kind == "finding" or (.sound and .absent == 3)' >/dev/null
	[ -z "$(ct-store repair --now 2024-05-20)" ]
	{ pay 16 3 8; pay 32 0 4; pay 36 0 4; } | ct-store put
	run ct-store verify
	assert_success
}

@test "two bad files from the world are caught, with the reason" {
	need_shared data/reference/data-quality
	bad="$SHARED/data/reference/data-quality"
	run ct-store import "$bad/BTCUSDT-1h-excel-mangled.csv"
	assert_failure 65
	assert_output --partial "BTCUSDT-1h-excel-mangled.csv:2: open_time: '1.70027E+12' is not a time in milliseconds or microseconds, or a date"
	run ct-store import "$bad/BTCUSDT-1h-gaps-interpolated.csv.zst"
	assert_failure 65
	assert_output --partial "BTCUSDT-1h-gaps-interpolated.csv.zst:495: high: '4625.635714285714' is not a decimal with at most 8 decimals"
	# Rounded it would pass for whole: the outages' list and the exchange's own 4h bars know better.
	rm ct.db*
	ct-store init
	zstdcat "$bad/BTCUSDT-1h-gaps-interpolated.csv.zst" | sed 's/\(\.[0-9]\{8\}\)[0-9]*/\1/g' | ct-store import -i 1h --symbol BTCUSDT -
	findings >found 2>/dev/null
	[ "$(wc -l <found) $(grep -c invented found)" = '28 28' ]
	grep -q 'BTCUSDT 1h invented false 2018-02-08T01:00:00Z 33 33 bars with trades while the exchange was closed: made up' found
	zstdcat "$SHARED/data/klines/spot-history/4h/BTCUSDT-4h.csv.zst" | ct-store import -q -i 4h --symbol BTCUSDT -
	findings >found 2>/dev/null
	[ "$(grep -c '4h differs false' found)" = 49 ]
	grep -q '4h differs false 2018-02-08T00:00:00Z 1 by its 1h bars: high 7844.00000000, made 7892.17647058' found
}

@test "no um pair lacks a real 4h bar: an outage leaves none out there" {
	need_shared data/klines/um/4h
	ct-store import -q -m um "$SHARED"/data/klines/um/4h/*.zst
	ct-store verify --format json | jq -se 'length == 60 and all(.[]; .sound and .holes == 0 and .outages == 0 and .absent == 0)' >/dev/null
}

@test "real candles of both markets are sound, but for what is known of the exchange itself" {
	need_shared data/klines/um/1h
	for i in 4h 1d; do ct-store import -m spot "$SHARED"/data/klines/spot/$i/A*.zst; done
	for i in 1h 4h 1d; do ct-store import -m um "$SHARED"/data/klines/um/$i/B*.zst "$SHARED"/data/klines/um/$i/BTC*.zst; done
	run ct-store verify
	assert_success
	assert_equal "$(findings | cut -d ' ' -f 1-5)" 'BNBUSDT 1d differs true 2024-03-28T00:00:00Z
BTCUSDT 4h differs true 2024-10-28T20:00:00Z'
	[ "$(sql 'SELECT count(*) = sum(is_validated) FROM klines')" = 1 ]
}
