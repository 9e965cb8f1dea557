load ../helper
load desk

bats_require_minimum_version 1.5.0

refusal() { jq -r '[.gate, .gate_limit, .gate_value] | @csv'; }

@test "ct-risk: approves with quantity, reserve, expiry; refuses with gate, limit and value" {
	desk '"sizing":"quote","size":"400","max_positions":2'
	open_desk 0
	{ signal 0 AAAUSDT BUY 5; signal 0 BBBUSDT BUY; signal 0 CCCUSDT BUY; signal 0 DDDUSDT HOLD; } >signals
	run --separate-stderr at 0 ct-risk <signals
	assert_success
	[ "${#lines[@]}" -eq 3 ] # holding asks for nothing
	run jq -r '[.symbol, .status, .quote_qty, .reserved, .stop_offset, .gate, .gate_limit, .gate_value] | @csv' <<<"$output"
	assert_line -n 0 '"AAAUSDT","approved","400.00000000","400.00000000","5.00000000",,,'
	assert_line -n 2 '"CCCUSDT","refused","400.00000000","0.00000000",,"max_positions","2","3"'
	# What was written out is what is stored.
	at 0 ct-risk <signals | sort >again
	ct-store decisions -A main | sort | diff - again
}

@test "ct-risk: balance counts approvals in flight; what is refused costs nothing" {
	desk '"sizing":"equity_pct","size":"60"'
	open_desk 0
	signal 0 BBBUSDT BUY | at 0 ct-risk
	run refusal < <(signal 0 AAAUSDT BUY | at 0 ct-risk)
	assert_output '"balance","400.00000000","600.00000000"'
}

@test "ct-risk: missing candles, old signals, wrong clocks fail closed" {
	desk '"sizing":"quote","size":"100","max_signal_age_s":600'
	open_desk 0
	run refusal < <(signal 1 AAAUSDT BUY | at 1 ct-risk)
	assert_output '"data","2024-05-01 08:00","2024-05-01 04:00"'
	run refusal < <(signal 0 BBBUSDT BUY | ct-risk -A main --now "$(($(close_of 0) + 601000))")
	assert_output '"stale","600 s","601 s"'
	run jq -r '[.gate, .why] | @csv' < <(signal 0 CCCUSDT BUY | ct-risk -A main --now $T0)
	assert_output '"stale","the signal is from the future"'
}

@test "ct-risk: the exchange's rules are obeyed, and must be known" {
	desk '"sizing":"quote","size":"100"'
	echo '{"sizing":"quote","size":"9","collar_bps":null}' >conf/risk/test.json
	open_desk 0
	signal 0 AAAUSDT BUY | at 0 ct-risk | jq -e '.gate == "status" and .gate_value == "unknown"'
	jq -nc '{kind: "symbol", v: 1, market: "spot", symbol: "BBBUSDT", status: "TRADING", base_asset: "BBB", quote_asset: "USDT", tick_size: "0.01",
		min_price: "0.01", max_price: "100000", step_size: "0.001", min_qty: "0.001", max_qty: "9000", market_step_size: "0", market_min_qty: "0",
		market_max_qty: "0", min_notional: "5", max_notional: "0", min_notional_market: true, oco_allowed: true, opo_allowed: null,
		t_ms: 1714521600000}' | ct-store put
	signal 0 BBBUSDT BUY 50 | at 0 ct-risk >out
	jq -e '.gate == "filters" and .gate_limit == "5.00000000" and .gate_value == "4.45000000"' out # its stop at half the price
	signal 0 BBBUSDT BUY 5 two | at 0 ct-risk | jq -e '.status == "approved"'
}

@test "ct-risk: halt and resume, with a reason, in the records" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	run ct-risk halt -A main
	assert_failure 64
	run ct-risk halt -A main --why ''
	assert_failure 64
	at 0 ct-risk halt --why 'on holiday'
	signal 0 AAAUSDT BUY | at 0 ct-risk | jq -e '.gate == "halt" and (.why | contains("on holiday"))'
	run ct-risk status -A main --format table
	assert_line --partial 'yes: on holiday'
	run ct-risk resume -A main
	assert_failure 64
	ct-risk resume -A main --why 'back again' --now "$(($(close_of 0) + 1000))"
	signal 0 BBBUSDT BUY | at 0 ct-risk | jq -e '.status == "approved"'
	ct-risk status -A main --format json | jq -e '.halted == false and .in_flight == 1 and .cash == "1000.00000000"'
	run jq -r '[.code, .message] | @csv' <(ct-store events -A main)
	assert_line '"risk.halt","on holiday"'
	assert_line '"risk.resume","back again"'
}

@test "ct-risk: a breaker latches over later steps until resume, which measures anew" {
	desk '"sizing":"quote","size":"900","drawdown_pct":"20"'
	open_desk 0
	signal 0 AAAUSDT BUY | at 0 ct-risk | at 0 ct-exec
	{ candle 1 AAAUSDT 100 100 70 70; candle 2 AAAUSDT 70 120 70 120; } | ct-store put
	at 1 ct-exec sync
	at 2 ct-exec sync
	ct-risk status -A main --format json | jq -e '.breaker == "drawdown"' # though the price is back
	signal 2 AAAUSDT BUY '' two | at 2 ct-risk | jq -e '.gate == "breaker" and .gate_value == "drawdown"'
	at 2 ct-risk resume --why 'looked into it'
	ct-risk status -A main --format json | jq -e '.breaker == "" and .peak == .equity'
	[ "$(ct-store events -A main | jq -r 'select(.level == "alarm") | .code')" = breaker.drawdown ]
}

@test "ct-risk: the same signals again, alone or together, change nothing" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	{ signal 0 AAAUSDT BUY; signal 0 BBBUSDT BUY; signal 0 BBBUSDT BUY; } >signals
	at 0 ct-risk <signals >first
	everything >before
	at 0 ct-risk <signals | diff first -
	tac signals | at 0 ct-risk | diff first -
	everything | diff before -
	at 0 ct-exec <first >/dev/null
	everything >before
	at 0 ct-risk <signals | jq -e '.status == "working"'
	everything | diff before -
	# An exit, too: the same decision is named again until it is over.
	flat_candles 1 1 | ct-store put
	at 1 ct-exec sync >/dev/null
	signal 1 AAAUSDT SELL | at 1 ct-risk >first
	signal 1 AAAUSDT SELL | at 1 ct-risk | diff first -
	jq -e '.class == "reduce" and .status == "approved"' first
}

@test "ct-risk: one step a close: an older close in the same input is a step of its own" {
	desk '"sizing":"quote","size":"100"'
	open_desk 1
	{ signal 0 AAAUSDT BUY; signal 1 BBBUSDT BUY; } | at 1 ct-risk >out
	run jq -r '[.symbol, .status, .gate] | @csv' out
	assert_line -n 0 '"AAAUSDT","refused","data"'
	assert_line -n 1 '"BBBUSDT","approved",'
}

@test "ct-risk: a foreign signal is named with its line, and skipped alone" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	{ signal 0 AAAUSDT BUY; signal 0 BBBUSDT BUY '' three; signal 0 ZZZUSDT BUY; signal 0 CCCUSDT BUY; } >signals
	run at 0 ct-risk <signals
	assert_failure 65
	assert_output --partial "stdin:2: strategy: 'three' is not a strategy of account main"
	[ "$(ct-store decisions -A main | wc -l)" -eq 0 ]
	run at 0 ct-risk --on-bad=skip <signals
	assert_failure 65
	assert_output --partial "stdin:3: symbol: 'ZZZUSDT' is not a pair of strategy one"
	[ "$(ct-store decisions -A main | jq -r .symbol | paste -sd' ')" = 'AAAUSDT CCCUSDT' ]
}

@test "ct-risk: eight at once on one account stay within max_positions" {
	PAIRS=$(seq -f 'P%gUSDT' 40)
	desk '"sizing":"quote","size":"10","max_positions":7'
	open_desk 0
	for n in $(seq 0 7); do
		for s in $(seq $((n * 5 + 1)) $((n * 5 + 5))); do signal 0 "P${s}USDT" BUY; done >signals.$n
	done
	for n in $(seq 0 7); do
		at 0 ct-risk <signals.$n >out.$n 3>&- &
		pids="$pids $!"
	done
	for pid in $pids; do wait "$pid"; done
	[ "$(ct-store decisions -A main | wc -l)" -eq 40 ]
	[ "$(ct-store decisions -A main | jq -r 'select(.status == "approved") | .id' | wc -l)" -eq 7 ]
	[ "$(ct-store decisions -A main | jq -r .gate | sort -u | paste -sd' ')" = 'max_positions null' ]
	cat out.* | sort | diff - <(ct-store decisions -A main | sort)
}

# Two more accounts on the same pairs; PAIRS and quote of the third may differ.
more_accounts() {
	jq --arg quote "${1:-USDT}" '.accounts[0] as $a | .accounts += [$a + { name: "second" }, $a + { name: "third", quote: $quote,
		strategies: [{ file: "one", symbols: ["AAA" + $quote] }] }]' conf/accounts.json >x && mv x conf/accounts.json
}

@test "ct-risk: a limit over all accounts counts what the others hold and have in flight" {
	desk '"sizing":"quote","size":"400","max_total_quote":"1200"'
	more_accounts
	open_desk 0
	for name in second third; do ct-exec sync -A $name --now "$(close_of 0)" >/dev/null; done
	# one position at cost 400, one approval: what is left is room for one more, not for two
	signal 0 AAAUSDT BUY | ct-risk -A second --now "$(close_of 0)" | ct-exec -A second --now "$(close_of 0)" >/dev/null
	flat_candles 1 1 | ct-store put
	for name in main second third; do ct-exec sync -A $name --now "$(close_of 1)" >/dev/null; done
	assert_equal "$(ct-store positions -A second | jq -r .cost)" 399.99999940
	signal 1 AAAUSDT BUY | ct-risk -A third --now "$(close_of 1)" | jq -e '.status == "approved"'
	{ signal 1 AAAUSDT BUY; signal 1 BBBUSDT BUY; } | at 1 ct-risk >out
	run jq -r '[.symbol, .status, .gate, .gate_limit, .gate_value] | @csv' out
	assert_line -n 0 '"AAAUSDT","approved",,,'
	assert_line -n 1 --regexp '"BBBUSDT","refused","max_total","1200.00000000","1599.99999940"'
	# an exit is never held back by it
	signal 1 AAAUSDT SELL | ct-risk -A second --now "$(close_of 1)" | jq -e '.class == "reduce" and .status == "approved"'
}

@test "ct-risk: eight accounts at once stay within the limit over all of them" {
	desk '"sizing":"quote","size":"100","max_total_quote":"350"'
	jq '.accounts[0] as $a | .accounts = [range(8) | $a + { name: "a\(.)" }]' conf/accounts.json >x && mv x conf/accounts.json
	flat_candles 0 0 | ct-store put
	for i in 0 1 2 3 4 5 6 7; do ct-exec sync -A a$i --now "$(close_of 0)" >/dev/null; done
	for i in 0 1 2 3 4 5 6 7; do
		signal 0 AAAUSDT BUY | ct-risk -A a$i --now "$(close_of 0)" >out$i 3>&- &
	done
	wait
	assert_equal "$(cat out? | jq -r '.status + .gate' | sort | uniq -c | awk '{ print $1 $2 }' | paste -sd' ')" "3approved 5refusedmax_total"
}

@test "ct-risk: what another account holds in another currency fails the limit over all closed" {
	desk '"sizing":"quote","size":"400","max_total_quote":"1200"'
	more_accounts EUR
	open_desk 0
	candle 0 AAAEUR 100 101 99 100 | ct-store put
	ct-exec sync -A third --now "$(close_of 0)" >/dev/null
	signal 0 AAAEUR BUY | ct-risk -A third --now "$(close_of 0)" | jq -e '.status == "approved"'
	run refusal < <(signal 0 AAAUSDT BUY | at 0 ct-risk)
	assert_output '"max_total","1200.00000000","unknown"'
}

@test "ct-risk: eight at once on one account spend no dollar twice" {
	PAIRS=$(seq -f 'P%gUSDT' 40)
	desk '"sizing":"quote","size":"110"'
	open_desk 0
	for n in $(seq 0 7); do
		for s in $(seq $((n * 5 + 1)) $((n * 5 + 5))); do signal 0 "P${s}USDT" BUY; done | at 0 ct-risk >/dev/null 3>&- &
		pids="$pids $!"
	done
	for pid in $pids; do wait "$pid"; done
	[ "$(ct-store decisions -A main | jq -r 'select(.status == "approved") | .id' | wc -l)" -eq 9 ] # 990 of 1000
	[ "$(ct-store decisions -A main | jq -r .gate | sort -u | paste -sd' ')" = 'balance null' ]
}

@test "ct-risk: kill -9 at 50 random moments, run again: nothing lost, nothing twice" {
	PAIRS=$(seq -f 'P%gUSDT' 12)
	desk '"sizing":"quote","size":"60","max_positions":9'
	open_desk 11
	for k in $(seq 0 11); do for s in $PAIRS; do signal "$k" "$s" BUY; done; done >signals
	cp ct.db start.db
	at 11 ct-risk <signals >/dev/null
	everything >undisturbed
	[ "$(grep -c '"status":"approved"' undisturbed)" -eq 9 ]
	[ "$(grep -c '"kind":"decision"' undisturbed)" -eq 144 ]
	run killed_at_random 50 signals at 11 ct-risk
	assert_success
}

@test "ct-risk: a database locked for 3 s is waited for" {
	desk '"sizing":"quote","size":"100"'
	open_desk 0
	{ echo 'BEGIN IMMEDIATE;'; sleep 3; echo 'COMMIT;'; } | sqlite3 ct.db 3>&- &
	holder=$!
	wait_for locked
	signal 0 AAAUSDT BUY | at 0 ct-risk | jq -e '.status == "approved"'
	run kill -0 $holder
	assert_failure # it was held, and is over
	wait $holder
}

locked() { ! sqlite3 ct.db 'BEGIN IMMEDIATE; ROLLBACK;' 2>/dev/null; }

@test "ct-risk: wrong configuration is named with file and key; a database of another version with the command" {
	desk '"sizing":"quote","size":"100"'
	run ct-risk status -A nobody
	assert_failure 78
	assert_output --partial 'main'
	echo '{"sizing":"quote","size":"-1"}' >conf/risk/test.json
	run ct-risk status -A main
	assert_failure 78
	assert_output --partial 'risk/test.json'
	assert_output --partial 'size'
	echo '{"sizing":"quote","size":"1","max_pozitions":3}' >conf/risk/test.json
	run ct-risk status -A main
	assert_failure 78
	assert_output --partial 'max_pozitions'
	echo '{"sizing":"quote","size":"1"}' >conf/risk/test.json
	rm conf/strategies/two.json
	run ct-risk status -A main
	assert_failure 78
	echo '{"strategy":"channel","method":"donchian"}' >conf/strategies/two.json
	rm ct.db*
	run ct-risk status -A main
	assert_failure 78
	assert_output --partial 'ct-store init'
}

@test "ct-risk: --list names every gate; usage" {
	run ct-risk --list
	assert_success
	[ "${#lines[@]}" -eq 18 ]
	# The manual describes each, in this order.
	awk '/^.SS Gates/ { on = 1 } /^.SS Verbs/ { on = 0 } on && /^.TP/ { getline; print $2 }' "$ROOT/man/ct-risk.1" >described
	diff described <(printf '%s\n' "${lines[@]}" | cut -d' ' -f1)
	run ct-risk
	assert_failure 64
	run ct-risk -A main pause
	assert_failure 64
	run ct-risk -A main status halt
	assert_failure 64
}

@test "ct-risk: the clock cannot be set for a live account" {
	desk '"sizing":"quote","size":"100"'
	accounts live
	run at 0 ct-risk </dev/null
	assert_failure 64
	assert_output --partial 'live'
}
