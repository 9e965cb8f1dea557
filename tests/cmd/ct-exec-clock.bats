# A wrong clock: nothing new is opened, what lessens risk goes on. --now stands for this machine's clock, ct-sim has its own;
# shim/clock.so sets the machine's clock itself, also while a program runs.
load ../helper
load live.bash

PAIRS="AAAUSDT"

start() {
	start_at_100 "$FLAT" "$FLAT"
	signal 1 AAAUSDT BUY 10 | at 1 ct-risk >approved
	grep -q '"status":"approved"' approved
}

# off MS COMMAND…: with this machine's clock that far from the exchange's, at the close of bar 1
off() {
	local ms=$1
	shift
	"$@" -A main --now "$(($(close_of 1) + ms))"
}
# by_clock MS COMMAND…: with this machine's clock at that time; `set_clock` sets it anew, also under a running program.
set_clock() { echo "$1" >clock.part && mv clock.part machine.clock; }
by_clock() {
	set_clock "$1"
	shift
	CLOCK_FILE=$PWD/machine.clock ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=$BUILD/shim/clock.so "$@" -A main
}
# jump_back MEMBERS ABSENCE: the machine's clock jumps back an hour while an order is on its way and has no answer, by a fault with
# these members; then the next call.
jump_back() {
	fault "[{\"route\":\"order\",\"method\":\"POST\",\"kind\":\"hang\",$1}]"
	by_clock "$(close_of 1)" ct-exec --absence "$2" <approved >/dev/null 2>err &
	wait_for struck
	set_clock $(($(close_of 1) - 3600000))
	wait $! || true
	run by_clock "$(close_of 1)" ct-exec pending --absence 1s
	assert_success
}
by_hand_cancel() {
	local q
	q="symbol=AAAUSDT&timestamp=$(curl -sS "$URL/api/v3/time" | jq .serverTime)"
	curl -sS -X DELETE -H "X-MBX-APIKEY: $KEY64" "$URL/api/v3/openOrders?$q&signature=$(printf '%s' "$q" | openssl dgst -sha256 -hmac secret | sed 's/.* //')" >/dev/null
}
struck() { [ "$(curl -sS "$URL/sim/fault" | jq '.[0].struck')" = 1 ]; }
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

@test "the machine's clock is 5 s off: no entry; what is not protected is protected, and positions are left" {
	local now
	start
	now=$(close_of 1)
	at 1 ct-exec <approved >/dev/null
	signal 1 AAAUSDT BUY 10 two | at 1 ct-risk >approved
	for ms in 5000 -5000; do
		run by_clock $((now + ms)) ct-exec <approved
		assert_failure
		assert_output --partial "nothing is opened beyond 1 s"
		by_hand_cancel
		run by_clock $((now + ms)) ct-exec sync
		assert_equal "$(ledger | jq -c '[.orders[] | select(.type == "STOP_LOSS") | .status]' | grep -o NEW)" NEW
	done
	assert_equal "$(orders)" '["LIMIT","STOP_LOSS","STOP_LOSS","STOP_LOSS"]'
	run by_clock $((now - 5000)) ct-exec flatten --why 'clock test'
	assert_equal "$(ledger | jq -c '[.orders[] | .type + " " + .status] | last')" '"MARKET FILLED"'
}

@test "the machine's clock jumps back an hour while an order is on its way and its answer is lost: it is found, once, and protected" {
	start
	jump_back '"delay_ms":1500,"processed":true' 1s
	assert_equal "$(orders)" '["LIMIT","STOP_LOSS"]'
	books_agree --rest
}

@test "the machine's clock jumps back while an order that never came there is looked for: it is not given up too early, nor looked for without end" {
	start
	jump_back '"delay_ms":1000' 2s
	assert_equal "$(orders)" '[]'
	assert_equal "$(ct-store decisions -A main | jq -r .status)" failed
	books_agree --rest
}

@test "the machine's clock is set back a bar between two steps: nothing is opened or booked twice, and the position is left" {
	start
	at 1 ct-exec <approved >/dev/null
	step 2
	ct-store equity -A main >before
	run by_clock "$(close_of 1)" ct-exec sync
	ct-store equity -A main | diff before -
	signal 2 AAAUSDT BUY 10 two | at 2 ct-risk >approved
	run by_clock "$(close_of 1)" ct-exec <approved
	assert_failure
	assert_equal "$(orders)" '["LIMIT","STOP_LOSS"]'
	run by_clock "$(close_of 1)" ct-exec flatten --why 'clock test'
	assert_equal "$(orders)" '["LIMIT","STOP_LOSS","MARKET"]'
	at 2 ct-exec sync >/dev/null
	books_agree
}
