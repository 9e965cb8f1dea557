# ct-exec at a (simulated) exchange: the way of an order, its protection, and what sync makes of it.
load ../helper
load live.bash

PAIRS="AAAUSDT BBBUSDT"

# Bars 0 to 8: AAAUSDT at 100, falling through 90 in bar 4.
make_bars() {
	first_bars
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
	live_desk
	step 0
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

alarms() { ct-store events -A main | jq -r 'select(.level == "alarm") | .code'; }

# hold BAR…: AAAUSDT alone, as start_at_100, bought at the close of bar 1 with its stop at 90.
hold() {
	PAIRS=AAAUSDT
	start_at_100 "$@"
	buy 1 AAAUSDT 10
	at 1 ct-exec <approved >/dev/null
}

# falling: at 100 until bar 3, which opens at 80.
falling() {
	hold "$FLAT" "80 82 79 81"
	step 2
}

@test "live: an exit is not held back by the collar, but a price beyond it is an alarm" {
	falling
	signal 2 AAAUSDT SELL >signals
	at 2 ct-risk <signals | at 2 ct-exec >/dev/null
	assert_equal "$(ct-store trades -A main | jq -r '.price' | tail -n 1)" 80.00000000
	assert_equal "$(alarms)" desk.collar
	ct-store events -A main | grep -q "exit of AAAUSDT sold at 80.00000000, beyond the collar below 100.00000000, the price it was decided on"
	books_agree --rest
}

@test "live: a stop that sold beyond the collar is an alarm" {
	falling
	step 3
	assert_equal "$(ct-store trades -A main | jq -c '[.reason, .price]' | tail -n 1)" '["stop","80.00000000"]'
	ct-store events -A main | grep -q "stop of AAAUSDT sold at 80.00000000, beyond the collar below 90.00000000, its stop price"
	books_agree --rest
}

# unsold: a position whose exit finds nobody who buys: bar 3 has no volume.
unsold() {
	hold "$FLAT" "100 100 100 100 0" "$FLAT"
	step 2
	at 2 ct-exec flatten --why test >/dev/null && fail "somebody bought"
	return 0
}

exits() { ledger | jq '[.orders[] | select(.type == "MARKET")] | length'; }
protected() { assert_equal "$(ledger | jq -c '[.orders[] | select(.status == "NEW") | [.type, .stopPrice]]')" '[["STOP_LOSS","90.00000000"]]'; }

@test "live: an exit that nobody fills is tried a bounded number of times between two closes, and then at the next" {
	unsold
	for i in $(seq 12); do at 2 ct-exec pending >/dev/null && fail "somebody bought"; done
	assert_equal "$(exits)" 10
	assert_equal "$(alarms)" desk.exit
	assert_equal "$(ct-store events -A main | jq -r 'select(.level == "alarm").message')" \
		"an exit of AAAUSDT waits for the next close: 10 orders sold nothing since the last one"
	protected
	step 3
	at 3 ct-exec pending >/dev/null
	assert_equal "$(exits)" 11
	assert_equal "$(ct-store decisions -A main | jq -r 'select(.class == "reduce").status')" executed
	books_agree --rest
}

@test "live: an exit that has sold nothing fifty times is given up, with an alarm; the position stays protected" {
	unsold
	local i sql="CREATE TEMP TABLE t AS SELECT * FROM order_row WHERE leg = 'exit' AND attempt = 0; UPDATE t SET created_ms = 0;"
	for i in $(seq 49); do sql="$sql UPDATE t SET id = 'x$i'; INSERT INTO order_row SELECT * FROM t;"; done
	sqlite3 ct.db "$sql"
	tried=$(exits)
	at 2 ct-exec pending >/dev/null
	assert_equal "$(exits)" "$tried"
	assert_equal "$(ct-store decisions -A main | jq -r 'select(.class == "reduce").status')" failed
	ct-store events -A main | grep -q "an exit of AAAUSDT is given up: 50 orders sold nothing; the position stays, and its protection"
	protected
	at 2 ct-exec sync >/dev/null
	protected
}

# oversell QTY SOLD: a hand in the books has moved coins of the position to what is not ct's, and the stop sells before it followed.
oversell() {
	hold "100 101 85 86"
	sqlite3 ct.db "UPDATE baseline_row SET qty = qty + $1 WHERE asset = 'AAA'; UPDATE position_row SET qty = qty - $1"
	bar 2 bars
	at 2 ct-exec sync >/dev/null || true
	assert_equal "$(ct-store trades -A main | jq -c '[.reason, .qty, .price]' | tail -n 1)" '["stop","0.98900000","90.00000000"]'
	ct-store events -A main | grep -q "sold $2 more of AAAUSDT than the book holds" || fail "$(ct-store events -A main)"
	at 2 ct-risk status --format json | jq -e '.halted == true'
	assert_equal "$(alarms)" desk.oversold
	at 2 ct-exec sync >/dev/null
	assert_equal "$(at 2 ct-exec status | grep -c unexplained)" 0
	books_agree --rest
}

@test "live: a stop that sold more than the book holds is booked as it happened, and halts" {
	oversell 50000000 0.49999000
	assert_equal "$(sqlite3 ct.db "SELECT qty FROM baseline_row WHERE asset = 'AAA'")" 1000
}

@test "live: a stop that sold where the book holds nothing is booked as it happened, and halts" {
	oversell 98901000 0.98900000
	assert_equal "$(sqlite3 ct.db "SELECT qty FROM baseline_row WHERE asset = 'AAA'")" 1000
}
