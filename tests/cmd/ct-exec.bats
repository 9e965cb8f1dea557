load ../helper
load desk

# approve SYMBOL…: approved entries of bar 0, in file `approved`.
approve() {
	for s; do signal 0 "$s" BUY 5; done | at 0 ct-risk >approved
}

@test "ct-exec: the first sync gives the capital; an order fills at the next open" {
	desk '"sizing":"quote","size":"400"'
	flat_candles 0 0 | ct-store put
	at 0 ct-exec sync >out
	jq -se 'map(select(.kind == "equity")) | length == 1 and .[0].equity == "1000.00000000"' out
	approve AAAUSDT
	at 0 ct-exec <approved >out
	jq -e '.kind == "order" and .status == "NEW" and .leg == "entry" and .type == "MARKET" and .quote_qty == "400.00000000"' out
	[ "$(ct-store trades -A main | wc -l)" -eq 0 ] # not known before the bar is
	flat_candles 1 1 | ct-store put
	at 1 ct-exec sync >out
	jq -se 'map(select(.kind == "trade")) | length == 1 and .[0].price == "100.00000000" and .[0].t_ms == 1714536000000' out
	jq -se 'map(select(.kind == "order" and .leg == "stop")) | .[0].status == "NEW" and .[0].stop_price == "95.00000000"' out
	jq -se 'map(select(.kind == "equity")) | .[0].cash == "600.00000060" and .[0].positions_value == "399.60039900"' out
	candle 2 AAAUSDT 99 99 90 91 | ct-store put
	at 2 ct-exec sync >out 2>/dev/null
	jq -se 'map(select(.kind == "trade")) | .[0].reason == "stop" and .[0].price == "95.00000000"' out
	[ "$(ct-store positions -A main | jq -r .qty)" = 0.00000000 ]
}

@test "ct-exec: sync again changes nothing" {
	desk '"sizing":"quote","size":"400"'
	open_desk 0
	approve AAAUSDT BBBUSDT
	at 0 ct-exec <approved >/dev/null
	flat_candles 1 5 | ct-store put
	at 5 ct-exec sync >/dev/null
	everything >before
	run at 5 ct-exec sync
	assert_success
	assert_output ''
	at 3 ct-exec sync # nor does a clock that is behind
	everything | diff before -
	[ "$(ct-store equity -A main | wc -l)" -eq 6 ]
}

@test "ct-exec: a decision is carried out once, however often it is named" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	approve AAAUSDT BBBUSDT
	at 0 ct-exec <approved >first
	[ "$(wc -l <first)" -eq 2 ]
	everything >before
	cat approved approved | at 0 ct-exec >again
	[ ! -s again ]
	at 0 ct-exec pending >again
	[ ! -s again ]
	everything | diff before -
}

@test "ct-exec: four at once carry each decision out once" {
	desk '"sizing":"quote","size":"20"'
	open_desk 0
	approve AAAUSDT BBBUSDT CCCUSDT DDDUSDT
	for n in 1 2 3 4; do
		at 0 ct-exec <approved >out.$n 3>&- &
		pids="$pids $!"
	done
	for pid in $pids; do wait "$pid"; done
	[ "$(cat out.* | wc -l)" -eq 4 ]
	[ "$(ct-store orders -A main | wc -l)" -eq 4 ]
}

@test "ct-exec: a line that differs from its row, or has none, is refused" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	approve AAAUSDT BBBUSDT
	for change in '.quote_qty = "999"' '.side = "SELL"' '.symbol = "BBBUSDT"' '.worst_price = "500"' '.stop_offset = null' '.expires_ms += 1'; do
		head -n 1 approved | jq -c "$change" >forged
		run at 0 ct-exec <forged
		assert_failure 65
		assert_output --partial 'stdin:1: id: '
		assert_output --partial 'differs from its row'
	done
	head -n 1 approved | jq -c '.id = "d000000000000000000000000"' >forged
	run at 0 ct-exec <forged
	assert_failure 65
	assert_output --partial 'no decision'
	head -n 1 approved | jq -c '.account = "other"' >forged
	run at 0 ct-exec <forged
	assert_failure 65
	[ "$(ct-store orders -A main | wc -l)" -eq 0 ]
	# A refused decision stays refused, whatever a line says.
	signal 0 AAAUSDT BUY | at 0 ct-risk halt --why test
	signal 0 CCCUSDT BUY | at 0 ct-risk | jq -c '.status = "approved" | .gate = null | .gate_limit = null | .gate_value = null' >forged
	run at 0 ct-exec <forged
	assert_failure 65
	[ "$(ct-store orders -A main | wc -l)" -eq 0 ]
}

@test "ct-exec: pending works off what was approved, but not past a halt or its time" {
	desk '"sizing":"quote","size":"100","max_signal_age_s":600'
	open_desk 0
	approve AAAUSDT
	at 0 ct-exec pending | jq -e '.kind == "decision" or .status == "NEW"'
	[ "$(ct-store orders -A main | wc -l)" -eq 1 ]
	approve BBBUSDT
	at 0 ct-risk halt --why test
	at 0 ct-exec pending >/dev/null
	[ "$(ct-store decisions -A main | jq -r 'select(.symbol == "BBBUSDT") | .status')" = failed ]
	at 0 ct-risk resume --why test
	approve CCCUSDT
	ct-exec pending -A main --now "$(($(close_of 0) + 601000))" >/dev/null
	[ "$(ct-store decisions -A main | jq -r 'select(.symbol == "CCCUSDT") | .status')" = expired ]
	[ "$(ct-store orders -A main | wc -l)" -eq 1 ]
	ct-risk status -A main --format json | jq -e '.in_flight == 1'
}

@test "ct-exec: flatten leaves every position at the next open" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	approve AAAUSDT BBBUSDT
	at 0 ct-exec <approved >/dev/null
	flat_candles 1 1 | ct-store put
	at 1 ct-exec sync >/dev/null
	run at 1 ct-exec flatten
	assert_failure 64
	run at 1 ct-exec flatten CCCUSDT --why test
	assert_success
	assert_output ''
	at 1 ct-exec flatten BBBUSDT --why test >/dev/null
	[ "$(ct-store orders -A main | jq -r 'select(.leg == "exit") | .symbol')" = BBBUSDT ]
	at 1 ct-exec flatten --why 'going on holiday' >/dev/null
	at 1 ct-exec flatten --why again >/dev/null # the exits are under way
	[ "$(ct-store orders -A main | jq -r 'select(.leg == "exit") | .id' | wc -l)" -eq 2 ]
	flat_candles 2 2 | ct-store put
	at 2 ct-exec sync >/dev/null
	[ "$(ct-store trades -A main | jq -r 'select(.side == "SELL") | .reason' | sort | uniq -c | xargs)" = '2 flatten' ]
	ct-risk status -A main --format json | jq -e '.open_positions == 0'
}

@test "ct-exec: a late pair is named and left out, and made up when its candle comes" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	approve AAAUSDT BBBUSDT
	at 0 ct-exec <approved >/dev/null
	flat_candles 1 1 | grep -v BBBUSDT | ct-store put
	run at 1 ct-exec sync
	assert_success
	assert_output --partial 'no closed candle yet for BBBUSDT: left out of this step'
	[ "$(ct-store events -A main | jq -r 'select(.code == "sync.late") | .symbol')" = BBBUSDT ]
	[ "$(ct-store trades -A main | jq -r .symbol)" = AAAUSDT ]
	candle 1 BBBUSDT 100 101 99 100 | ct-store put
	run at 1 ct-exec sync
	assert_success
	refute_output --partial 'left out'
	[ "$(ct-store trades -A main | wc -l)" -eq 2 ]
	[ "$(ct-store equity -A main | wc -l)" -eq 2 ]
}

@test "ct-exec: an account that has no candle of those it is managed on is told of it" {
	desk '"sizing":"quote","size":"100"'
	sed -i 's/"manage_interval":null/"manage_interval":"1h"/' conf/accounts.json
	flat_candles 0 0 | ct-store put
	run at 0 ct-exec sync
	assert_success
	assert_line --partial 'account main is managed on candles of 1h, and has had none: manage_interval null leaves it on those of 4h alone'
	flat_candles 0 3 | jq -c 'select(.open_time % 14400000 == 0) | .interval = "1h" | .open_time += 10800000' | ct-store put
	run at 1 ct-exec sync
	refute_output --partial 'has had none'
}

@test "ct-exec: a bar that the exchange cut short is a bar like others, from candle to fill" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	candle 1 AAAUSDT 100 101 99 100 | jq -c '.close_time -= 3600000' >cut
	ct-store put <cut
	at 1 ct-exec sync >/dev/null 2>&1
	flat_candles 0 0 | grep AAAUSDT | cat - cut | ct-signal -S one --emit-from "$(close_of 1)" >signals
	jq -e ".t_ms == $(close_of 1)" signals
	signal 1 AAAUSDT BUY | at 1 ct-risk | at 1 ct-exec | jq -e '.status == "NEW"'
	candle 2 AAAUSDT 102 103 101 102 | ct-store put
	at 2 ct-exec sync 2>/dev/null | jq -se 'map(select(.kind == "trade")) | .[0].price == "102.00000000"'
}

@test "ct-exec: an account that is not on paper needs its key, and --live where the money is real" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	approve AAAUSDT
	for mode in testnet demo; do
		accounts $mode
		run at 0 ct-exec <approved
		assert_failure 78
		assert_output --partial "key"
	done
	accounts live
	run at 0 ct-exec <approved
	assert_failure 78
	assert_output --partial "only with --live"
	run at 0 ct-exec sync
	assert_failure 78
	[ "$(ct-store orders -A main | wc -l)" -eq 0 ]
}

@test "ct-exec: a pair that is held cannot be dropped from the configuration" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	approve AAAUSDT
	at 0 ct-exec <approved >/dev/null
	flat_candles 1 2 | ct-store put
	at 1 ct-exec sync >/dev/null
	PAIRS="BBBUSDT CCCUSDT" accounts paper
	run at 2 ct-exec sync
	assert_failure 78
	assert_output --partial 'holds AAAUSDT of strategy one'
	accounts paper
	at 2 ct-exec sync >/dev/null
}

@test "ct-exec: a database locked for 3 s is waited for" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	approve AAAUSDT
	{ echo 'BEGIN IMMEDIATE;'; sleep 3; echo 'COMMIT;'; } | sqlite3 ct.db 3>&- &
	holder=$!
	wait_for locked
	at 0 ct-exec <approved | jq -e '.status == "NEW"'
	wait $holder
}

locked() { ! sqlite3 ct.db 'BEGIN IMMEDIATE; ROLLBACK;' 2>/dev/null; }

@test "ct-exec: usage" {
	run ct-exec sync
	assert_failure 64
	run ct-exec -A main send
	assert_failure 64
	run ct-exec -A main sync BTCUSDT
	assert_failure 64
	run ct-exec -A main sync --now yesterday
	assert_failure 64
}
