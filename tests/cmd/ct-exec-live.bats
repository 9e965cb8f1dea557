# ct-exec at a (simulated) exchange: the way of an order, its protection, and what sync makes of it.
load ../helper
load live.bash

PAIRS="AAAUSDT BBBUSDT"
RISK='"sizing":"quote","size":"100","collar_bps":"100"'

# Bars 0 to 8: AAAUSDT at 100, falling through 90 in bar 4. Bar 0 has the digits that make tick and step.
make_bars() {
	for s in $PAIRS; do candle 0 "$s" 100 101.25 99 100 50.125; done
	flat_candles 1 2
	candle 3 AAAUSDT 100 103 99 102
	candle 4 AAAUSDT 102 103 80 85
	for k in 3 4; do candle $k BBBUSDT 100 101 99 100; done
	flat_candles 5 8
}

# start: exchange, desk and first step, at the close of bar 0.
start() {
	make_bars >bars
	exchange bars "$@"
	live_desk "$RISK"
	bar 0 bars
	at 0 ct-exec sync >/dev/null
}

# step K: bar K closes, and the book follows.
step() {
	bar "$1" bars
	at "$1" ct-exec sync >/dev/null
}

# buy K SYMBOL STOP [TARGET]: a signal of bar K, decided; the decision lines go to `approved`.
buy() {
	signal "$1" "$2" BUY "$3" | sed "s/\"target_offset\":null/\"target_offset\":${4:-null}/" >signals
	at "$1" ct-risk <signals >approved
	grep -q '"status":"approved"' approved
}

steps_of() { sqlite3 ct.db "SELECT group_concat(step, ', ') FROM (SELECT step FROM wire_step_row WHERE id = '$1' ORDER BY number)"; }
order_id() { ct-store orders -A main | jq -r "select(.leg == \"$1\").id" | tail -n 1; }
@test "live: an entry is bought at the collar, protected at once, and its stop is booked at its own time" {
	start
	step 1
	buy 1 AAAUSDT 10
	run at 1 ct-exec <approved
	assert_success
	assert_equal "$(steps_of "$(order_id entry)")" "intent, sent, acknowledged, filled"
	assert_equal "$(ledger | jq -c '.orders | map([.type, .timeInForce // "", .price, .origQty, .status])')" \
		'[["LIMIT","IOC","101.00000000","0.99000000","FILLED"],["STOP_LOSS","GTC","0.00000000","0.98900000","NEW"]]'
	books_agree --rest
	run at 1 ct-exec <approved
	assert_success
	assert_output ''
	step 2
	step 3
	step 4
	assert_equal "$(steps_of "$(order_id stop)")" "intent, sent, acknowledged, filled"
	assert_equal "$(ct-store trades -A main | jq -c '[.side,.qty,.price,.reason,.fee,.fee_asset]')" \
		"$(printf '%s\n' '["BUY","0.99000000","100.00000000","entry","0.00099000","AAA"]' '["SELL","0.98900000","90.00000000","stop","0.08901000","USDT"]')"
	books_agree --rest
	assert_equal "$(ct-store positions -A main | jq -r .qty)" 0.00000000
	assert_equal "$(ct-store decisions -A main | jq -r .status)" executed
	[ "$(ct-store events -A main | grep -c desk)" -eq 0 ]
}

@test "live: an exit cancels the protection, and then sells" {
	start
	step 1
	buy 1 AAAUSDT 10
	at 1 ct-exec <approved >/dev/null
	step 2
	signal 2 AAAUSDT SELL >signals
	at 2 ct-risk <signals | at 2 ct-exec >/dev/null
	assert_equal "$(steps_of "$(order_id stop)")" "intent, sent, acknowledged, cancel sent, cancelled"
	assert_equal "$(steps_of "$(order_id exit)")" "intent, sent, acknowledged, filled"
	assert_equal "$(ledger | jq -c '.orders | map([.type, .status])')" '[["LIMIT","FILLED"],["STOP_LOSS","CANCELED"],["MARKET","FILLED"]]'
	books_agree --rest
	run at 2 ct-exec sync
	assert_success
	assert_equal "$(ct-store decisions -A main | jq -r .status | sort -u)" executed
}

@test "live: flatten sells at once; status tells where everything stands" {
	start
	step 1
	buy 1 AAAUSDT 10
	at 1 ct-exec <approved >/dev/null
	run at 1 ct-exec status
	assert_output --partial "position     AAAUSDT one: 0.98901000, stop 90.00000000"
	assert_output --partial "order        AAAUSDT stop SELL STOP 0.98900000 at 90.00000000: NEW, acked"
	at 1 ct-exec flatten --why holiday >/dev/null
	books_agree --rest
	run at 1 ct-exec status
	refute_output --partial position
	refute_output --partial order
}

@test "live: where there is no stop there is nothing to protect" {
	start
	step 1
	signal 1 AAAUSDT BUY >signals
	at 1 ct-risk <signals | at 1 ct-exec >/dev/null
	assert_equal "$(ledger | jq '.orders | length')" 1
}

@test "live: stop and target are one list; the target's fill ends the stop" {
	start
	step 1
	buy 1 AAAUSDT 10 '"2.5"'
	at 1 ct-exec <approved >/dev/null
	assert_equal "$(ledger | jq -c '.orders | map([.type, .status])')" '[["LIMIT","FILLED"],["STOP_LOSS","NEW"],["LIMIT_MAKER","NEW"]]'
	step 2
	step 3
	assert_equal "$(ct-store trades -A main | jq -c '[.side,.qty,.price,.reason,.maker]' | tail -n 1)" '["SELL","0.98900000","102.50000000","target",true]'
	assert_equal "$(steps_of "$(order_id stop)")" "intent, sent, acknowledged, expired"
	books_agree --rest
	[ "$(ct-store events -A main | grep -c desk)" -eq 0 ]
}
