# What the candles' path does to orders at the local exchange: resting orders, lists, partial fills, state, faults.
load ../helper
load exchange

# world BAR2 [BAR3 [BAR4]]: the first hour is flat at 100 and grids the pair; the clock stands in the second.
world() {
	bars data/AAAUSDT-1h.csv <<-EOF
		100.00 100.00 99.99 100.00 1000.00001
		$1
		${2:-98.00 99.00 96.00 97.00 1000}
		${3:-97.00 99.00 96.00 97.00 1000}
	EOF
	[ -f accounts.json ] || accounts
	exchange
}
hour() { clock $((OPEN + $1 * 3600000)); } # the open of the bar after so many hours
status_of() { ok GET /api/v3/order "symbol=AAAUSDT&orderId=$1" '[.status, .executedQty, .expiryReason]'; }
fills() { ledger | jq -c '.trades | map([.orderId, .price, .isMaker, .time])'; }
CLOSE=$((OPEN + 3599999))

@test "until the bar has closed the market stands at its open; then its path happens" {
	world '100 103 97 98 1000'
	order 'side=BUY&type=MARKET&quantity=1' '.fills[0].price' >got
	assert_equal "$(cat got)" '"100.00000000"'
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=97' >/dev/null   # touched only
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=97.01' >/dev/null
	order 'side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=102.99' >/dev/null
	clock $((OPEN + 3599999))
	assert_equal "$(fills)" "[[1,\"100.00000000\",false,$NOW]]"
	hour 1
	assert_equal "$(fills)" "[[1,\"100.00000000\",false,$NOW],[3,\"97.01000000\",true,$CLOSE],[4,\"102.99000000\",true,$CLOSE]]"
	assert_equal "$(status_of 2)" '["NEW","0.00000000",null]'
	hour 2 # opened at 98, but went below 97
	assert_equal "$(status_of 2)" '["FILLED","1.00000000",null]'
}

@test "gaps: a resting limit gets its price, a stop the open" {
	world '100 101 99 100 1000' '90 91 89 90 1000'
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=95' >/dev/null
	order 'side=SELL&type=STOP_LOSS&quantity=1&stopPrice=96' >/dev/null
	order 'side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&stopPrice=96&price=95' >/dev/null
	order 'side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&stopPrice=96&price=88' >/dev/null
	assert_equal "$(ok GET /api/v3/openOrders '' 'map(.isWorking)')" '[true,false,false,false]'
	hour 2
	assert_equal "$(ledger | jq -c '.trades | map([.orderId, .price, .isMaker]) | sort')" \
		'[[1,"95.00000000",true],[2,"90.00000000",false],[4,"90.00000000",false]]'
	assert_equal "$(ok GET /api/v3/openOrders '' 'map([.orderId, .isWorking])')" '[[3,true]]'
}

@test "slippage is the account's; a bar without volume fills nobody" {
	accounts '' '"slippage_bps": "5",'
	world '100 103 94 98 1000' '98 98 98 98 0'
	order 'side=BUY&type=MARKET&quantity=1' '.fills[0].price' >got
	assert_equal "$(cat got)" '"100.05000000"'
	order 'side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=100.02' '.fills[0].price' >got # never beyond the limit
	assert_equal "$(cat got)" '"100.02000000"'
	order 'side=SELL&type=STOP_LOSS&quantity=1&stopPrice=95' >/dev/null
	hour 1
	assert_equal "$(ledger | jq -c '.trades[-1] | [.price, .time]')" "[\"94.95000000\",$CLOSE]" # 95 - 0.0475, down to the tick
	order 'side=SELL&type=MARKET&quantity=1' '[.status, .executedQty, .expiryReason]' >got
	assert_equal "$(cat got)" '["EXPIRED","0.00000000","INSUFFICIENT_LIQUIDITY"]'
	hour 3 # the candles end: nobody is there
	order 'side=SELL&type=MARKET&quantity=1' .status >got
	assert_equal "$(cat got)" '"EXPIRED"'
}

@test "OCO: stop before target in one bar; the other leg expires" { # 74, 75, 76
	world '100 112 94 111 1000'
	local oco='symbol=AAAUSDT&side=SELL&quantity=2&aboveType=LIMIT_MAKER&belowType=STOP_LOSS'
	refuses '400 -2010 The relationship of the prices for the orders is not correct.' POST /api/v3/orderList/oco "$oco&abovePrice=99&belowStopPrice=95"
	refuses '400 -1166' POST /api/v3/orderList/oco 'symbol=AAAUSDT&side=SELL&quantity=2&aboveType=STOP_LOSS&aboveStopPrice=110&belowType=LIMIT_MAKER&belowPrice=90'
	refuses '400 -2010 Account has insufficient balance for requested action.' POST /api/v3/orderList/oco "${oco/=2/=11}&abovePrice=110&belowStopPrice=95"
	assert_equal "$(ok POST /api/v3/orderList/oco "$oco&abovePrice=110&belowStopPrice=95&listClientOrderId=pair" \
		'[.contingencyType, .listStatusType, .listOrderStatus, (.orders | length), (.orderReports | map([.type, .status, .workingTime]))]')" \
		"[\"OCO\",\"EXEC_STARTED\",\"EXECUTING\",2,[[\"STOP_LOSS\",\"NEW\",-1],[\"LIMIT_MAKER\",\"NEW\",$NOW]]]"
	assert_equal "$(header X-MBX-ORDER-COUNT-10S) $(balance AAA)" '2 [8,2]'
	assert_equal "$(ok GET /api/v3/openOrderList '' 'map(.listClientOrderId)')" '["pair"]'
	hour 1
	assert_equal "$(status_of 1) $(status_of 2)" '["FILLED","2.00000000",null] ["EXPIRED","0.00000000","OCO_TRIGGER"]'
	assert_equal "$(ledger | jq -c '.trades | map(.price)')" '["95.00000000"]'
	assert_equal "$(ok GET /api/v3/orderList origClientOrderId=pair '[.listStatusType, .listOrderStatus]')" '["ALL_DONE","ALL_DONE"]'
	assert_equal "$(balance AAA)" '[8,0]'
}

@test "OCO: the target alone; cancelling a leg or the list takes both" {
	world '100 112 96 97 1000'
	local oco='symbol=AAAUSDT&side=SELL&quantity=2&aboveType=LIMIT_MAKER&belowType=STOP_LOSS&abovePrice=110&belowStopPrice=95'
	ok POST /api/v3/orderList/oco "$oco" >/dev/null
	ok POST /api/v3/orderList/oco "$oco" >/dev/null
	ok POST /api/v3/orderList/oco "$oco" >/dev/null
	assert_equal "$(ok DELETE /api/v3/order 'symbol=AAAUSDT&orderId=3' '[.listOrderStatus, (.orderReports | map(.status))]')" '["ALL_DONE",["CANCELED","CANCELED"]]'
	assert_equal "$(ok DELETE /api/v3/orderList 'symbol=AAAUSDT&orderListId=3' '.orderReports | map(.status)')" '["CANCELED","CANCELED"]'
	refuses '400 -2011' DELETE /api/v3/orderList 'symbol=AAAUSDT&orderListId=3'
	assert_equal "$(balance AAA)" '[8,2]'
	hour 1
	assert_equal "$(status_of 1) $(status_of 2)" '["EXPIRED","0.00000000","OCO_TRIGGER"] ["FILLED","2.00000000",null]'
	assert_equal "$(ledger | jq -c '.trades | map([.price, .isMaker])')" '[["110.00000000",true]]'
}

@test "OPOCO: what the entry brings, less its commission, is protected at once" {
	world '100 103 97 98 1000' '98 99 94 97 1000'
	curl -sSf -X POST "$URL/sim/transfer?account=main&asset=AAA&amount=-10" >/dev/null
	local legs='pendingSide=SELL&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=110&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=95'
	local w='symbol=AAAUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=IOC&workingPrice=101&workingQuantity=1'
	refuses '400 -1223' POST /api/v3/orderList/opoco "$w&${legs/SELL/BUY}"
	assert_equal "$(ok POST /api/v3/orderList/opoco "$w&$legs&newOrderRespType=FULL" '[.contingencyType, (.orderReports | map([.status, .origQty])), .orderReports[0].fills[0].price]')" \
		'["OTO",[["FILLED","1.00000000"],["PENDING_NEW","0.00000000"],["PENDING_NEW","0.00000000"]],"100.00000000"]'
	assert_equal "$(ok GET /api/v3/openOrders '' 'map([.type, .status, .origQty])')" '[["STOP_LOSS","NEW","0.99900000"],["LIMIT_MAKER","NEW","0.99900000"]]'
	assert_equal "$(balance AAA)" '[0,0.999]'
	hour 2
	assert_equal "$(balance AAA)" '[0,0]'
	assert_equal "$(ledger | jq -c '.trades[-1] | [.orderId, .price, .time]')" "[2,\"95.00000000\",$((CLOSE + 3600000))]"
}

@test "OPOCO: a limit entry inside the bar lives through the rest of it" {
	world '100 112 93 101 1000'
	local legs='pendingSide=SELL&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=110&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=95'
	local w='symbol=AAAUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingQuantity=1'
	ok POST /api/v3/orderList/opoco "$w&workingPrice=98&$legs" >/dev/null # low 93: stopped in the same bar
	ok POST /api/v3/orderList/opoco "$w&workingPrice=90&$legs" >/dev/null # not reached
	assert_equal "$(ok DELETE /api/v3/order 'symbol=AAAUSDT&orderId=4' '.orderReports | map(.status)')" '["CANCELED","CANCELED","CANCELED"]'
	hour 1
	assert_equal "$(ledger | jq -c '.trades | map([.orderId, .price, .isMaker])')" '[[1,"98.00000000",true],[2,"95.00000000",false]]'
	assert_equal "$(status_of 3)" '["EXPIRED","0.00000000","OCO_TRIGGER"]'
}

@test "a working order that ends unfilled takes the pending ones with it" {
	world '100 103 97 98 0'
	local w='symbol=AAAUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=IOC&workingPrice=101&workingQuantity=1'
	assert_equal "$(ok POST /api/v3/orderList/opoco "$w&pendingSide=SELL&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=110&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=95" \
		'[.listStatusType, (.orderReports | map(.status))]')" '["ALL_DONE",["EXPIRED","PENDING_NEW","PENDING_NEW"]]'
	assert_equal "$(status_of 2)" '["EXPIRED","0.00000000","OTO_PHASE_ONE_EXPIRED"]'
	assert_equal "$(ok POST /api/v3/orderList/oto 'symbol=AAAUSDT&workingType=LIMIT_MAKER&workingSide=BUY&workingPrice=90&workingQuantity=1&pendingType=MARKET&pendingSide=SELL&pendingQuantity=1' \
		'.orderReports | map([.type, .status])')" '[["LIMIT_MAKER","NEW"],["MARKET","PENDING_NEW"]]'
	assert_equal "$(balance USDT) $(balance AAA)" '[910,90] [10,0]'
}

@test "a trailing stop follows the best price from bar to bar" {
	world '100 110 99 109 1000' '109 109 99.5 100 1000' '100 101 95 96 1000'
	order 'side=SELL&type=STOP_LOSS&quantity=1&trailingDelta=1000' >/dev/null # ten percent below the best
	refuses '400 -1013 Filter failure: TRAILING_DELTA' POST /api/v3/order 'symbol=AAAUSDT&side=SELL&type=STOP_LOSS&quantity=1&trailingDelta=5'
	hour 2 # best 110, stop 99; the second bar went to 99.5 only
	assert_equal "$(status_of 1)" '["NEW","0.00000000",null]'
	hour 3
	assert_equal "$(ledger | jq -c '.trades | map([.price, .time])')" "[[\"99.00000000\",$((CLOSE + 2 * 3600000))]]"
}

@test "partial fills: as much as the bar's volume allows, and the rest goes on" {
	accounts '"volume_share": "0.001",'
	world '100 103 97 98 1000' '98 99 96 97 500' '97 98 95 96 1000'
	order 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1.8&price=97.5' >/dev/null
	hour 1
	assert_equal "$(status_of 1)" '["PARTIALLY_FILLED","1.00000000",null]'
	assert_equal "$(balance USDT)" '[824.5,78]'
	hour 2
	assert_equal "$(status_of 1)" '["PARTIALLY_FILLED","1.50000000",null]'
	assert_equal "$(ok DELETE /api/v3/order 'symbol=AAAUSDT&orderId=1&cancelRestrictions=ONLY_PARTIALLY_FILLED' '[.status, .executedQty]')" '["CANCELED","1.50000000"]'
	order 'side=SELL&type=MARKET&quantity=1.2' '[.status, .executedQty]' >got
	assert_equal "$(cat got)" '["EXPIRED","1.00000000"]'
}

@test "state is saved and loaded: it goes on as if nothing had been" {
	world '100 112 94 111 1000'
	rm -f state
	start_server s1.json ct-sim --data data --clock "$NOW" --accounts accounts.json --state state
	URL=$(jq -r .url s1.json)
	order 'side=BUY&type=MARKET&quantity=1' >/dev/null
	ok POST /api/v3/orderList/oco 'symbol=AAAUSDT&side=SELL&quantity=2&aboveType=LIMIT_MAKER&belowType=STOP_LOSS&abovePrice=110&belowStopPrice=95' >/dev/null
	curl -sSf -X POST "$URL/sim/save" >/dev/null
	ledger >before
	cmp before state
	kill "${SERVERS[-1]}" && wait "${SERVERS[-1]}" || true
	start_server s2.json ct-sim --data data --accounts accounts.json --state state
	URL=$(jq -r .url s2.json)
	ledger >after
	cmp before after
	hour 1
	assert_equal "$(status_of 2)" '["FILLED","2.00000000",null]'
	echo '{"accounts":[{"name":"nobody"}]}' >wrong
	run ct-sim --data data --accounts accounts.json --state wrong
	assert_failure 78
	assert_output --partial "nobody"
}

@test "faults of signed routes: carried out or not, and never told" {
	world '100 103 97 98 1000'
	fault() { curl -sSf -X DELETE "$URL/sim/fault" >/dev/null && curl -sSf -d "[$1]" "$URL/sim/fault" >/dev/null; }
	silent() { ! call POST /api/v3/order "symbol=AAAUSDT&side=BUY&${1:-type=LIMIT&timeInForce=GTC&quantity=1&price=90}" 2>/dev/null; }
	count() { ledger | jq '.orders | length'; }
	fault '{"route":"order","method":"POST","kind":"reset"}'
	silent
	assert_equal "$(count)" 0
	fault '{"route":"order","method":"POST","kind":"reset","processed":true}'
	silent
	assert_equal "$(count)" 1
	fault '{"route":"order","kind":"hang","processed":true,"delay_ms":50}'
	silent
	assert_equal "$(count)" 2
	fault '{"route":"order","kind":"504","processed":true}'
	refuses '504 -1007' POST /api/v3/order 'symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90'
	assert_equal "$(count)" 3
	fault '{"route":"order","kind":"503"}'
	refuses '503 -1008' POST /api/v3/order 'symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90'
	assert_equal "$(count)" 3
	fault '{"route":"order","method":"GET","kind":"2013","count":2}'
	refuses '400 -2013' GET /api/v3/order 'symbol=AAAUSDT&orderId=3'
	refuses '400 -2013' GET /api/v3/order 'symbol=AAAUSDT&orderId=3'
	ok GET /api/v3/order 'symbol=AAAUSDT&orderId=3' >/dev/null
	fault '{"route":"order","kind":"repeat"}'
	refuses '400 -2010 Duplicate order sent.' POST /api/v3/order \
		'symbol=AAAUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90&newClientOrderId=once' # a proxy sent it twice
	assert_equal "$(count)" 4
	fault '{"route":"order","kind":"partial","delay_ms":50}'
	silent 'type=MARKET&quantity=2&newClientOrderId=half'
	assert_equal "$(ok GET /api/v3/order 'symbol=AAAUSDT&origClientOrderId=half' '[.status, .executedQty]')" '["EXPIRED","1.00000000"]'
	fault '{"route":"*","account":"other","kind":"maintenance","count":0}'
	ok GET /api/v3/account >/dev/null
	KEY=$OTHER_KEY SECRET=$OTHER_SECRET refuses '503 -1016' GET /api/v3/account
	fault '{"route":"account","kind":"skew","skew_ms":6000},{"route":"account","kind":"skew","skew_ms":-1000}'
	refuses '400 -1021 Timestamp for this request is outside of the recvWindow.' GET /api/v3/account
	refuses "400 -1021 Timestamp for this request was 1000ms ahead of the server's time." GET /api/v3/account
	fault "{\"route\":\"account\",\"kind\":\"500\",\"count\":0,\"from\":$((NOW + 1000)),\"until\":$((NOW + 2000))}"
	ok GET /api/v3/account >/dev/null
	clock $((NOW + 1500)) && refuses '500 -1001' GET /api/v3/account
	clock $((NOW + 2000)) && ok GET /api/v3/account >/dev/null
	fault '{"route":"account","kind":"twice"}'
	call GET /api/v3/account
	assert_equal "$(jq -cn '[inputs] | length' body)" 2
}

@test "the same requests give the same ids and trades" {
	world '100 112 94 111 1000' '110 120 90 100 500'
	accounts '"volume_share": "0.01", "fill_parts": 2,'
	for run in 1 2; do
		start_server "s$run.json" ct-sim --data data --clock "$NOW" --accounts accounts.json
		URL=$(jq -r .url "s$run.json")
		order 'side=BUY&type=MARKET&quoteOrderQty=50' >/dev/null
		ok POST /api/v3/orderList/oco 'symbol=AAAUSDT&side=SELL&quantity=2&aboveType=LIMIT_MAKER&belowType=STOP_LOSS&abovePrice=110&belowStopPrice=95' >/dev/null
		hour 1
		KEY=$OTHER_KEY SECRET=$OTHER_SECRET order 'side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=115' >/dev/null
		hour 2
		ledger >"ledger$run"
	done
	cmp ledger1 ledger2
	[ "$(jq '.trades | length' ledger1)" -gt 3 ]
}

@test "the accounts file: every mistake is named" {
	bars data/AAAUSDT-1h.csv <<<'100 100 100 100 1000'
	wrong() {
		printf '%s' "$1" >accounts.json
		run ct-sim --data data --accounts accounts.json
		assert_failure 78
		assert_output --partial "$2"
	}
	local key="\"api_key\": \"$KEY\", \"secret\": \"x\""
	wrong '{' 'accounts.json'
	wrong '{"accounts": []}' 'not a list of 1 to 1000 accounts'
	wrong '{"foo": 1, "accounts": [{}]}' 'foo'
	wrong '{"accounts": [{"name": "a", "keys": [{"api_key": "short", "secret": "x"}]}]}' 'accounts[0].keys[0]'
	wrong "{\"accounts\": [{\"name\": \"a\", \"keys\": [{\"api_key\": \"$KEY\"}]}]}" 'one of secret and public_key'
	wrong "{\"accounts\": [{\"name\": \"a\", \"keys\": [{\"api_key\": \"$KEY\", \"public_key\": \"AAAA\"}]}]}" 'public_key'
	wrong "{\"accounts\": [{\"name\": \"a\", \"balances\": {\"USDT\": 5}, \"keys\": [{$key}]}]}" 'accounts[0].balances'
	wrong "{\"accounts\": [{\"name\": \"a\", \"keys\": [{$key}]}, {\"name\": \"b\", \"keys\": [{$key}]}]}" 'twice'
	wrong "{\"accounts\": [{\"name\": \"a\", \"taker_bps\": \"x\", \"keys\": [{$key}]}]}" 'taker_bps'
	run ct-sim --data data --state x
	assert_failure 64
}

@test "random orders of every kind over random bars: the ledger adds up to the last digit" {
	command -v python3 >/dev/null || skip "needs python3"
	for seed in 1 2 3 4 5; do
		python3 "$ROOT/tests/torture/exchange.py" "$BIN/ct-sim" "$seed" 400 >out 2>&1 || fail "seed $seed: $(cat out)"
	done
}
