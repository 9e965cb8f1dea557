# An exchange that answers nonsense: exit 76 with the field named, and nothing is booked.
load ../helper
load live.bash

PAIRS="AAAUSDT"
GOOD='{"makerCommission":10,"canTrade":true,"canWithdraw":true,"canDeposit":true,"updateTime":1714521600000,"accountType":"SPOT","balances":[{"asset":"USDT","free":"1000.00000000","locked":"0.00000000"}],"uid":1001}'

# The account's first step is at a sane exchange; then its address is that of the mad one.
start() {
	{
		first_bars
		flat_candles 1 3
	} >bars
	exchange bars
	live_desk
	step 0
	mkdir mad
	close_of 1 >mad/now
	echo '[]' | tee mad/openOrders mad/myTrades mad/openOrderList >mad/allOrders
	echo '{"symbol":"AAAUSDT","bidPrice":"100","askPrice":"100","bidQty":"1","askQty":"1"}' >mad/bookTicker
	echo "$GOOD" >mad/account
	start_server mad.out python3 "$BATS_TEST_DIRNAME/hostile.py" mad.port mad
	live_accounts demo "http://127.0.0.1:$(cat mad.port)"
	jq -c "select(.open_time == $((T0 + BAR_MS)))" bars | ct-store put
	book >before
}

# what is booked: everything but the logs
book() {
	sqlite3 ct.db 'SELECT * FROM order_row; SELECT * FROM trade_row; SELECT * FROM position_row; SELECT * FROM transfer_row; SELECT cash FROM account_state_row'
}
# mad ROUTE FIELD: the answer on stdin ends sync with 76, names the field, and changes nothing.
mad() {
	cat >"mad/$1"
	run at 1 ct-exec sync
	if [ "$status" != 76 ] || [[ $output != *"$2: "* ]]; then fail "$1: exit $status, not 76 with '$2': ${output:0:600}"; fi
	[ "${#output}" -lt 2000 ] || fail "$1: ${#output} bytes of talk"
	book >after
	diff before after || fail "$1: the book has changed"
	! grep -q POST mad/asked || fail "$1: something was sent"
	echo "$GOOD" >mad/account
	echo '[]' >mad/openOrders
}

@test "hostile balances" {
	start
	for pair in \
		'"free":"1000.00000000"|"free":1000.0|balances[0].free' \
		'"free":"1000.00000000"|"free":"-1"|balances[0].free' \
		'"free":"1000.00000000"|"free":"1e9"|balances[0].free' \
		'"free":"1000.00000000"|"free":"999999999999999999999999999999"|balances[0].free' \
		'"free":"1000.00000000"|"free":"0x10"|balances[0].free' \
		'"free":"1000.00000000"|"free":null|balances[0].free' \
		'"free":"1000.00000000"|"free":{"a":1}|balances[0].free' \
		'"locked":"0.00000000"|"locked":"0.000000001"|balances[0].locked' \
		'"asset":"USDT"|"asset":"US\u0000DT"|asset' \
		'"asset":"USDT"|"asset":"US\u001b[31mDT"|balances[0].asset' \
		'"asset":"USDT"|"asset":17|balances[0].asset' \
		'"canTrade":true|"canTrade":"true"|canTrade' \
		'"updateTime":1714521600000|"updateTime":1e400|updateTime' \
		'"balances":|"balance":|balances'; do
		IFS='|' read -r from to field <<<"$pair"
		python3 -c 'import sys; print(sys.argv[1].replace(sys.argv[2], sys.argv[3], 1))' "$GOOD" "$from" "$to" | mad account "$field"
	done
}

@test "sizes, depth, bytes that are no text" {
	start
	python3 -c 'print("{\"accountType\":\"" + "S" * 10485760 + "\",\"canTrade\":true,\"canWithdraw\":true,\"canDeposit\":true}")' | mad account accountType
	python3 -c 'print("{\"balances\":" + "[" * 1000000)' | mad account balances
	python3 -c 'print("{\"uid\":" + "9" * 100000 + "}")' | mad account uid
	python3 -c 'import sys; sys.stdout.buffer.write(b"{\"uid\":\"a\x00b\"}")' | mad account uid
	python3 -c 'import sys; sys.stdout.buffer.write(b"{\"uid\":\"\xff\xfe\"}")' | mad account uid
	python3 -c 'print("{\"uid\":1,\"uid\":1}")' | mad account uid
}

@test "an open order that cannot be" {
	start
	order='[{"symbol":"AAAUSDT","orderId":1,"orderListId":-1,"clientOrderId":"x","price":"90","origQty":"1","executedQty":"0","cummulativeQuoteQty":"0","status":"NEW","timeInForce":"GTC","type":"LIMIT","side":"BUY","time":1714521600000,"updateTime":1714521600000}]'
	# looked at only where something is locked
	GOOD=${GOOD/\"locked\":\"0.00000000\"/\"locked\":\"90.00000000\"}
	for pair in '"origQty":"1"|"origQty":"-1"|[0].origQty' '"executedQty":"0"|"executedQty":"2"|[0].executedQty' '"status":"NEW"|"status":"GONE"|[0].status' \
		'"orderId":1|"orderId":"1"|[0].orderId' '"side":"BUY"|"side":"LONG"|[0].side'; do
		IFS='|' read -r from to field <<<"$pair"
		echo "$GOOD" >mad/account
		python3 -c 'import sys; print(sys.argv[1].replace(sys.argv[2], sys.argv[3], 1))' "$order" "$from" "$to" | mad openOrders "$field"
	done
}

@test "a placement that is answered with nonsense is asked for, not sent again" {
	start
	at 1 ct-exec sync >/dev/null
	: >mad/asked
	signal 1 AAAUSDT BUY 10 | at 1 ct-risk >approved
	order='{"symbol":"AAAUSDT","orderId":7,"orderListId":-1,"clientOrderId":"x","transactTime":1714550400000,"price":"101","origQty":"0.99","executedQty":"0.99","cummulativeQuoteQty":"99","status":"FILLED","timeInForce":"IOC","type":"LIMIT","side":"BUY","fills":[{"price":"100","qty":"-5","commission":"0","commissionAsset":"AAA","tradeId":1}]}'
	echo "$order" >mad/order
	# An order is asked for before it is sent: a database that was restored may have sent it before.
	echo '{"code":-2013,"msg":"Order does not exist."}' >mad/order.once
	for _ in 1 2; do
		run at 1 ct-exec --absence 1s <approved
		assert_failure 76
		assert_output --partial 'clientOrderId: '
		assert_equal "$(grep -c 'POST /api/v3/order$' mad/asked)" 1
		assert_equal "$(sqlite3 ct.db 'SELECT count(*) FROM trade_row')" 0
	done
	run at 1 ct-exec pending --absence 1s
	assert_equal "$(grep -c POST mad/asked)" 1
	assert_equal "$(grep -c 'GET /api/v3/order$' mad/asked | awk '{ print ($1 > 1) }')" 1
}
