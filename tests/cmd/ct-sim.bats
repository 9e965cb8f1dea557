# ct-sim over HTTP, as a client of the exchange sees it.
load ../helper

# sim ARGUMENT…: a made-up market of hourly candles from 2024 on; the clock stands on 2024-05-01 00:30.
sim() {
	start_server sim.json ct-sim --generate 7 --outages 0 --from 2024-01-01 --clock '2024-05-01 00:30' "$@"
	URL=$(jq -r .url sim.json)
	API=$URL/api/v3
}
# replay ARGUMENT…: the real 4h candles; the clock stands on 2025-03-01.
replay() {
	need_shared data/klines/spot/4h
	start_server sim.json ct-sim --data "$SHARED/data/klines/spot/4h" --clock 2025-03-01 "$@"
	URL=$(jq -r .url sim.json)
	API=$URL/api/v3
}
get() { curl -sS -g -m 20 "$@"; }
post() { curl -sS -m 20 -X POST "$@"; }
# refused STATUS CODE URL…: the answer is this error; its message is left in $msg.
refused() {
	local want="$1 $2" got
	shift 2
	got=$(get -o body -w '%{http_code}' "$@")
	assert_equal "$got $(jq -r .code body)" "$want"
	msg=$(jq -r .msg body)
}
header() { tr -d '\r' <"$2" | sed -nE "s/^$1: //Ip"; }

START=1704067200000 # 2024-01-01
NOW=1714523400000   # 2024-05-01 00:30
HOUR=3600000

used() { get -o /dev/null -D headers "$@" && header X-MBX-USED-WEIGHT-1M headers; }

@test "ping and time, in milliseconds and microseconds" { # conformance 24, 25, 26
	sim
	assert_equal "$(get "$API/ping")" '{}'
	assert_equal "$(get "$API/time")" "{\"serverTime\":$NOW}"
	assert_equal "$(get -H 'X-MBX-TIME-UNIT: MICROSECOND' "$API/time")" "{\"serverTime\":${NOW}000}"
	assert_equal "$(get -H 'x-mbx-time-unit: millisecond' "$API/time")" "{\"serverTime\":$NOW}"
	refused 400 -1194 -H 'X-MBX-TIME-UNIT: SECOND' "$API/time"
	assert_equal "$msg" "Invalid value for time unit; expected either MICROSECOND or MILLISECOND."
	refused 400 -1101 "$API/time?x=1"
}

@test "klines: twelve elements, ascending, the last one in the making" { # 27
	sim
	get "$API/klines?symbol=AAAUSDT&interval=1h&limit=3" >rows
	assert_equal "$(jq -c 'map(length)' rows)" '[12,12,12]'
	assert_equal "$(jq -c 'map(.[0])' rows)" "[$((NOW - HOUR * 5 / 2)),$((NOW - HOUR * 3 / 2)),$((NOW - HOUR / 2))]"
	assert_equal "$(jq -c "map(.[6] - .[0] == $HOUR - 1 and .[11] == \"0\") | unique" rows)" '[true]'
	assert_equal "$(jq -c 'map([.[1,2,3,4,5,7,9,10] | test("^[0-9]+\\.[0-9]{8}$")]) | flatten | unique' rows)" '[true]'
	assert_equal "$(jq -c 'map([.[0,6,8] | type]) | flatten | unique' rows)" '["number"]'
	assert_equal "$(jq -c '.[2] | [.[1] == .[2], .[1] == .[3], .[1] == .[4], .[5], .[8]]' rows)" '[true,true,true,"0.00000000",0]'
	get -H 'X-MBX-TIME-UNIT: MICROSECOND' "$API/klines?symbol=AAAUSDT&interval=1h&limit=3" >micros
	assert_equal "$(jq -c '.[0] | [.[0], .[6] + 1]' micros)" "[$((NOW - HOUR * 5 / 2))000,$((NOW - HOUR * 3 / 2))000]"
	assert_equal "$(get "$API/uiKlines?symbol=AAAUSDT&interval=1h&limit=3")" "$(cat rows)"
}

@test "klines: the window rules" { # 28, 29, 30
	sim
	local t=$((START + 100 * HOUR)) k="$API/klines?symbol=AAAUSDT&interval=1h"
	opens() { get "$1" | jq -c 'map(.[0]) | [length, .[0], .[-1]]'; }
	assert_equal "$(opens "$k&startTime=$t&endTime=$t")" "[1,$t,$t]"
	assert_equal "$(opens "$k&startTime=$((t + 1))&endTime=$((t + 1))")" '[0,null,null]'
	assert_equal "$(opens "$k&startTime=$t")" "[500,$t,$((t + 499 * HOUR))]"
	assert_equal "$(opens "$k&endTime=$((t + 1))&limit=7")" "[7,$((t - 6 * HOUR)),$t]"
	assert_equal "$(opens "$k")" "[500,$((NOW - HOUR / 2 - 499 * HOUR)),$((NOW - HOUR / 2))]"
	assert_equal "$(opens "$k&startTime=$t&endTime=$((t + 5 * HOUR - 1))")" "[5,$t,$((t + 4 * HOUR))]"
	assert_equal "$(opens "$k&startTime=$t&limit=5000")" "[1000,$t,$((t + 999 * HOUR))]"
	assert_equal "$(opens "$k&startTime=0&limit=1")" "[1,$START,$START]"
	assert_equal "$(opens "$k&startTime=${t}000&endTime=${t}000")" "[1,$t,$t]" # microseconds
	assert_equal "$(opens "$k&startTime=99999999999999999999")" '[0,null,null]'
	assert_equal "$(opens "$k&startTime=$((t + HOUR))&endTime=$t")" '[0,null,null]'
}

@test "klines: intervals, and parameters that are missing or wrong" { # 31, 32, 33, 34
	sim
	local k="$API/klines?symbol=AAAUSDT"
	assert_equal "$(get "$k&interval=1M&limit=2" | jq -c 'map(.[0])')" '[1711929600000,1714521600000]'
	assert_equal "$(get "$k&interval=1m")" '[]' # finer than what there is
	refused 400 -1120 "$k&interval=7m"
	assert_equal "$msg" "Invalid interval."
	refused 400 -1120 "$k&interval=1H"
	refused 400 -1102 "$k"
	assert_equal "$msg" "Mandatory parameter 'interval' was not sent, was empty/null, or malformed."
	refused 400 -1102 "$API/klines?interval=1h"
	assert_equal "$msg" "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."
	refused 400 -1121 "$API/klines?symbol=NOPE&interval=1h"
	assert_equal "$msg" "Invalid symbol."
	refused 400 -1100 "$API/klines?symbol=aaausdt&interval=1h"
	refused 400 -1105 "$API/klines?symbol=&interval=1h"
	refused 400 -1100 "$k&interval=1h&limit=abc"
	refused 400 -1100 "$k&interval=1h&limit=-1"
	refused 400 -1130 "$k&interval=1h&limit=0"
	refused 400 -1100 "$k&interval=1h&startTime=1e3"
	refused 400 -1101 "$k&interval=1h&interval=1h"
	assert_equal "$msg" "Duplicate values for a parameter detected."
	refused 400 -1104 "$k&interval=1h&nonsense=1"
	assert_equal "$msg" "Not all sent parameters were read; read '2' parameter(s) but was sent '3'."
}

@test "klines: time zones move the boundaries of bars, not the bounds" {
	sim
	local k="$API/klines?symbol=AAAUSDT&interval=1d&limit=2"
	assert_equal "$(get "$k&timeZone=8" | jq -c 'map(.[0])')" '[1714406400000,1714492800000]' # 16:00 UTC
	assert_equal "$(get "$k&timeZone=-1:00" | jq -c 'map(.[0])')" '[1714352400000,1714438800000]' # 01:00 UTC
	assert_equal "$(get "$k&timeZone=0")" "$(get "$k")"
	assert_equal "$(get "$k&timeZone=05:45")" '[]' # cuts across the hourly candles
	for zone in 15 -13 8:60 x 1:2 ''; do refused 400 -1130 "$k&timeZone=$zone"; done
}

@test "longer intervals are made of the shorter ones, and the bar in the making of what has closed" {
	sim
	get "$API/klines?symbol=AAAUSDT&interval=1h&endTime=$((START + 24 * HOUR - 1))" >hours
	assert_equal "$(jq length hours)" 24
	want=$(jq -c '[.[0][1], (map(.[2] | tonumber) | max), (map(.[3] | tonumber) | min), .[-1][4], (map(.[8]) | add)]' hours)
	assert_equal "$(get "$API/klines?symbol=AAAUSDT&interval=1d&endTime=$START" | jq -c '.[0] | [.[1], (.[2] | tonumber), (.[3] | tonumber), .[4], .[8]]')" "$want"
	post "$URL/sim/clock?t=2024-03-05T10:00:00Z" >/dev/null
	get "$API/klines?symbol=AAAUSDT&interval=1h&limit=11" >hours # ten closed, one at its open
	want=$(jq -c '[.[0][1], (map(.[2] | tonumber) | max), (map(.[3] | tonumber) | min), .[-1][1], (map(.[8]) | add)]' hours)
	assert_equal "$(get "$API/klines?symbol=AAAUSDT&interval=1d&limit=1" | jq -c '.[0] | [.[1], (.[2] | tonumber), (.[3] | tonumber), .[4], .[8]]')" "$want"
}

@test "real candles come back exactly, from compressed files" {
	replay
	zstd -dc "$SHARED/data/klines/spot/4h/ETHUSDT-4h.csv.zst" | head -n 1000 | cut -d, -f1-11 >want
	get "$API/klines?symbol=ETHUSDT&interval=4h&startTime=0&limit=1000" | jq -r '.[] | .[:11] | map(tostring) | join(",")' | cmp - want
	assert_equal "$(get "$API/klines?symbol=ETHUSDT&interval=4h&limit=1" | jq -c '.[0][0]')" 1740787200000 # never the future
	if [ -r "$SHARED/data/klines/spot/1d/ETHUSDT-1d.csv.zst" ]; then
		zstd -dc "$SHARED/data/klines/spot/1d/ETHUSDT-1d.csv.zst" | head -n 300 | cut -d, -f1-7,9 >want
		get "$API/klines?symbol=ETHUSDT&interval=1d&startTime=0&limit=300" | jq -r '.[] | [.[0:7][], .[8]] | map(tostring) | join(",")' >got
		awk -F, -v OFS=, '{ $6 = sprintf("%.3f", $6) } 1' want >want.rounded # volumes of the files were written from doubles
		awk -F, -v OFS=, '{ $6 = sprintf("%.3f", $6) } 1' got | cmp - want.rounded
	fi
}

@test "ticker/price and ticker/bookTicker: one, some, all" { # 36, 37, 38
	sim AAAUSDT BBBUSDT CCCUSDT
	price=$(get "$API/klines?symbol=AAAUSDT&interval=1h&limit=1" | jq -r '.[0][1]')
	assert_equal "$(get "$API/ticker/price?symbol=AAAUSDT")" "{\"symbol\":\"AAAUSDT\",\"price\":\"$price\"}"
	assert_equal "$(get "$API/ticker/price" | jq -c 'map(.symbol)')" '["AAAUSDT","BBBUSDT","CCCUSDT"]'
	assert_equal "$(get "$API/ticker/price?symbols=[\"CCCUSDT\",\"AAAUSDT\"]" | jq -c 'map(.symbol)')" '["CCCUSDT","AAAUSDT"]'
	assert_equal "$(get "$API/ticker/price?symbols=%5B%22CCCUSDT%22%5D" | jq -c 'map(.symbol)')" '["CCCUSDT"]'
	refused 400 -1128 "$API/ticker/price?symbol=AAAUSDT&symbols=[\"AAAUSDT\"]"
	refused 400 -1151 "$API/ticker/price?symbols=[\"AAAUSDT\",\"AAAUSDT\"]"
	refused 400 -1121 "$API/ticker/price?symbols=[\"AAAUSDT\",\"NOPE\"]"
	for bad in '[]' '[1]' '{}' nonsense ''; do refused 400 -1102 "$API/ticker/price?symbols=$bad"; done
	refused 400 -1220 "$API/ticker/price?symbol=AAAUSDT&symbolStatus=HALT"
	refused 400 -1122 "$API/ticker/price?symbolStatus=OPEN"
	assert_equal "$(get "$API/ticker/price?symbolStatus=HALT")" '[]'
	get "$API/ticker/bookTicker?symbol=AAAUSDT" >book
	assert_equal "$(jq -c 'keys_unsorted' book)" '["symbol","bidPrice","bidQty","askPrice","askQty"]'
	assert_equal "$(jq -c '(.bidPrice | tonumber) < (.askPrice | tonumber) and (.bidQty | tonumber) > 0' book)" true
	assert_equal "$(get "$API/ticker/bookTicker" | jq length)" 3
}

@test "ticker/24hr: what the candles of a day come to, in full and small; one, some, all; its weights" {
	sim --weight-window 3d AAAUSDT BBBUSDT
	get "$API/ticker/24hr?symbol=AAAUSDT" >day
	get "$API/klines?symbol=AAAUSDT&interval=1h&limit=25" >bars # the last one runs
	assert_equal "$(jq -c 'keys_unsorted' day)" '["symbol","priceChange","priceChangePercent","weightedAvgPrice","prevClosePrice","lastQty","bidPrice","bidQty","askPrice","askQty","lastPrice","openPrice","highPrice","lowPrice","volume","quoteVolume","openTime","closeTime","firstId","lastId","count"]'
	assert_equal "$(jq -c '[.closeTime - .openTime, .lastId - .firstId + 1 - .count]' day)" '[86400000,0]'
	first=$(jq --argjson from "$(jq .openTime day)" 'map(.[0] >= $from) | index(true)' bars)
	jq -e --argjson first "$first" --slurpfile d day '.[$first:] as $b | $d[0] | ($b[0][1] | tonumber) == (.openPrice | tonumber)
		and ($b[-1][1] | tonumber) == (.lastPrice | tonumber) and ([$b[] | .[2] | tonumber] | max) == (.highPrice | tonumber)
		and ([$b[] | .[3] | tonumber] | min) == (.lowPrice | tonumber) and ([$b[] | .[8]] | add) == .count
		and (([$b[] | .[5] | tonumber] | add) - (.volume | tonumber) | fabs) < 1e-6' bars
	jq -e '((.lastPrice | tonumber) - (.openPrice | tonumber) - (.priceChange | tonumber) | fabs) < 1e-9' day
	assert_equal "$(get "$API/ticker/24hr?symbol=AAAUSDT&type=MINI" | jq -c 'keys_unsorted')" \
		'["symbol","lastPrice","openPrice","highPrice","lowPrice","volume","quoteVolume","openTime","closeTime","firstId","lastId","count"]'
	assert_equal "$(get "$API/ticker/24hr" | jq -c 'map(.symbol)')" '["AAAUSDT","BBBUSDT"]'
	assert_equal "$(get "$API/ticker/24hr?symbols=[\"BBBUSDT\"]" | jq -c 'map(.symbol)')" '["BBBUSDT"]'
	refused 400 -1102 "$API/ticker/24hr?type=LARGE"
	before=$(used "$API/ping")
	assert_equal "$(used "$API/ticker/24hr?symbol=AAAUSDT")" $((before + 2))
	assert_equal "$(used "$API/ticker/24hr")" $((before + 82))
}

@test "exchangeInfo of the made-up market has every field, and rules its candles keep" { # 39
	sim AAAUSDT BTCUSDT
	get "$API/exchangeInfo" >info
	assert_equal "$(jq -c 'keys_unsorted, (.symbols | map(.symbol)), .serverTime' info)" \
		"$(printf '["timezone","serverTime","rateLimits","exchangeFilters","symbols"]\n["AAAUSDT","BTCUSDT"]\n%s' $NOW)"
	assert_equal "$(jq -c '.symbols[1] | [.status, .baseAsset, .quoteAsset, .permissionSets, (keys | length)]' info)" '["TRADING","BTC","USDT",[["SPOT"]],26]'
	assert_equal "$(jq -c '[.symbols[0].filters[].filterType] | length, (unique | length)' info | xargs)" "11 11"
	tick=$(jq -r '.symbols[0].filters[] | select(.filterType == "PRICE_FILTER") | .tickSize' info)
	get "$API/klines?symbol=AAAUSDT&interval=1h" | jq -e --argjson tick "$tick" 'all(.[]; (.[1:5] | map(tonumber / $tick) | all(. - round | fabs < 1e-6)))'
	assert_equal "$(get "$API/exchangeInfo?symbol=AAAUSDT" | jq '.symbols | length')" 1
	assert_equal "$(get "$API/exchangeInfo?symbols=[\"BTCUSDT\",\"AAAUSDT\"]" | jq -c '.symbols | map(.symbol)')" '["BTCUSDT","AAAUSDT"]'
	assert_equal "$(get "$API/exchangeInfo?permissions=MARGIN" | jq '.symbols | length')" 0
	assert_equal "$(get "$API/exchangeInfo?permissions=[\"MARGIN\",\"SPOT\"]" | jq '.symbols | length')" 2
	assert_equal "$(get "$API/exchangeInfo?showPermissionSets=false" | jq -c '.symbols[0].permissionSets')" '[]'
	refused 400 -1121 "$API/exchangeInfo?symbol=NOPE"
	refused 400 -1128 "$API/exchangeInfo?symbol=AAAUSDT&permissions=SPOT"
	refused 400 -1128 "$API/exchangeInfo?symbol=AAAUSDT&symbolStatus=TRADING"
}

@test "a captured exchangeInfo is passed through; pairs it lacks get an entry" {
	replay --exchange-info "$SHARED/data/captures/exchangeInfo/spot-mainnet-25symbols-2025-08-07.json.zst"
	zstd -dc "$SHARED/data/captures/exchangeInfo/spot-mainnet-25symbols-2025-08-07.json.zst" >capture
	get "$API/exchangeInfo" >info
	assert_equal "$(jq -cS '.symbols[:25]' info)" "$(jq -cS .symbols capture)"
	assert_equal "$(jq -c '.serverTime' info)" 1740787200000
	assert [ "$(jq '.symbols | length' info)" -gt 60 ]
	assert_equal "$(jq '.symbols | length - (map(.symbol) | unique | length)' info)" 0
	jq -e 'any(.symbols[]; .symbol == "TRBUSDT" and .filters[0].tickSize == "0.01000000")' info
}

@test "weight is counted by endpoint and told in each answer" { # 36, 39, 40
	sim --weight-window 3d
	assert_equal "$(used "$API/ping")" 1
	assert_equal "$(used "$API/time")" 2
	assert_equal "$(used "$API/klines?symbol=AAAUSDT&interval=1h")" 4
	assert_equal "$(used "$API/klines?symbol=NOPE&interval=1h")" 6 # refusals cost too
	assert_equal "$(used "$API/exchangeInfo?symbol=AAAUSDT")" 26
	assert_equal "$(used "$API/ticker/price?symbol=AAAUSDT")" 28
	assert_equal "$(used "$API/ticker/price")" 32
	assert_equal "$(used "$API/ticker/bookTicker?symbols=[\"AAAUSDT\"]")" 36
	assert_equal "$(get "$URL/sim/stats" | jq -c '[.weight_used, .statuses["200"], .statuses["400"], .requests["GET /api/v3/klines"]]')" '[36,7,1,2]'
}

@test "futures: klines weigh by their limit, funding is counted by itself, and the words differ" { # 84, 85, 86, 88, 113
	sim --weight-window 3d --weight-limit 100
	local um=$URL/fapi/v1 n
	assert_equal "$(for n in 99 100 499 500 1000 1001 1500; do used "$um/klines?symbol=AAAUSDT&interval=1h&limit=$n"; done | paste -sd' ')" '1 3 5 10 15 25 35'
	assert_equal "$(used "$um/klines?symbol=AAAUSDT&interval=1h")" 40 # 500 rows
	assert_equal "$(used "$um/premiumIndex")" 50
	assert_equal "$(used "$um/premiumIndex?symbol=AAAUSDT")" 51
	assert_equal "$(get -H 'X-MBX-TIME-UNIT: microsecond' "$um/time")" "{\"serverTime\":$NOW}"
	assert_equal "$(get -H 'X-MBX-TIME-UNIT: day' "$um/ping")" '{}'
	refused 400 -1130 "$um/klines?symbol=AAAUSDT&interval=1h&limit=1501"
	refused 400 -1120 "$um/klines?symbol=AAAUSDT&interval=1s&limit=1"
	assert_equal "$(get "$um/exchangeInfo?symbol=NOPE" | jq -c '[(.symbols | length > 1), .futuresType, [.rateLimits[] | [.rateLimitType, .intervalNum, .limit]]]')" \
		'[true,"U_MARGINED",[["REQUEST_WEIGHT",4320,100],["ORDERS",1,1200],["ORDERS",10,300]]]'
	for n in 1 2 3; do used "$um/klines?symbol=AAAUSDT&interval=1h&limit=1500" >/dev/null; done # 93
	refused 429 -1003 -D headers "$um/klines?symbol=AAAUSDT&interval=1h&limit=1500"
	assert_equal "$(header Retry-After headers)" ''
	assert_equal "$msg" 'Too many requests; current limit is 100 requests per minute. Please use the websocket for live updates to avoid polling the API.'
	post "$URL/sim/reset" >/dev/null
	for n in $(seq 1002); do printf 'url = "%s/fundingRate?symbol=AAAUSDT&limit=1"\noutput = /dev/null\n' "$um"; done >urls
	curl -s -K urls # even if five minutes end meanwhile, two calls are more than 500 in their window
	get "$URL/sim/stats" | jq -e '.weight_used == 0 and .statuses["429"] >= 2 and .statuses["200"] >= 500' >/dev/null
}

@test "over the limit: 429 with Retry-After, then 418 until the ban ends" { # 41
	sim --weight-limit 41 --weight-window 3d --ban-after 2 --ban-time 1s
	get "$API/exchangeInfo" "$API/exchangeInfo" >/dev/null
	refused 429 -1003 -D headers "$API/klines?symbol=AAAUSDT&interval=1h"
	assert_regex "$msg" "^Too much request weight used; current limit is 41 request weight per 4320 MINUTE\."
	assert_regex "$(header Retry-After headers)" '^[0-9]+$'
	refused 429 -1003 "$API/ping"
	refused 418 -1003 -D headers "$API/ping"
	assert_regex "$msg" "IP banned until [0-9]{13}\."
	assert_equal "$(header Retry-After headers)" 1
	refused 418 -1003 "$API/ping"
	sleep 1.1
	refused 418 -1003 "$API/ping" # the window goes on: a new, longer ban
	assert_equal "$(get "$URL/sim/stats" | jq .bans)" 2
	post "$URL/sim/reset" >/dev/null
	assert_equal "$(get "$API/ping")" '{}'
}

@test "unknown paths, methods and private routes" { # 42
	sim
	for path in / /api/v3 /api/v3/account /api/v1/ping /api/v3/ping/ /nonsense/../api/v3/ping; do
		assert_equal "$(get --path-as-is -o /dev/null -w '%{http_code}' "$URL$path")" 404
	done
	refused 405 -1020 -X DELETE "$API/ping"
	assert_equal "$(curl -s -I -o /dev/null -w '%{http_code}' "$API/ping")" 405
}

@test "the clock: fixed, set, advanced; running with --speed" {
	sim
	assert_equal "$(get "$URL/sim/clock" | jq -c .)" "{\"clock\":$NOW,\"time\":\"2024-05-01T00:30:00.000Z\"}"
	assert_equal "$(post "$URL/sim/clock?advance=4h" | jq .clock)" $((NOW + 4 * HOUR))
	assert_equal "$(get "$API/klines?symbol=AAAUSDT&interval=4h&limit=1" | jq '.[0][0]')" $((NOW - HOUR / 2 + 4 * HOUR))
	assert_equal "$(post "$URL/sim/clock?t=2024-02-01" | jq .clock)" 1706745600000
	assert_equal "$(get "$API/time" | jq .serverTime)" 1706745600000
	for bad in '' '?t=nonsense' '?advance=-4h' '?advance=x' '?t=1960-01-01'; do refused 400 -1102 -X POST "$URL/sim/clock$bad"; done
	start_server fast.json ct-sim --generate 7 --from 2024-01-01 --clock 2024-05-01 --speed 100000
	API=$(jq -r .url fast.json)/api/v3
	first=$(get "$API/time" | jq .serverTime)
	sleep 0.1
	assert [ $(($(get "$API/time" | jq .serverTime) - first)) -ge 10000000 ]
}

@test "a seed is a market: the same bars in another process, asked in another order" {
	sim AAAUSDT BTCUSDT
	get "$API/klines?symbol=AAAUSDT&interval=4h" "$API/klines?symbol=BTCUSDT&interval=1d" >one
	start_server other.json ct-sim --generate 7 --outages 0 --from 2024-01-01 --clock 2024-02-01
	API=$(jq -r .url other.json)/api/v3
	get "$API/ticker/price" >/dev/null
	post "$(jq -r .url other.json)/sim/clock?t=2024-05-01T00:30" >/dev/null
	get "$API/klines?symbol=BTCUSDT&interval=1d" >btc
	{ get "$API/klines?symbol=AAAUSDT&interval=4h"; cat btc; } | cmp - one
	start_server third.json ct-sim --generate 8 --outages 0 --from 2024-01-01 --clock '2024-05-01 00:30'
	get "$(jq -r .url third.json)/api/v3/klines?symbol=BTCUSDT&interval=1d" >third
	cmp -s third btc && fail "another seed gives the same market"
	assert_equal "$(jq length third)" "$(jq length btc)"
}

# strikes KIND [MEMBERS]: the next klines request is struck.
strikes() { curl -sSf -d "[{\"route\":\"klines\",\"kind\":\"$1\"${2:+,$2}}]" "$URL/sim/fault" >/dev/null; }

@test "faults: statuses, pages, spoiled bodies" {
	sim
	local k="$API/klines?symbol=AAAUSDT&interval=1h&limit=9"
	get "$k" >good
	strikes 429 '"retry_after_s":7' && refused 429 -1003 -D headers "$k"
	assert_equal "$(header Retry-After headers)" 7
	strikes 418 && refused 418 -1003 "$k"
	strikes 500 && refused 500 -1001 "$k"
	strikes 503 && refused 503 -1008 "$k"
	strikes 504 && refused 504 -1007 "$k"
	strikes 502 && assert_equal "$(get -w '%{http_code}' "$k" | grep -c '<h1>502 Bad Gateway\|502$')" 2
	strikes html '"status":403' && assert_equal "$(get -o body -w '%{http_code} %{content_type}' "$k")" '403 text/html'
	grep -q '<html>' body
	strikes empty && assert_equal "$(get -w '%{http_code}' "$k")" 200
	strikes truncate && assert_equal "$(get "$k" | wc -c)" $(($(wc -c <good) / 2))
	strikes garbage && get "$k" >body
	jq . body >/dev/null 2>&1 && fail 'garbage is JSON'
	strikes numbers && assert_equal "$(get "$k" | jq -c 'map(map(type)) | flatten | unique')" '["number"]'
	strikes wrong_length && assert_equal "$(get "$k" | jq -c 'map(length) | unique')" '[11]'
	strikes gap && assert_equal "$(get "$k" | jq -c .)" "$(jq -c 'del(.[4])' good)"
	strikes duplicate && assert_equal "$(get "$k" | jq -c .)" "$(jq -c '.[:5] + .[4:]' good)"
	strikes impossible && assert_equal "$(get "$k" | jq -c '.[4] | (.[2] | tonumber) < (.[3] | tonumber)')" true
	strikes off_grid && assert_equal "$(get "$k" | jq '.[4][0]')" $(($(jq '.[4][0]' good) + 1000))
	strikes late && assert_equal "$(get "$k" | jq '.[-1][0]')" "$(jq '.[-2][0]' good)"
	assert_equal "$(get "$k")" "$(cat good)"
	assert_equal "$(get "$URL/sim/fault" | jq -c 'length, (map(.struck) | unique)' | xargs)" "17 [1]"
}

@test "faults: connections that hang, stall, break off" {
	sim
	local k="$API/klines?symbol=AAAUSDT&interval=1h&limit=9"
	failed() { local got=0; get -o body "$@" 2>/dev/null || got=$?; echo $got; }
	strikes cut && assert_equal "$(failed "$k")" 18 # a part of the body
	strikes reset && assert_regex "$(failed "$k")" '^(52|56)$'
	strikes hang && assert_equal "$(failed -m 0.5 "$k")" 28
	strikes hang '"delay_ms":100' && assert_regex "$(failed "$k")" '^(52|56)$'
	strikes delay '"delay_ms":300' && assert_regex "$(get -o body -w '%{http_code} %{time_total}' "$k")" '^200 (0\.[3-9]|[1-9])'
	curl -sSf -d '[{"kind":"500","symbol":"BBBUSDT","count":0},{"kind":"503","after":1}]' "$URL/sim/fault" >/dev/null
	assert_equal "$(get "$API/ping")" '{}'
	refused 503 -1008 "$API/ping"
	for _ in 1 2 3; do refused 500 -1001 "$API/ticker/price?symbol=BBBUSDT"; done
	get -X DELETE "$URL/sim/fault" >/dev/null
	get "$API/ticker/price?symbol=BBBUSDT" | jq -e .price
	refused 400 -1102 -d '[{"kind":"nonsense"}]' "$URL/sim/fault"
	assert_regex "$msg" '^faults\[0\].kind: '
	echo '{"faults":[{"route":"*","kind":"500","count":1}]}' >faults.json
	start_server file.json ct-sim --generate 7 --from 2024-01-01 --clock 2024-02-01 --fault faults.json
	refused 500 -1001 "$(jq -r .url file.json)/api/v3/ping"
}

@test "no request brings it down" {
	sim
	long=$(head -c 60000 /dev/zero | tr '\0' a)
	k="$API/klines?symbol=AAAUSDT&interval=1h"
	for url in "$k&limit=%" "$k&limit=%zz" "$k&limit=%00" "$k&%00=1" "$API/klines?symbol=%ff%fe&interval=1h" "$API/klines?symbol=%F0%9F%92%A9&interval=1h" \
		"$API/klines?symbol=AAAUSDT%00&interval=1h" "$API/ticker/price?symbols=%5B%22%ff%22%5D" "$API/ticker/price?symbols=%5B%22A%5Cu0000%22%5D" \
		"$API/klines?&&&==&=x&symbol" "$API/%6b%6c%69%6e%65%73?symbol" "$k&startTime=-1" "$k&endTime=184467440737095516160" "$URL/%2e%2e/%00" \
		"$API/exchangeInfo?permissions=" "$API/exchangeInfo?permissions=%5B" "$API/exchangeInfo?symbols=$(printf '%%5B%.0s' {1..500})" \
		"$k&x=$long" "$URL/${long:0:30000}" "$k$(printf '&a%d=1' {1..200})"; do
		get --path-as-is -o body -w '%{http_code}\n' "$url" >code
		grep -qE '^(400|404|414|413|431)$' code || fail "$(cat code) for ${url:0:200}"
	done
	head -c 100000 /dev/urandom | curl -s -m 5 --data-binary @- "$URL/sim/fault" >/dev/null || true
	exec 9<>"/dev/tcp/127.0.0.1/$(jq .port sim.json)"
	head -c 5000 /dev/urandom >&9 || true
	exec 9>&-
	exec 9<>"/dev/tcp/127.0.0.1/$(jq .port sim.json)" # half a request, then gone
	printf 'GET /api/v3/ping HTT' >&9
	exec 9>&-
	assert_equal "$(get "$API/ping")" '{}'
}

@test "symbols may be Unicode, files of several intervals and months one series" {
	mkdir -p data/4h data/1h
	for month in 1 2; do
		awk -v from=$((START + (month - 1) * 100 * HOUR)) -v ms=$HOUR 'BEGIN { for (i = 0; i < 120; i++) {
			t = from + i * ms; p = 100 + int((t - 1704067200000) / ms)
			printf "%.0f,%d,%d,%d,%d,1,%.0f,1,1,1,1,0\n", t, p, p + 2, p - 2, p + 1, t + ms - 1 } }' |
			gzip >"data/1h/币安人生USDT-1h-2024-0$month.csv.gz"
	done
	echo "$START,100,999,1,103,4,$((START + 4 * HOUR - 1)),4,4,4,4,0" >data/4h/币安人生USDT-4h.csv
	touch data/README.csv data/.hidden-4h.csv
	start_server sim.json ct-sim --data data --clock 2024-06-01
	API=$(jq -r .url sim.json)/api/v3
	symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT
	assert_equal "$(get "$API/ticker/price" | jq -c .)" '[{"symbol":"币安人生USDT","price":"320.00000000"}]'
	get "$API/klines?symbol=$symbol&interval=1h&limit=1000" | jq -c 'map(.[0])' >opens
	assert_equal "$(jq -c '[length, (unique | length), .[-1]]' opens)" "[220,220,$((START + 219 * HOUR))]"
	assert_equal "$(get "$API/klines?symbol=$symbol&interval=4h" | jq -c 'map(.[2])')" '["999.00000000"]' # its own file, not resampled
	assert_equal "$(get "$API/klines?symbol=$symbol&interval=8h&startTime=0&limit=1" | jq -c '.[0][1:6]')" '["100.00000000","999.00000000","1.00000000","103.00000000","4.00000000"]'
	assert_equal "$(get "$API/exchangeInfo" | jq -r '.symbols[0].baseAsset')" 币安人生
}

@test "a broken candle file is a 500 that says why on stderr, and harms no other pair" {
	mkdir data
	printf '%s,1,2,1,1,1,%s,1,1,1,1,0\n' $START $((START + 4 * HOUR - 1)) | tee data/GOODUSDT-4h.csv >data/BADUSDT-4h.csv
	echo 'x' >>data/BADUSDT-4h.csv
	start_server sim.json ct-sim --data data --clock 2024-06-01
	API=$(jq -r .url sim.json)/api/v3
	refused 500 -1000 "$API/klines?symbol=BADUSDT&interval=4h"
	assert_equal "$(get "$API/klines?symbol=GOODUSDT&interval=4h" | jq length)" 1
	grep -qF 'data/BADUSDT-4h.csv:2: 1 cells where 12 are expected' sim.json.err
}

@test "usage and input errors have their codes" {
	status_of() { status=0; "$@" >out 2>err || status=$?; }
	for bad in "" "--generate 1 --data x" "--generate -1" "--generate 1 --port 70000" "--generate 1 --bind 0.0.0.0" "--generate 1 --speed x" \
		"--generate 1 --clock nonsense" "--generate 1 -i 7m" "--generate 1 --from 2001-01-01 -i 1s" "--generate 1 --ban-time 0" "--generate 1 a/b"; do
		# shellcheck disable=SC2086
		status_of timeout 5 ct-sim $bad
		assert_equal "$status ($bad)" "64 ($bad)"
	done
	status_of ct-sim --data nowhere
	assert_equal $status 66
	mkdir empty
	status_of ct-sim --data empty
	assert_equal $status 66
	status_of ct-sim --generate 1 --exchange-info nowhere
	assert_equal $status 66
	echo '{}' >info.json
	status_of ct-sim --generate 1 --exchange-info info.json
	assert_equal $status 65
	status_of ct-sim --generate 1 --fault '[{"kind":"x"}]'
	assert_equal $status 78
	sim
	status_of timeout 5 ct-sim --generate 1 --port "$(jq .port sim.json)"
	assert_equal $status 69
}

@test "it listens on loopback only, tells where, and ends cleanly on SIGTERM" {
	sim --port-file port
	assert_equal "$(jq -c '[.kind, .v, .url]' sim.json)" "[\"listening\",1,\"http://127.0.0.1:$(cat port)\"]"
	grep -q "0100007F:$(printf %04X "$(cat port)") .* 0A" /proc/net/tcp
	assert_equal "$(cat /proc/net/tcp /proc/net/tcp6 | grep -c ":$(printf %04X "$(cat port)") 0*:0000 0A")" 1
	strikes hang # a connection that waits does not keep it from ending
	get -m 5 "$API/klines?symbol=AAAUSDT&interval=1h" >/dev/null 2>&1 &
	wait_for sh -c "curl -s '$URL/sim/stats' | jq -e '.faults == 1' >/dev/null"
	kill -TERM "${SERVERS[0]}"
	status=0
	wait "${SERVERS[0]}" || status=$?
	assert_equal $status 0
	SERVERS=()
}

@test "--exit-with-parent: no server outlives the program that started it" {
	bash -c 'ct-sim --generate 1 --clock 2024-01-01 --exit-with-parent >sim.json 3>&- & echo $! >pid; until [ -s sim.json ]; do sleep 0.05; done'
	wait_for sh -c '! kill -0 "$(cat pid)" 2>/dev/null'
}
