# A wrong clock: nothing new is opened, what lessens risk goes on. --now stands for this machine's clock, ct-sim has its own.
load ../helper
load live.bash

PAIRS="AAAUSDT"

start() {
	{
		candle 0 AAAUSDT 100 101.25 99 100 50.125
		flat_candles 1 3
	} >bars
	exchange bars
	live_desk '"sizing":"quote","size":"100","collar_bps":"100"'
	bar 0 bars
	at 0 ct-exec sync >/dev/null
	bar 1 bars
	at 1 ct-exec sync >/dev/null
	signal 1 AAAUSDT BUY 10 | at 1 ct-risk >approved
	grep -q '"status":"approved"' approved
}

# off MS COMMAND…: with this machine's clock that far from the exchange's, at the close of bar 1
off() {
	local ms=$1
	shift
	"$@" -A main --now "$(($(close_of 1) + ms))"
}
orders() { ledger | jq -c '[.orders[].type]'; }

@test "a clock that is off opens nothing, and the entry goes out once it is right" {
	local ms
	start
	for ms in 5000 -5000 1001 -1001; do
		run off "$ms" ct-exec <approved
		assert_output --partial "nothing is opened beyond 1 s"
		assert_equal "$(orders)" '[]'
	done
	run off 900 ct-exec pending
	assert_success
	assert_equal "$(orders)" '["LIMIT","STOP_LOSS"]'
}

@test "a clock that is off: positions are protected and left" {
	start
	at 1 ct-exec <approved >/dev/null
	assert_equal "$(orders)" '["LIMIT","STOP_LOSS"]'
	run off 5000 ct-exec flatten --why 'clock test'
	assert_success
	assert_equal "$(orders)" '["LIMIT","STOP_LOSS","MARKET"]'
	assert_equal "$(ledger | jq -c '[.orders[].status]')" '["FILLED","CANCELED","FILLED"]'
}

@test "the exchange's clock jumps: the stamp is refused once, measured anew, and the order is there once" {
	start
	fault '[{"route":"order","method":"POST","kind":"skew","skew_ms":-60000}]'
	run at 1 ct-exec <approved
	assert_success
	assert_equal "$(orders)" '["LIMIT","STOP_LOSS"]'
	assert_equal "$(curl -sS "$URL/sim/fault" | jq '.[0].struck')" 1
}
