# ct-fetch archive against ct-sim's archive and API, and against files as Binance published them.
load ../helper

# sim ARGUMENT…: a made-up market of one pair or more; the archive and the API are one address.
sim() {
	start_server sim.json ct-sim --generate 7 --outages 0 "$@"
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL CT_ARCHIVE_URL=$CT_BINANCE_URL
}
hourly() { sim -i 1h --from 2024-02-01 --clock '2024-06-20 00:30' "$@" AAAUSDT BBBUSDT; }
quarterly() { sim -i 15m --from 2024-01-01 --clock '2024-03-20 00:30' "$@" AAAUSDT BBBUSDT; }
fault() { curl -sf -d "$1" "$CT_BINANCE_URL/sim/fault" >/dev/null; }
no_faults() { curl -sf -X DELETE "$CT_BINANCE_URL/sim/fault" >/dev/null; }
stats() { curl -sf "$CT_BINANCE_URL/sim/stats" | jq -r "$1"; }
requests() { stats "\"\(.requests[\"GET /data/\"] // 0) \(.requests[\"GET /api/v3/klines\"] // 0)\""; }
reset() { curl -sf -X POST "$CT_BINANCE_URL/sim/reset" >/dev/null; }

# get CODE ARGUMENT…: `ct-fetch archive` into `all`, the rows of it into `out`, messages into `err`.
get() {
	local want=$1 got=0
	shift
	timeout 60 ct-fetch archive "$@" >all 2>err || got=$?
	grep -E '"kind":"(candle|funding)"' all >out || :
	[ "$got" = "$want" ] || { echo "exit $got, not $want: $(cat err)" >&2; return 1; }
}
events() { jq -r 'select(.kind == "event") | [.level, .code, .symbol, .message] | join("|")' all; }
sources() { jq -r 'select(.kind == "receipt" and .rows > 0) | [(.source | split("/") | last), .sha256 != null, .rows] | join(" ")' all; }
# as_api ARGUMENT…: the API alone gives the same rows, series by series
as_api() {
	ct-fetch candles "$@" | grep '"kind":"candle"' | sort >api
	sort out | cmp - api
	awk -F'"open_time":' '{ s = substr($1, index($1, "symbol")); t = $2 + 0; if (t <= last[s]) exit 1; last[s] = t }' out
}

@test "months from files, the newest stretch from the API, one series without a seam" {
	hourly
	get 0 AAAUSDT BBBUSDT -i 4h --since 2024-02 -v
	as_api AAAUSDT BBBUSDT -i 4h --since 2024-02
	assert_equal "$(sources | sort | uniq -c | awk '{ print $1, $2, $3, $4 }')" "1 AAAUSDT-4h-2024-02.zip true 174
1 AAAUSDT-4h-2024-03.zip true 186
1 AAAUSDT-4h-2024-04.zip true 180
1 AAAUSDT-4h-2024-05.zip true 186
1 BBBUSDT-4h-2024-02.zip true 174
1 BBBUSDT-4h-2024-03.zip true 186
1 BBBUSDT-4h-2024-04.zip true 180
1 BBBUSDT-4h-2024-05.zip true 186
2 klines false 114"
	grep -q "1680 rows of 2 series: 8 files (0.1 MiB), 0 not there, 0 bad; 4 requests to the API" err
	[ -z "$(events)" ]
	ct-store init --db x.db
	ct-store put --db x.db <all
	ct-store candles --db x.db -i 4h AAAUSDT BBBUSDT | sort | cmp - api
	assert_equal "$(ct-store receipts --db x.db | jq -s 'map(select(.sha256).rows) | add')" 1452
}

@test "since and until cut files; a stretch that is over asks the API for nothing" {
	hourly
	get 0 AAAUSDT -i 1h --since '2024-02-10 05:00' --until '2024-03-03 07:00'
	as_api AAAUSDT -i 1h --since '2024-02-10 05:00' --until '2024-03-03 07:00'
	assert_equal "$(sources)" "AAAUSDT-1h-2024-02.zip true 475
AAAUSDT-1h-2024-03.zip true 55"
	get 0 AAAUSDT -m um -i 1d --since 2024-02-10 --until 2024-03-03
	as_api AAAUSDT -m um -i 1d --since 2024-02-10 --until 2024-03-03
	get 0 AAAUSDT -i 1h --since 2024-06-19 --now '2024-06-19 12:00'
	assert_equal "$(wc -l <out)" 12
	get 0 AAAUSDT -i 1M --since 2024-02
	as_api AAAUSDT -i 1M --since 2024-02
}

@test "the month that has not ended comes by its days, as long as more than a page of the API is missing" {
	quarterly
	get 0 AAAUSDT -i 15m --since 2024-02 --parallel 3
	assert_equal "$(requests)" "20 1" # a CHECKSUM and a zip each; then one page
	as_api AAAUSDT -i 15m --since 2024-02
	assert_equal "$(sources | cut -d' ' -f1 | xargs)" "AAAUSDT-15m-2024-02.zip $(
		for d in 01 02 03 04 05 06 07 08 09; do printf 'AAAUSDT-15m-2024-03-%s.zip ' $d; done)klines"
}

@test "a month that cannot be had: by its days, where a page of the API does not hold it; else by the API" {
	quarterly
	fault '[{"route":"AAAUSDT-15m-2024-02.zip","kind":"missing","count":0},{"route":"AAAUSDT-15m-2024-02-07.zip*","kind":"missing","count":0}]'
	get 0 AAAUSDT -i 15m --since 2024-01 -v
	as_api AAAUSDT -i 15m --since 2024-01
	assert_equal "$(events)" "info|fetch.no_file|AAAUSDT|15m: AAAUSDT-15m-2024-02.zip: not in the archive
info|fetch.no_file|AAAUSDT|15m: AAAUSDT-15m-2024-02-07.zip: not in the archive"
	assert_equal "$(sources | sed -n '1p;7,9p')" "AAAUSDT-15m-2024-01.zip true 2976
AAAUSDT-15m-2024-02-06.zip true 96
klines false 96
AAAUSDT-15m-2024-02-08.zip true 96"
	fault '[{"route":"AAAUSDT-1h-2024-01.zip","kind":"missing","count":0}]'
	get 0 AAAUSDT -i 1h --since 2024-01
	as_api AAAUSDT -i 1h --since 2024-01
	assert_equal "$(sources | head -n 1)" "klines false 744"
}

@test "a file that is not what it should be is named, recorded and not used, not even in part" {
	quarterly
	while IFS='|' read -r kind says; do
		no_faults
		fault "[{\"route\":\"AAAUSDT-15m-2024-01.zip*\",\"kind\":\"$kind\",\"count\":0},{\"route\":\"AAAUSDT-15m-2024-01-05.zip*\",\"kind\":\"$kind\",\"count\":0}]"
		get 0 AAAUSDT -i 15m --since 2024-01 --until 2024-02-02
		as_api AAAUSDT -i 15m --since 2024-01 --until 2024-02-02
		events >told
		assert_equal "$kind $(wc -l <told)" "$kind 2"
		grep -qE "^warn\|fetch.bad_file\|AAAUSDT\|15m: AAAUSDT-15m-2024-01.zip: $says" told || fail "$kind: $(cat told)"
		grep -qE "^warn\|fetch.bad_file\|AAAUSDT\|15m: AAAUSDT-15m-2024-01-05.zip: $says" told || fail "$kind: $(cat told)"
		grep -qE "AAAUSDT 15m: AAAUSDT-15m-2024-01.zip: $says" err
		if jq -r .source all | grep -q '2024-01\(-05\)\?.zip'; then fail "$kind: used"; fi
		jq -r .source all | grep -q '2024-01-06.zip'
		assert_equal "$(jq -r 'select(.kind == "event").id' all | sort -u | wc -l)" 2
	done <<-'END'
		flip|its CHECKSUM: not a line of a SHA-256 sum and a name|its SHA-256 is
		truncate|its CHECKSUM: not a line of a SHA-256 sum
		torn|not a whole zip
		bomb|'AAAUSDT-15m-2024-01.*.csv' unpacks to more than the [0-9]+ bytes such a file can have
		foreign|AAAUSDT-15m-2024-01.*.csv:1: open_time: missing in the header
	END
}

@test "another sum is fetched once more before it counts" {
	hourly
	fault '[{"route":"AAAUSDT-1h-2024-02.zip","kind":"flip"}]'
	get 0 AAAUSDT -i 1h --since 2024-02 --until 2024-03
	[ -z "$(events)" ]
	assert_equal "$(sources) $(requests)" "AAAUSDT-1h-2024-02.zip true 696 4 0"
	fault '[{"route":"AAAUSDT-1h-2024-02.zip","kind":"flip","count":2}]'
	get 0 AAAUSDT -i 1h --since 2024-02 --until 2024-03
	events | grep -qE 'AAAUSDT-1h-2024-02.zip: its SHA-256 is [0-9a-f]{16}…, its CHECKSUM says [0-9a-f]{16}…$'
	assert_equal "$(sources)" "klines false 696"
	cut -c1-40 out | grep -q candle
}

@test "what passes is tried again: 5xx, 429, cut, reset and hanging connections" {
	hourly
	get 0 AAAUSDT -i 1h --since 2024-02
	cp out clean
	for kind in 503 429 cut reset hang; do
		fault "[{\"route\":\"*-2024-03.zip*\",\"kind\":\"$kind\",\"count\":2,\"delay_ms\":30000}]"
		get 0 AAAUSDT -i 1h --since 2024-02 --timeout 1s
		cmp out clean || fail "$kind"
		[ -z "$(events)" ]
	done
	assert_equal "$(stats .faults)" 10
}

@test "a series ends where nobody gives its next stretch, the others go on; another run goes on from there" {
	hourly
	ct-store init --db x.db
	fault '[{"route":"AAAUSDT-1h-2024-03.zip","kind":"missing","count":0},{"route":"klines","kind":"500","symbol":"AAAUSDT","count":0}]'
	get 0 AAAUSDT BBBUSDT -i 1h --since 2024-02 --retries 1
	events | grep -q '^warn|fetch.failed|AAAUSDT|1h: not fetched: .*HTTP 500'
	assert_equal "$(grep -c AAAUSDT out) $(grep -c BBBUSDT out)" "696 3360"
	ct-store put --db x.db <all
	no_faults
	ct-store wanted AAAUSDT BBBUSDT -i 1h --db x.db --now '2024-06-20 00:30' | ct-fetch archive - | ct-store put --db x.db
	ct-store candles --db x.db -i 1h AAAUSDT BBBUSDT | sort >stored
	ct-fetch candles AAAUSDT BBBUSDT -i 1h --since 2024-02 | grep '"kind":"candle"' | sort | cmp - stored
	fault '[{"route":"*.CHECKSUM","kind":"503","count":0}]' # the archive is down: nothing is made up for it
	get 69 AAAUSDT -i 1h --since 2024-02 --retries 1
	[ ! -s out ]
	grep -q "AAAUSDT 1h: .*HTTP 503" err
}

@test "before a pair was listed there is nothing, which one question to the API settles" {
	hourly
	get 0 AAAUSDT -i 4h --since 2023-06
	assert_equal "$(events)" "info|fetch.starts_late|AAAUSDT|4h: nothing is served before 2024-02-01 00:00"
	assert_equal "$(requests)" "16 2" # eight CHECKSUMs that are not there, four files; the hole and the end
	get 65 NOPEUSDT -i 4h --since 2024-03
	grep -q "NOPEUSDT 4h: the exchange does not know the pair 'NOPEUSDT'" err
	get 0 NOPEUSDT AAAUSDT -i 4h --since 2024-03
	as_api AAAUSDT -i 4h --since 2024-03
	# a pair that only the archive has still: its files, and then it is not known
	ct-fetch candles AAAUSDT -i 4h --since 2024-02 --until 2024-06 | grep '"kind":"candle"' >api
	fault '[{"route":"klines","kind":"1121","symbol":"AAAUSDT","count":0}]'
	get 65 AAAUSDT -i 4h --since 2023-12
	cmp out api
	assert_equal "$(events | cut -d: -f1,2 | cut -c1-90)" "info|fetch.starts_late|AAAUSDT|4h: nothing is served before 2024-02-01 00
warn|fetch.failed|AAAUSDT|4h: not fetched"
}

@test "gaps of the exchange are told once" {
	sim -i 1h --from 2022-01-01 --outages 12 --clock '2024-06-20 00:30' AAAUSDT
	get 0 AAAUSDT -i 1h --since 2022-01
	events >told
	ct-fetch candles AAAUSDT -i 1h --since 2022-01 | jq -r 'select(.kind == "event") | [.level, .code, .symbol, .message] | join("|")' | cmp - told
	[ "$(grep -c fetch.gap told)" -gt 5 ]
	assert_equal "$(jq -s 'map(select(.kind == "receipt").gaps) | add > 5' all)" true
}

@test "funding payments: months from files, the rest from the API" {
	hourly
	get 0 -m um --series funding AAAUSDT BBBUSDT --since 2024-02-10
	ct-fetch funding -m um AAAUSDT BBBUSDT --since 2024-02-10 | jq -c 'select(.kind == "funding") | del(.mark_price)' | sort >api
	jq -c 'del(.mark_price)' out | sort | cmp - api
	assert_equal "$(jq -r 'select(.kind == "receipt" and .rows > 0 and .symbol == "AAAUSDT") | [.source, .rows, .interval, .gaps] | map(tostring) | join(" ")' all | sed 's|.*/||')" \
		"AAAUSDT-fundingRate-2024-02.zip 60 null null
AAAUSDT-fundingRate-2024-03.zip 93 null null
AAAUSDT-fundingRate-2024-04.zip 90 null null
AAAUSDT-fundingRate-2024-05.zip 93 null null
fundingRate 58 null null"
	ct-store init --db x.db
	ct-store put --db x.db <all
	assert_equal "$(ct-store funding -m um --db x.db AAAUSDT BBBUSDT | wc -l)" 788
}

@test "'-' reads a list of both markets, candles and payments" {
	hourly
	want() { printf '{"kind":"wanted","v":1,"market":"%s","symbol":"%s","interval":%s,"since":%s,"until":null}\n' "$@"; }
	{
		want spot AAAUSDT '"4h"' 1706745600000
		want um BBBUSDT '"1d"' 1706745600000
		want um BBBUSDT null 1706745600000
	} >list
	get 0 - <list
	assert_equal "$(jq -r 'select(.kind == "receipt" and .rows > 0) | "\(.market) \(.symbol) \(.interval)"' all | sort | uniq -c | awk '{ print $1, $2, $3, $4 }')" \
		"5 spot AAAUSDT 4h
5 um BBBUSDT 1d
5 um BBBUSDT null"
	sort out >rows
	tac list >reversed # whichever market is asked for first
	get 0 - <reversed
	sort out | cmp - rows
	get 0 - </dev/null
	assert_equal "$(wc -c <all)" 0
}

@test "killed at any moment, with its ct-store put: nothing is stored by halves, and another run goes on" {
	quarterly
	ct-fetch candles AAAUSDT BBBUSDT -i 15m --since 2024-01 | grep '"kind":"candle"' | sort >whole
	ct-store init --db x.db
	fault '[{"route":"*.zip","kind":"delay","count":0,"delay_ms":60}]'
	more() { { ct-store wanted AAAUSDT BBBUSDT -i 15m --since 2024-01-01 --db x.db --now '2024-03-20 00:30' | ct-fetch archive - --parallel 2 | ct-store put --db x.db; } 2>>kill.err; }
	stored() { sqlite3 -readonly x.db 'SELECT count(*) FROM candle_row'; }
	killed=0
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		before=$(stored)
		set -m
		more &
		pid=$!
		set +m
		for _ in $(seq 100); do # some have been stored: it is in the middle
			sleep 0.0$((n % 7 + 2))
			[ "$(stored)" -gt "$before" ] && break
			kill -0 $pid 2>/dev/null || break
		done
		kill -9 -- -$pid 2>/dev/null && killed=$((killed + 1))
		wait $pid || :
		# every stored row lies in a receipt, and each series is a beginning of the whole
		# (one question: what was being committed may still come)
		assert_equal "$(sqlite3 -readonly x.db 'SELECT (SELECT count(*) FROM candle_row) - (SELECT coalesce(sum(rows), 0) FROM receipt_row)')" 0
		ct-store candles --db x.db -i 15m AAAUSDT BBBUSDT >now
		for pair in AAAUSDT BBBUSDT; do
			grep $pair now >one || :
			grep $pair whole | head -n "$(wc -l <one)" | cmp - one
		done
		[ "$(wc -l <now)" -lt "$(wc -l <whole)" ] || break
	done
	[ "$killed" -ge 2 ]
	no_faults
	more
	ct-store candles --db x.db -i 15m AAAUSDT BBBUSDT | sort | cmp - whole
	assert_equal "$(ct-store events --db x.db | grep -c revised || :)" 0
}

# serve FOLDER: any web server as the archive
serve() {
	python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 >http.log 2>&1 3>&- &
	SERVERS+=("$!")
	wait_for grep -q 'port [0-9]' http.log
	export CT_ARCHIVE_URL
	CT_ARCHIVE_URL=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\).*/\1/p' http.log)
}

@test "a zip of more than 64 MiB is not held in memory" {
	command -v python3 >/dev/null || skip "no python3"
	hourly
	at=www/data/spot/monthly/klines/AAAUSDT/1h
	mkdir -p $at
	truncate -s 65M $at/AAAUSDT-1h-2024-02.zip
	(cd $at && sha256sum AAAUSDT-1h-2024-02.zip >AAAUSDT-1h-2024-02.zip.CHECKSUM)
	serve www
	get 0 AAAUSDT -i 1h --since 2024-02 --until 2024-03
	as_api AAAUSDT -i 1h --since 2024-02 --until 2024-03
	events | grep -q '^warn|fetch.bad_file|AAAUSDT|1h: AAAUSDT-1h-2024-02.zip: .*the answer is larger than 67108864 bytes'
}

@test "every file as Binance published it is read: headers, milliseconds, microseconds" {
	files=$SHARED/data/vision-original
	[ -d "$files" ] || skip "no ../shared/data"
	command -v python3 >/dev/null || skip "no python3"
	python3 - "$files" <<-'END'
		import hashlib, os, re, subprocess, sys, zipfile
		for market, base in (("spot", "spot"), ("um", "futures/um")):
		    for name in sorted(os.listdir(f"{sys.argv[1]}/{market}")):
		        found = re.fullmatch(r"([A-Z]+)-(\w+)-(\d{4}-\d\d(-\d\d)?)\.(zip|csv\.zst)", name)
		        if not found:
		            continue
		        pair, interval, date, day, kind = found.groups()
		        at = f"www/data/{base}/{'daily' if day else 'monthly'}/klines/{pair}/{interval}"
		        os.makedirs(at, exist_ok=True)
		        source, zipped = f"{sys.argv[1]}/{market}/{name}", f"{at}/{pair}-{interval}-{date}.zip"
		        if kind == "zip":
		            data = open(source, "rb").read()
		            open(zipped, "wb").write(data)
		            open(zipped + ".CHECKSUM", "wb").write(open(source + ".CHECKSUM", "rb").read())
		            text = zipfile.ZipFile(source).read(f"{pair}-{interval}-{date}.csv")
		        else:
		            text = subprocess.run(["zstd", "-dcq", source], stdout=subprocess.PIPE, check=True).stdout
		            with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as z:
		                z.writestr(f"{pair}-{interval}-{date}.csv", text)
		            open(zipped + ".CHECKSUM", "w").write(hashlib.sha256(open(zipped, "rb").read()).hexdigest() + f"  {pair}-{interval}-{date}.zip\n")
		        for line in text.decode().split():
		            cells = line.split(",")
		            if cells[0].isdigit():
		                t = int(cells[0])
		                with open(f"want.{market}.{pair}.{interval}", "a") as w:
		                    print(t // 1000 if t > 10**15 else t, *[float(x) for x in cells[1:6]], cells[8], sep=" ", file=w)
	END
	start_server sim.json ct-sim --data "$files" --clock 2025-07-20
	serve www
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	rows() { jq -r 'select(.kind == "candle") | [.open_time, (.open, .high, .low, .close, .volume | tonumber), .trades] | join(" ")' out | awk '{ print $1, $2 + 0, $3 + 0, $4 + 0, $5 + 0, $6 + 0, $7 }'; }
	same() { awk '{ print $1, $2 + 0, $3 + 0, $4 + 0, $5 + 0, $6 + 0, $7 }' "want.$1" | cmp - <(rows); }
	for pair in BTCUSDT ETHUSDT; do
		get 0 $pair -i 1h --since 2024-11 --until 2025-06
		same spot.$pair.1h
		assert_equal "$(jq -r 'select(.kind == "receipt" and .rows > 0) | .time_unit + " " + (.sha256 != null | tostring)' all | xargs)" \
			"ms true ms true us true us true us true us true us true"
	done
	get 0 ALGOUSDT -m um -i 1m --since 2025-02 --until 2025-03
	same um.ALGOUSDT.1m
	get 0 BTCUSDT -i 1m --since 2020-01 --until 2020-01-04 --now 2020-01-20 # the month is not there yet, its days are
	same spot.BTCUSDT.1m
	assert_equal "$(jq -r 'select(.kind == "receipt" and .sha256 != null).sha256' all | xargs)" "$(cut -d' ' -f1 "$files"/spot/*.CHECKSUM | xargs)"
}

@test "real funding payments, by the archive and by the API, with their times and intervals" {
	files=$SHARED/data/funding/um
	[ -d "$files" ] || skip "no ../shared/data"
	mkdir data
	ln -s "$files"/BTCUSDT-fundingRate.csv "$files"/XRPUSDT-fundingRate.csv "$SHARED"/data/klines/um/4h/BTCUSDT-4h.csv.zst "$SHARED"/data/klines/um/4h/XRPUSDT-4h.csv.zst data/
	start_server sim.json ct-sim --data data --clock 2025-05-20
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL CT_ARCHIVE_URL=$CT_BINANCE_URL
	for pair in BTCUSDT XRPUSDT; do
		awk -F, 'NR > 1 && $1 >= 1640995200000 && $1 < 1747699200000 { printf "%s %s %.8f\n", $1, $2 == "" ? "null" : $2, $3 }' "$files/$pair-fundingRate.csv" >want
		[ "$(wc -l <want)" -gt 3000 ]
		get 0 -m um --series funding $pair --since 2022-01 --now 2025-05-19T23:59
		jq -r '"\(.funding_time) \(.interval_hours) \(.rate)"' out >have
		cut -d' ' -f1,3 want >want.rates
		cut -d' ' -f1,3 have | cmp - want.rates
		head -n 3600 have >have.files # by files; what the API gives has intervals told from the spacing
		head -n 3600 want | cmp - have.files
		ct-fetch funding -m um $pair --since 2022-01 --until 2025-05-20 | jq -r 'select(.kind == "funding") | "\(.funding_time) \(.rate)"' | cmp - want.rates
	done
}

@test "a symbols file says of which market its pairs are" {
	sim -i 4h --from 2024-02-01 --clock '2024-06-20 00:30' BTCUSDT ETHUSDT
	echo '{"market":"um","symbols":["BTCUSDT","ETHUSDT"]}' >two.json
	get 0 --symbols ./two.json -i 4h --since 2024-02
	assert_equal "$(jq -r .market out | sort | uniq -c | xargs)" "1680 um"
	get 0 --symbols ./two.json --series funding --since 2024-06
	assert_equal "$(jq -r .market out | sort | uniq -c | xargs)" "116 um"
	get 0 --symbols ./two.json -m spot -i 1d --since 2024-06
	assert_equal "$(jq -r .market out | sort | uniq -c | xargs)" "38 spot"
	ct-store init --db x.db
	ct-store wanted --symbols ./two.json -i 4h --since 2024-05 --db x.db --now '2024-06-20 00:30' >list
	assert_equal "$(jq -r .market list | xargs)" "um um"
	echo '{"market":"cm","symbols":["BTCUSDT"]}' >two.json
	get 78 --symbols ./two.json -i 4h --since 2024-02
	grep -q "market: neither spot nor um" err
}

@test "SIGTERM ends it between two rows" {
	quarterly
	fault '[{"route":"*-15m-2024-02.zip","kind":"hang","delay_ms":20000}]'
	ct-fetch archive AAAUSDT -i 15m --since 2024-01 >out 2>err &
	pid=$!
	wait_for grep -q '"source":"/data' out
	kill -TERM $pid
	code=0
	wait $pid || code=$?
	assert_equal "$code" 75
	grep -q "stopped before the end" err
	assert_equal "$(grep -c '"kind":"candle"' out)" 2976
}
