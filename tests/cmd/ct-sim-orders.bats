# The exchange's signed routes, as a client sees them. Numbers in comments: the conformance list of the API's reference.
load ../helper
load exchange

# the list's world: last 100.00, book 99.99 x 5 and 100.01 x 5, a tick of 0.01 and a step of 0.00001
world() {
	bars data/AAAUSDT-1h.csv <<-EOF
		100.00 100.00 99.99 100.00 1000.00001
		100.00 ${1:-103.00 97.00 98.00 1000}
		${2:-98.00 99.00 96.00 97.00 1000}
		${3:-97.00 99.00 96.00 97.00 1000}
	EOF
	accounts "\"spread_ticks\": 1, \"depth_quote\": \"500.05\", \"fill_parts\": ${PARTS:-1}," "${ACCOUNT:-}"
	exchange
}

@test "signatures: HMAC over the exact bytes, in query, body or both" { # 3 to 8, 11 to 15, 17 to 20
	world
	local q="symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=90&timestamp=$NOW" s
	raw() { status=$(curl -sS -o body -w '%{http_code}' -H "X-MBX-APIKEY: $KEY" "$@"); }
	is() { assert_equal "$status $(jq -r 'if type == "object" then .code // .status // "ok" else "ok" end' body)" "$1"; }
	raw -X POST "$URL/api/v3/order?$q&signature=$(sign "$q" | tr a-f A-F)"
	is '200 NEW' # 3
	s=$(sign "symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=0.1&price=90&timestamp=$NOW")
	raw -d "quantity=0.1&price=90&timestamp=$NOW&signature=$s" "$URL/api/v3/order?symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
	is '200 NEW' # 5
	s=$(sign "symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=90&timestamp=$NOW")
	raw -d "quantity=0.1&price=90&timestamp=$NOW&signature=$s" "$URL/api/v3/order?symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
	is '400 -1022' # 6
	raw -d "$q&signature=$(sign "$q")" "$URL/api/v3/order"
	is '200 NEW' # all of it in the body
	raw -X POST "$URL/api/v3/order?side=BUY&symbol=AAAUSDT&${q#*&*&}&signature=$(sign "$q")"
	is '400 -1022' # 7
	s=$(sign "${q}quantity=2")
	raw -d 'quantity=2' "$URL/api/v3/order?$q&signature=$s"
	assert_equal "$(jq -r .origQty body)" 0.10000000 # 8
	q="symbol=%41AAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=90&timestamp=$NOW"
	raw -X POST "$URL/api/v3/order?$q&signature=$(sign "$q")"
	is '200 NEW' # what arrived is signed, not what it says
	raw -X POST "$URL/api/v3/order?$q&signature=$(sign "${q/\%41/A}")"
	is '400 -1022'
	at() { raw "$URL/api/v3/openOrders?$1&signature=$(sign "$1")"; }
	at "timestamp=$((NOW - 5000))" && is '200 ok' # 11
	at "timestamp=$((NOW - 5001))" && is '400 -1021' # 12
	assert_equal "$(jq -r .msg body)" 'Timestamp for this request is outside of the recvWindow.'
	at "timestamp=$((NOW + 999))" && is '200 ok' # 13
	at "timestamp=$((NOW + 1000))" && is '400 -1021' # 14
	assert_equal "$(jq -r .msg body)" "Timestamp for this request was 1000ms ahead of the server's time."
	at "timestamp=${NOW}000" && is '200 ok' # 15
	at "timestamp=$((NOW - 6000))&recvWindow=6000.346" && is '200 ok' # 17
	at "timestamp=$NOW&recvWindow=60001" && assert_equal "$status" 400 # 16
	at '' && is '400 -1102'
	raw "$URL/api/v3/openOrders?timestamp=$NOW"
	is '400 -1102' # 20
	assert_equal "$(jq -r .msg body)" "Mandatory parameter 'signature' was not sent, was empty/null, or malformed."
	KEY='' at "timestamp=$NOW" && is '401 -2014' # 18
	KEY=${KEY/v/w} at "timestamp=$NOW" && is '401 -2015' # 19
	KEY=ReadOnlyReadOnlyReadOnlyReadOnlyReadOnlyReadOnlyReadOnlyReadOnly SECRET='read'
	at "timestamp=$NOW" && is '200 ok'
	raw -X POST "$URL/api/v3/order?$q&signature=$(sign "$q")"
	is '401 -2015'
}

@test "signatures: Ed25519 in base64, percent-encoded" { # 9, 10
	world
	printf -- '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n' >ed.pem
	ed() { printf '%s' "$1" >msg && openssl pkeyutl -sign -inkey ed.pem -rawin -in msg | openssl base64 -A; }
	local q s i
	for i in $(seq 40); do # until a signature has a plus
		q="recvWindow=$((5000 + i))&timestamp=$NOW"
		s=$(ed "$q")
		[[ $s == *+* ]] && break
	done
	get() { status=$(curl -sS -o body -w '%{http_code}' -H 'X-MBX-APIKEY: EdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEd' "$URL/api/v3/account?$q&signature=$1"); }
	local encoded=${s//+/%2B}
	encoded=${encoded//\//%2F}
	get "${encoded//=/%3D}"
	assert_equal "$status $(jq .uid body)" '200 1001'
	get "${s//=/%3D}"
	assert_equal "$status $(jq .code body)" '400 -1022'
}

@test "limit orders rest, lock money, and give it back" { # 44, 45, 56, 61, 64, 68, 69
	world
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90.00&newClientOrderId=one' '[.status, .fills, .executedQty]' >got
	assert_equal "$(cat got)" '["NEW",[],"0.00000000"]'
	assert_equal "$(header X-MBX-ORDER-COUNT-10S) $(header X-MBX-ORDER-COUNT-1D)" '1 1'
	assert_equal "$(balance USDT)" '[910,90]'
	assert_equal "$(order 'side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=110&newOrderRespType=ACK' keys_unsorted)" \
		'["symbol","orderId","orderListId","clientOrderId","transactTime"]'
	refuses '400 -2010 Account has insufficient balance for requested action.' POST /api/v3/order \
		'symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=90'
	refuses '400 -2010 Duplicate order sent.' POST /api/v3/order \
		'symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90&newClientOrderId=one'
	assert_equal "$(ok GET /api/v3/order 'symbol=AAAUSDT&origClientOrderId=one' '[.orderId, .isWorking, .stopPrice, .icebergQty, .time, .updateTime]')" \
		"[1,true,\"0.00000000\",\"0.00000000\",$NOW,$NOW]"
	assert_equal "$(ok GET /api/v3/openOrders symbol=AAAUSDT 'map(.orderId)')" '[1,2]'
	assert_equal "$(ok DELETE /api/v3/order 'symbol=AAAUSDT&origClientOrderId=one&newClientOrderId=gone' '[.status, .origClientOrderId, .clientOrderId]')" \
		'["CANCELED","one","gone"]'
	assert_equal "$(balance USDT)" '[1000,0]'
	refuses '400 -2011 Unknown order sent.' DELETE /api/v3/order 'symbol=AAAUSDT&origClientOrderId=one'
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90&newClientOrderId=one' .orderId >got # the name is free again
	assert_equal "$(cat got)" 3
	assert_equal "$(ok DELETE /api/v3/openOrders symbol=AAAUSDT 'map(.orderId)')" '[2,3]'
	refuses '400 -2011 Unknown order sent.' DELETE /api/v3/openOrders symbol=AAAUSDT # 70
	assert_equal "$(balance AAA)" '[10,0]'
}

@test "market orders take from the book; commission is of what is received" { # 46, 47, 49, 50
	world
	order 'side=BUY&type=MARKET&quantity=2' '[.status, .executedQty, .cummulativeQuoteQty, .price, (.fills[] | .price, .commission, .commissionAsset)]' >got
	assert_equal "$(cat got)" '["FILLED","2.00000000","200.02000000","0.00000000","100.01000000","0.00200000","AAA"]'
	assert_equal "$(balance USDT) $(balance AAA)" '[799.98,0] [11.998,0]'
	order 'side=SELL&type=MARKET&quantity=1' '[.cummulativeQuoteQty, (.fills[] | .commission, .commissionAsset)]' >got
	assert_equal "$(cat got)" '["99.99000000","0.09999000","USDT"]'
	order 'side=BUY&type=MARKET&quoteOrderQty=100' '[.origQty, .cummulativeQuoteQty, .origQuoteOrderQty]' >got
	assert_equal "$(cat got)" '["0.99990000","99.99999900","100.00000000"]'
	order 'side=BUY&type=LIMIT&timeInForce=FOK&quantity=3&price=100.01' '[.status, .executedQty, .expiryReason]' >got
	assert_equal "$(cat got)" '["EXPIRED","0.00000000","UNFILLED_FOK_ORDER_EXPIRED"]'
	order 'side=BUY&type=LIMIT&timeInForce=IOC&quantity=3&price=100.01' '[.status, .executedQty, .expiryReason]' >got # two and 0.0001 are left of five
	assert_equal "$(cat got)" '["EXPIRED","2.00010000","UNFILLED_IOC_QUANTITY_EXPIRED"]'
	order 'side=BUY&type=MARKET&quantity=0.1' '[.status, .executedQty, .expiryReason]' >got
	assert_equal "$(cat got)" '["EXPIRED","0.00000000","INSUFFICIENT_LIQUIDITY"]'
	assert_equal "$(ok GET /api/v3/myTrades symbol=AAAUSDT 'map([.id, .orderId, .qty, .isBuyer, .isMaker])')" \
		'[[1,1,"2.00000000",true,false],[2,2,"1.00000000",false,false],[3,3,"0.99990000",true,false],[4,5,"2.00010000",true,false]]'
	assert_equal "$(ok GET /api/v3/myTrades 'symbol=AAAUSDT&orderId=5' 'map(.id)')" '[4]'
	assert_equal "$(ok GET /api/v3/myTrades 'symbol=AAAUSDT&fromId=2&limit=2' 'map(.id)')" '[2,3]'
}

@test "a taker's fill may come in parts, and each pays its commission" {
	PARTS=3 world
	order 'side=BUY&type=MARKET&quantity=1' '[.executedQty, (.fills | length), (.fills | map(.qty | tonumber) | add)]' >got
	assert_equal "$(cat got)" '["1.00000000",3,1]'
}

@test "parameters: each mistake has its code" { # 48, 51 to 55, 57 to 60
	world
	local o=/api/v3/order p=symbol=AAAUSDT
	refuses '400 -2010 Order would immediately match and take.' POST $o "$p&side=BUY&type=LIMIT_MAKER&quantity=1&price=100.01"
	refuses '400 -1013 Filter failure: PRICE_FILTER' POST $o "$p&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90.001"
	refuses '400 -1013 Filter failure: LOT_SIZE' POST $o "$p&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1.000001&price=90"
	refuses "400 -1111 Parameter 'quantity' has too much precision." POST $o "$p&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1.000000001&price=90"
	refuses '400 -1013 Filter failure: NOTIONAL' POST $o "$p&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=90"
	refuses '400 -1013 Filter failure: NOTIONAL' POST $o "$p&side=BUY&type=MARKET&quantity=0.01"
	refuses '400 -1013 Filter failure: PERCENT_PRICE_BY_SIDE' POST $o "$p&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=700"
	refuses "400 -1102 Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed." POST $o "$p&side=BUY&type=LIMIT&quantity=1&price=90"
	refuses "400 -1106 Parameter 'timeInForce' sent when not required." POST $o "$p&side=BUY&type=MARKET&timeInForce=GTC&quantity=1"
	refuses '400 -1116 Invalid orderType.' POST $o "$p&side=BUY&type=FOO&quantity=1"
	refuses '400 -1117 Invalid side.' POST $o "$p&side=FOO&type=MARKET&quantity=1"
	refuses '400 -1115 Invalid timeInForce.' POST $o "$p&side=BUY&type=LIMIT&timeInForce=FOO&quantity=1&price=90"
	refuses '400 -1100' POST $o "$p&side=BUY&type=MARKET&quantity=1&newClientOrderId=$(printf '%037d' 0)"
	refuses '400 -1100' POST $o "$p&side=BUY&type=MARKET&quantity=1&newClientOrderId=a.b"
	refuses '400 -1100' POST $o "$p&side=BUY&type=MARKET&quantity=1e3"
	refuses '400 -1100' POST $o "$p&side=BUY&type=MARKET&quantity=-1"
	refuses '400 -1105' POST $o "$p&side=BUY&type=MARKET&quantity="
	refuses '400 -1013 Invalid quantity.' POST $o "$p&side=BUY&type=MARKET&quantity=0"
	refuses "400 -1102 Mandatory parameter 'quantity' was not sent, was empty/null, or malformed." POST $o "$p&side=BUY&type=MARKET"
	refuses "400 -1102 Mandatory parameter 'stopPrice' was not sent, was empty/null, or malformed." POST $o "$p&side=SELL&type=STOP_LOSS&quantity=1"
	refuses "400 -1106 Parameter 'price' sent when not required." POST $o "$p&side=SELL&type=STOP_LOSS&quantity=1&stopPrice=95&price=94"
	refuses '400 -2010 Order would trigger immediately.' POST $o "$p&side=SELL&type=STOP_LOSS&quantity=1&stopPrice=100"
	refuses '400 -1121' POST $o 'symbol=NOPE&side=BUY&type=MARKET&quantity=1'
	refuses '400 -1104' POST $o "$p&side=BUY&type=MARKET&quantity=1&foo=1"
	refuses '400 -2010 Pegged orders are not supported for this symbol.' POST $o "$p&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&pegPriceType=PRIMARY_PEG"
	refuses '400 -2010 Pegged orders are not supported for this symbol.' POST /api/v3/orderList/oco \
		"$p&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePegPriceType=PRIMARY_PEG&belowType=STOP_LOSS&belowStopPrice=95"
	assert_equal "$(curl -sS "$URL/api/v3/exchangeInfo" | jq -c 'first(.symbols[]) | .pegInstructionsAllowed')" false
	refuses '400 -1134' POST $o "$p&side=BUY&type=MARKET&quantity=1&strategyType=5"
	refuses '400 -1013 This symbol does not allow the specified self-trade prevention mode.' POST $o "$p&side=BUY&type=MARKET&quantity=1&selfTradePreventionMode=FOO"
	refuses "400 -1102 Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!" GET $o "$p" # 65
	refuses '400 -2013 Order does not exist.' GET $o "$p&orderId=99" # 66
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90&newClientOrderId=mine' >/dev/null
	refuses '400 -2039' GET $o "$p&orderId=1&origClientOrderId=other" # 67
	refuses '400 -2011 Order was not canceled due to cancel restrictions.' DELETE $o "$p&orderId=1&cancelRestrictions=ONLY_PARTIALLY_FILLED" # 71
	refuses '400 -1145' DELETE $o "$p&orderId=1&cancelRestrictions=FOO"
	refuses '400 -1127' GET /api/v3/allOrders "$p&startTime=$NOW&endTime=$((NOW + 86400001))" # 80
	assert_equal "$(ok GET /api/v3/allOrders "$p" 'map(.clientOrderId)')" '["mine"]'
	KEY=$OTHER_KEY SECRET=$OTHER_SECRET
	refuses '400 -2013' GET $o "$p&orderId=1" # somebody else's
	refuses '400 -2011' DELETE $o "$p&orderId=1"
}

@test "order/test checks and places nothing; account, commission, permissions" { # 62, 63, 79
	world
	assert_equal "$(ok POST /api/v3/order/test 'symbol=AAAUSDT&side=BUY&type=MARKET&quantity=2')" '{}'
	assert_equal "$(ok POST /api/v3/order/test 'symbol=AAAUSDT&side=BUY&type=MARKET&quantity=2&computeCommissionRates=true' '[keys_unsorted, .standardCommissionForOrder.taker]')" \
		'[["standardCommissionForOrder","specialCommissionForOrder","taxCommissionForOrder","discount"],"0.00100000"]'
	refuses '400 -1013' POST /api/v3/order/test 'symbol=AAAUSDT&side=BUY&type=MARKET&quantity=0.00001'
	assert_equal "$(ledger | jq -c .orders)" '[]'
	assert_equal "$(ok GET /api/v3/account '' '[.uid, .canTrade, .commissionRates.maker, .permissions]')" '[1001,true,"0.00100000",["SPOT"]]'
	curl -sSf -X POST "$URL/sim/transfer?account=main&asset=BBB&amount=5" >/dev/null
	curl -sSf -X POST "$URL/sim/transfer?account=main&asset=BBB&amount=-5" >/dev/null
	assert_equal "$(curl -sS -o /dev/null -w '%{http_code}' -X POST "$URL/sim/transfer?account=main&asset=BBB&amount=-5")" 400
	assert_equal "$(ok GET /api/v3/account '' '.balances | map(.asset)')" '["USDT","AAA","BBB"]'
	assert_equal "$(ok GET /api/v3/account omitZeroBalances=true '.balances | map(.asset)')" '["USDT","AAA"]'
	assert_equal "$(ledger | jq -c '.changes | map([.asset, .amount, .kind])')" '[["BBB","5.00000000","deposit"],["BBB","-5.00000000","withdraw"]]'
	assert_equal "$(ok GET /api/v3/account/commission symbol=AAAUSDT '[.symbol, .standardCommission.taker, .discount.discountAsset]')" '["AAAUSDT","0.00100000","BNB"]'
	assert_equal "$(ok GET /sapi/v1/account/apiRestrictions '' '[.ipRestrict, .enableReading, .enableSpotAndMarginTrading, .enableWithdrawals, .enableFutures]')" \
		'[false,true,true,false,false]'
}

@test "the test network has no /sapi; without accounts there are no signed routes" { # 82, 83
	bars data/AAAUSDT-1h.csv <<<'100 100 100 100 1000'
	accounts '"testnet": true,'
	exchange
	call GET /sapi/v1/account/apiRestrictions
	assert_equal "$status" 404
	ok GET /api/v3/account >/dev/null
	assert_equal "$(curl -sS -o /dev/null -w '%{http_code}' -X POST "$URL/api/v3/userDataStream")" 404
	start_server plain.json ct-sim --data data --clock "$NOW"
	assert_equal "$(curl -sS -o /dev/null -w '%{http_code}' "$(jq -r .url plain.json)/api/v3/account")" 404
}

@test "the count of unfilled orders is limited, told in headers, and given back by fills" { # 77, 78
	bars data/AAAUSDT-1h.csv <<-EOF
		100 100 99.99 100 1000.00001
		100 103 97 98 1000
	EOF
	accounts '"orders_10s": 3,'
	exchange
	sleep "$(date +%S.%N | awk '{ r = 10 - $1 % 10; print r < 4 ? r : 0 }')" # not across the end of a window
	assert_equal "$(curl -sS "$URL/api/v3/exchangeInfo" | jq -c '.rateLimits | map(select(.rateLimitType == "ORDERS") | .limit)')" '[3,200000]'
	order 'side=BUY&type=MARKET&quantity=0.1' >/dev/null
	assert_equal "$(ok GET /api/v3/rateLimit/order '' 'map([.interval, .intervalNum, .limit, .count])')" '[["SECOND",10,3,0],["DAY",1,200000,0]]'
	for i in 1 2 3; do order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=90' >/dev/null; done
	assert_equal "$(header X-MBX-ORDER-COUNT-10S)" 3
	refuses '429 -1015 Too many new orders; current limit is 3 orders per 10 SECOND.' POST /api/v3/order \
		'symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=90'
	[ "$(header Retry-After)" -le 10 ]
}

@test "weights: queries cost, placed orders do not, refused ones do" {
	world
	sleep "$(date +%S.%N | awk '{ r = 60 - $1; print r < 4 ? r : 0 }')"
	used() { header X-MBX-USED-WEIGHT-1M; }
	call GET /api/v3/account && local before=$(used)
	call GET /api/v3/openOrders && assert_equal "$(used)" $((before += 80))
	call GET /api/v3/openOrders symbol=AAAUSDT && assert_equal "$(used)" $((before += 6))
	call POST /api/v3/order 'symbol=AAAUSDT&side=BUY&type=MARKET&quantity=0.1' && assert_equal "$(used)" "$before"
	call POST /api/v3/order 'symbol=AAAUSDT&side=BUY&type=MARKET&quantity=0' && assert_equal "$(used)" $((before += 1))
	call GET /api/v3/myTrades symbol=AAAUSDT && assert_equal "$(used)" $((before += 20))
	call GET /api/v3/myTrades 'symbol=AAAUSDT&orderId=1' && assert_equal "$(used)" $((before += 5))
}

@test "cancelReplace: both, one, or neither" { # 72, 73
	world
	local c=/api/v3/order/cancelReplace n='symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1'
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=9&price=90' >/dev/null
	assert_equal "$(ok POST $c "$n&price=91&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1" '[.cancelResult, .newOrderResult, .cancelResponse.status, .newOrderResponse.status]')" \
		'["SUCCESS","SUCCESS","CANCELED","NEW"]'
	call POST $c "$n&price=91&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=99"
	assert_equal "$status $(jq -c '[.code, .data.cancelResult, .data.newOrderResult, .data.cancelResponse.code, .data.newOrderResponse]' body)" \
		'400 [-2022,"FAILURE","NOT_ATTEMPTED",-2011,null]'
	call POST $c "$n&price=91&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=99"
	assert_equal "$status $(jq -c '[.code, .data.cancelResult, .data.newOrderResult]' body)" '409 [-2021,"FAILURE","SUCCESS"]'
	call POST $c "${n/=1/=50}&price=91&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=2"
	assert_equal "$status $(jq -c '[.code, .data.cancelResult, .data.newOrderResult, .data.newOrderResponse.code]' body)" '409 [-2021,"SUCCESS","FAILURE",-2010]'
	refuses '400 -1013' POST $c "$n&price=91.001&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=3" # filters first: nothing is done
	assert_equal "$(ok GET /api/v3/openOrders '' 'map(.orderId)')" '[3]'
}

@test "self-trades are prevented as the taker says; other accounts do trade" {
	world
	local s='symbol=AAAUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=100'
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=100' '.status' >got # inside the spread
	assert_equal "$(cat got)" '"NEW"'
	assert_equal "$(ok POST /api/v3/order "$s&selfTradePreventionMode=EXPIRE_TAKER" '[.status, .executedQty]')" '["EXPIRED_IN_MATCH","0.00000000"]'
	assert_equal "$(ok POST /api/v3/order "$s&selfTradePreventionMode=DECREMENT" '[.status, .preventedQuantity]')" '["EXPIRED_IN_MATCH","1.00000000"]'
	assert_equal "$(ok GET /api/v3/order 'symbol=AAAUSDT&orderId=1' '[.status, .preventedQuantity]')" '["NEW","1.00000000"]'
	assert_equal "$(ok POST /api/v3/order "$s" '[.status, .executedQty]')" '["NEW","0.00000000"]' # EXPIRE_MAKER, the default
	assert_equal "$(ok GET /api/v3/order 'symbol=AAAUSDT&orderId=1' .status)" '"EXPIRED_IN_MATCH"'
	assert_equal "$(balance USDT)" '[1000,0]'
	KEY=$OTHER_KEY SECRET=$OTHER_SECRET
	order 'side=BUY&type=MARKET&quantity=1' '[.fills[] | .price]' >got # main's offer comes before the book's
	assert_equal "$(cat got)" '["100.00000000"]'
	assert_equal "$(ledger | jq -c '.trades | map([.account, .isBuyer, .isMaker])')" '[["main",false,true],["other",true,false]]'
}

@test "commission in BNB, with its discount, as long as there is some" {
	bars data/BNBUSDT-1h.csv <<-EOF
		500.0 500.1 499 500 1000.001
		510 511 509 510 1000
	EOF
	ACCOUNT='"bnb_burn": true,' world
	curl -sSf -X POST "$URL/sim/transfer?account=main&asset=BNB&amount=0.0002" >/dev/null
	order 'side=BUY&type=MARKET&quantity=1' '.fills[0] | [.commission, .commissionAsset]' >got # 100.01 x 0.075 % / 500, the last close
	assert_equal "$(cat got)" '["0.00015002","BNB"]'
	order 'side=BUY&type=MARKET&quantity=1' '.fills[0] | [.commission, .commissionAsset]' >got # too little is left: full, in the coin
	assert_equal "$(cat got)" '["0.00100000","AAA"]'
}

@test "an amendment takes quantity away and keeps the place" {
	world
	local p='symbol=AAAUSDT&orderId=1' path=/api/v3/order/amend/keepPriority
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=90&newClientOrderId=one' >/dev/null
	refuses '400 -2038' PUT $path "$p&newQty=2"
	refuses '400 -1013 Filter failure: LOT_SIZE' PUT $path "$p&newQty=1.000001"
	refuses '400 -2013 Order does not exist.' PUT $path 'symbol=AAAUSDT&orderId=9&newQty=1'
	assert_equal "$(ok PUT $path "$p&newQty=1&newClientOrderId=two" '.amendedOrder | [.qty, .origClientOrderId, .clientOrderId, .status]')" \
		'["1.00000000","one","two","NEW"]'
	assert_equal "$(balance USDT) $(ok GET /api/v3/openOrders '' 'map([.origQty, .clientOrderId])')" '[910,90] [["1.00000000","two"]]'
}

@test "the book: the market's level, and what accounts have resting there" { # 35
	world
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=99.99' >/dev/null
	order 'side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=101' >/dev/null
	assert_equal "$(curl -sS "$URL/api/v3/depth?symbol=AAAUSDT&limit=6000" | jq -c '[.bids, .asks]')" \
		'[[["99.99000000","6.00100000"]],[["100.01000000","5.00000000"],["101.00000000","1.00000000"]]]'
	assert_equal "$(curl -sS "$URL/api/v3/avgPrice?symbol=AAAUSDT" | jq -c '[.mins, .price]')" '[5,"100.00000000"]'
}
