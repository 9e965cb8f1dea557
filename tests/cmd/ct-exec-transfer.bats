load ../helper
load desk

state() { ct-risk status -A main --format json | jq -r "$1"; }
plan() { jq -c '.accounts[0].transfers = '"$1" conf/accounts.json >accounts.new && mv accounts.new conf/accounts.json; }

@test "ct-exec transfer: deposit and withdrawal move cash, peak and the day's start" {
	desk '"sizing":"quote","size":"400"'
	open_desk 0
	at 0 ct-exec transfer --amount 500 >out
	jq -e '.kind == "transfer" and .account == "main" and .asset == "USDT" and .amount == "500.00000000" and .why == "by hand"' out
	[ "$(state '"\(.cash) \(.equity) \(.peak) \(.day_equity)"')" = "1500.00000000 1500.00000000 1500.00000000 1500.00000000" ]
	at 0 ct-exec transfer --amount=-200.5 --why rent >out
	[ "$(jq -r '"\(.amount) \(.why)"' out)" = "-200.50000000 rent" ]
	[ "$(state .cash)" = 1299.50000000 ]
	flat_candles 1 1 | ct-store put
	at 1 ct-exec sync | jq -e 'select(.kind == "equity") | .equity == "1299.50000000"'
	[ "$(ct-store transfers -A main | wc -l)" -eq 2 ]
}

@test "ct-exec transfer: said twice at one moment, booked once" {
	desk '"sizing":"quote","size":"400"'
	open_desk 0
	at 0 ct-exec transfer --amount 500 >/dev/null
	run at 0 ct-exec transfer --amount 500
	assert_success
	assert_output --partial "booked already"
	[ "$(state .cash)" = 1500.00000000 ]
}

@test "ct-exec transfer: no more goes than is free" {
	desk '"sizing":"quote","size":"400"'
	open_desk 0
	signal 0 AAAUSDT BUY 5 | at 0 ct-risk >/dev/null # 400 are reserved
	run at 0 ct-exec transfer --amount=-600.00000001
	assert_failure 65
	assert_output --partial "amount: a withdrawal of 600.00000001 USDT is more than the 600.00000000 that is free"
	[ "$(ct-store transfers -A main | wc -l)" -eq 0 ]
	at 0 ct-exec transfer --amount=-600 >/dev/null
	[ "$(state .cash)" = 400.00000000 ]
}

@test "ct-exec transfer: not while the newest bar is not booked, and only with an amount" {
	desk '"sizing":"quote","size":"400"'
	open_desk 0
	run at 3 ct-exec transfer --amount 5
	assert_failure 75
	assert_output --partial "the bar of account main that closed at 2024-05-01 16:00 is not booked"
	for wrong in "" "--amount 0" "--amount x" "--amount 1e3"; do
		# shellcheck disable=SC2086
		run at 0 ct-exec transfer $wrong
		assert_failure 64
	done
	run at 0 ct-exec sync --amount 5
	assert_failure 64
}

@test "transfers of accounts.json: booked at the first close at or after their time, on paper and in a backtest" {
	desk '"sizing":"quote","size":"100"'
	plan '[{"at":"2024-05-01 10:00","amount":"500","every":"day"},{"at":"2024-05-02","amount":"-5000"},{"at":"2024-04-01","amount":"7"}]'
	flat_candles 0 14 | ct-store put
	at 0 ct-exec sync >/dev/null
	at 14 ct-exec sync >out # 4 May 12:00: seven bars at once are as good as one by one
	[ "$(jq -c 'select(.kind == "transfer") | [.t_ms, .amount]' out | paste -sd' ')" = \
		'[1714557600000,"500.00000000"] [1714644000000,"500.00000000"] [1714730400000,"500.00000000"]' ]
	[ "$(jq -r 'select(.kind == "equity") | .equity' out | uniq -c | awk '{ print $1 "x" $2 }' | paste -sd' ')" = \
		"1x1000.00000000 6x1500.00000000 6x2000.00000000 1x2500.00000000" ]
	jq -r 'select(.kind == "event") | .code + ": " + .message' out >events
	[ "$(cat events)" = "transfer.refused: a withdrawal of 5000.00000000 USDT is more than the 1500.00000000 that is free" ]
	ct-backtest -A main --since "$(close_of 0)" --equity bar >tested
	for kind in equity transfer event; do
		diff <(jq -cS "select(.kind == \"$kind\") | del(.account, .run)" tested) \
			<({ [ $kind != equity ] || ct-store equity -A main --last 15 | head -n 1; jq -c . out; } | jq -cS "select(.kind == \"$kind\") | del(.account, .run)")
	done
	# Nothing was traded: nothing was won, whatever came and went.
	ct-report summary --format json - <tested >report
	[ "$(jq -r 'select(.name == "total_return" or .name == "pnl") | .value' report | paste -sd' ')" = "0 0" ]
}

@test "transfers of accounts.json: each stored backtest is reported with its own" {
	desk '"sizing":"quote","size":"100"'
	flat_candles 0 30 | ct-store put
	for amount in 500 -100; do
		plan '[{"at":"2024-05-01 10:00","amount":"'$amount'"}]'
		ct-backtest -A main | tee tested$amount | ct-store put
	done
	for amount in 500 -100; do
		run=$(jq -r 'select(.kind == "run") | .id' tested$amount)
		ct-report summary --format json -A backtest/main --run "$run" >report
		[ "$(jq -r 'select(.name == "total_return" or .name == "pnl") | .value' report | paste -sd' ')" = "0 0" ]
		ct-report summary --format json --run "$run" --db ct.db | diff report -
		ct-backtest replay "$run" >again
		grep -v '"kind":"run"' again | diff <(grep -v '"kind":"run"' tested$amount) -
	done
}

@test "transfers of accounts.json: no breaker takes a withdrawal for a loss" {
	desk '"sizing":"quote","size":"100","daily_loss_pct":"5","drawdown_pct":"5"'
	plan '[{"at":"2024-05-01 10:00","amount":"-900"}]'
	flat_candles 0 8 | ct-store put
	at 0 ct-exec sync >/dev/null
	at 8 ct-exec sync | jq -se 'all(.kind != "event") and (map(select(.kind == "equity")) | last.equity == "100.00000000" and last.peak == "100.00000000")'
}

@test "transfers of accounts.json: a search asks what a set earns, whatever is paid in" {
	desk '"sizing":"equity_pct","size":"20"'
	for s in $PAIRS; do candles 200 "$s"; done | ct-store put
	ct-tune -A main -S one --grid lookback=8:12:2 --chance 0 --format json >without
	plan '[{"at":"2024-05-10","amount":"5000","every":"week"}]'
	ct-tune -A main -S one --grid lookback=8:12:2 --chance 0 --format json >with
	[ "$(jq -s 'map(select(.kind == "trial" and .trades > 0)) | length' with)" -gt 0 ]
	diff <(jq -cS 'del(.id, .setup)' without) <(jq -cS 'del(.id, .setup)' with)
}

@test "transfers of accounts.json: wrong ones are named" {
	desk '"sizing":"quote","size":"100"'
	plan '[{"at":"2024-05-01","amount":"5","evry":"day"}]'
	run ct-risk status -A main
	assert_failure 78
	assert_output --partial "accounts[0].transfers[0].evry"
	plan '[{"at":"2024-05-01","amount":"5"}]'
	sed -i 's/"paper"/"live"/' conf/accounts.json
	run ct-risk status -A main
	assert_failure 78
	assert_output --partial "accounts[0].transfers: only a paper account makes its own; this one is in mode live"
}
