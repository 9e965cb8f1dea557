# ct-sim's bulk archive, looked at with unzip and sha256sum; and funding payments from files.
load ../helper

sim() {
	start_server sim.json ct-sim "$@"
	URL=$(jq -r .url sim.json)
}
made_up() { sim --generate 7 -i 1h --outages 0 --from 2021-11-01 --clock "${1:-2025-05-05 13:00}" AAAUSDT BBBUSDT; }
# take PATH: the zip and its CHECKSUM into the folder, the text to stdout.
take() {
	local name
	name=$(basename "$1")
	curl -sSf -o "$name.zip" "$URL/data/$1.zip" -o "$name.zip.CHECKSUM" "$URL/data/$1.zip.CHECKSUM"
	sha256sum --quiet -c "$name.zip.CHECKSUM" &&
		unzip -p "$name.zip" "$name.csv"
}
status() { curl -sS -o body -w '%{http_code}' "$URL/data/$1"; }
fault() { curl -sf -d "$1" "$URL/sim/fault" >/dev/null; }
AAA=spot/monthly/klines/AAAUSDT

@test "archive: a month of the very candles the API has, each zip with its sum" {
	made_up
	take $AAA/4h/AAAUSDT-4h-2024-02 >csv
	assert_equal "$(wc -l <csv)" 174
	curl -sSf "$URL/api/v3/klines?symbol=AAAUSDT&interval=4h&startTime=1706745600000&endTime=1709251199999&limit=1000" | jq -r '.[] | join(",")' | cmp - csv
	take $AAA/1mo/AAAUSDT-1mo-2024-02 >csv
	assert_equal "$(wc -l <csv)" 1
}

@test "archive: headers and units of time as the exchange's files have them" {
	made_up
	take $AAA/1h/AAAUSDT-1h-2024-12 | head -n 1 | grep -q '^1733011200000,'
	take $AAA/1h/AAAUSDT-1h-2025-01 >csv
	grep -q '^1735689600000000,.*,1735693199999999,' csv
	take futures/um/monthly/klines/AAAUSDT/1h/AAAUSDT-1h-2021-12 | head -n 1 | grep -q '^1638'
	take futures/um/daily/klines/AAAUSDT/1h/AAAUSDT-1h-2025-05-03 >csv
	assert_equal "$(sed -n 1p csv | cut -d, -f1-3,12)" open_time,open,high,ignore
	assert_equal "$(sed -n 2p csv | cut -d, -f1)" 1746230400000
	assert_equal "$(wc -l <csv)" 25
}

@test "archive: a day is there on the next day, a month on the first Monday after it" {
	made_up '2025-05-05 11:00'
	assert_equal "$(status $AAA/4h/AAAUSDT-4h-2025-04.zip)" 404
	assert_equal "$(status spot/daily/klines/AAAUSDT/1h/AAAUSDT-1h-2025-05-04.zip)" 404
	assert_equal "$(status spot/daily/klines/AAAUSDT/1h/AAAUSDT-1h-2025-05-03.zip)" 200
	curl -sf -X POST "$URL/sim/clock?advance=2h" >/dev/null
	assert_equal "$(status $AAA/4h/AAAUSDT-4h-2025-04.zip)" 200
	assert_equal "$(status spot/daily/klines/AAAUSDT/1h/AAAUSDT-1h-2025-05-04.zip)" 200
	for path in $AAA/4h/AAAUSDT-4h-2021-10.zip $AAA/4h/BBBUSDT-4h-2024-01.zip $AAA/4h/AAAUSDT-1h-2024-01.zip $AAA/5h/AAAUSDT-5h-2024-01.zip \
		$AAA/4h/AAAUSDT-4h-2024-13.zip $AAA/4h/AAAUSDT-4h-2024-01.zip.sum $AAA/4h/ futures/um/daily/fundingRate/AAAUSDT/AAAUSDT-fundingRate-2024-01.zip; do
		assert_equal "$path $(status $path)" "$path 404"
	done
	assert_equal "$(curl -sf "$URL/sim/stats" | jq .weight_most)" 0 # another host: it weighs nothing
}

@test "archive: faults: missing, another sum, half a zip, a bomb, foreign columns" {
	made_up
	one=$AAA/4h/AAAUSDT-4h-2024-02
	fault '[{"route":"AAAUSDT-4h-2024-02.zip","kind":"missing"}]'
	assert_equal "$(status $one.zip) $(status $one.zip)" "404 200"
	fault '[{"route":"*.CHECKSUM","kind":"flip","symbol":"AAAUSDT"}]'
	run take $one
	assert_failure
	fault '[{"route":"AAAUSDT-4h-2024-02.zip","kind":"flip"}]'
	run take $one
	assert_failure
	for kind in torn bomb foreign; do
		curl -sf -X DELETE "$URL/sim/fault" >/dev/null
		fault "[{\"route\":\"*-4h-2024-02.zip*\",\"kind\":\"$kind\",\"count\":0}]"
		take $one >csv || :
		sha256sum --quiet -c AAAUSDT-4h-2024-02.zip.CHECKSUM
		case $kind in
		torn) [ ! -s csv ] ;;
		bomb) [ "$(wc -c <csv)" -gt 67108864 ] && [ "$(wc -c <AAAUSDT-4h-2024-02.zip)" -lt 200000 ] ;;
		foreign) grep -q ^agg_trade_id, csv ;;
		esac
	done
}

@test "funding payments of files are served with their own times and intervals, those of other pairs are made up" {
	mkdir data
	{
		echo open_time,open,high,low,close,volume,close_time
		for k in $(seq 0 59); do echo "$((1704067200000 + k * 14400000)),100,101,99,100,5,$((1704067200000 + (k + 1) * 14400000 - 1))"; done
	} | tee data/BTCUSDT-4h.csv >data/ETHUSDT-4h.csv
	cat >data/BTCUSDT-fundingRate.csv <<-'END'
		calc_time,funding_interval_hours,last_funding_rate
		1704067200003,8,0.0001
		1704096000000,8,-0.00021234
		1704110400001,4,0.00375
		1704124800000,,0.0001
	END
	sim --data data --clock 2024-01-05
	curl -sSf "$URL/fapi/v1/fundingRate?symbol=BTCUSDT&startTime=1704067200000&limit=1000" | jq -r '.[] | [.fundingTime, .fundingRate, .markPrice] | join(" ")' >rates
	assert_equal "$(cat rates)" "1704067200003 0.00010000 100.00000000
1704096000000 -0.00021234 100.00000000
1704110400001 0.00375000 100.00000000
1704124800000 0.00010000 100.00000000"
	assert_equal "$(curl -sSf "$URL/fapi/v1/fundingRate?symbol=BTCUSDT&limit=2" | jq -c 'map(.fundingTime)')" "[1704110400001,1704124800000]"
	assert_equal "$(curl -sSf "$URL/fapi/v1/fundingRate?symbol=ETHUSDT&limit=2" | jq -c 'map(.fundingTime)')" "[1704384000000,1704412800000]"
	curl -sf -X POST "$URL/sim/clock?t=2024-02-06" >/dev/null
	take futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2024-01 >csv
	assert_equal "$(cat csv)" "calc_time,funding_interval_hours,last_funding_rate
1704067200003,8,0.00010000
1704096000000,8,-0.00021234
1704110400001,4,0.00375000
1704124800000,,0.00010000"
	sed -i 's/0.00375/much/' data/BTCUSDT-fundingRate.csv
	sim --data data --clock 2024-01-05
	assert_equal "$(curl -sS -o body -w '%{http_code}' "$URL/fapi/v1/fundingRate?symbol=BTCUSDT")" 500
}
