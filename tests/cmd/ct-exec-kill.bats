load ../helper
load desk

# approve SYMBOL…: approved entries of bar 0, in file `approved`.
approve() {
	for s; do signal 0 "$s" BUY 5; done | at 0 ct-risk >approved
}

@test "ct-exec: kill -9 at 50 random moments while carrying out, run again: nothing lost, nothing twice" {
	PAIRS=$(seq -f 'P%gUSDT' 30)
	desk '"sizing":"quote","size":"20"'
	open_desk 0
	# shellcheck disable=SC2086
	approve $PAIRS
	cp ct.db start.db
	at 0 ct-exec <approved >/dev/null
	everything >undisturbed
	[ "$(grep -c '"kind":"order"' undisturbed)" -eq 30 ]
	run killed_at_random 50 approved at 0 ct-exec
	assert_success
}

@test "ct-exec: kill -9 at 50 random moments of sync, run again: nothing lost, nothing twice" {
	desk '"sizing":"quote","size":"200"'
	open_desk 0
	approve AAAUSDT BBBUSDT CCCUSDT
	at 0 ct-exec <approved >/dev/null
	for k in $(seq 1 30); do
		candle "$k" AAAUSDT 100 101 99 100
		candle "$k" BBBUSDT 100 "$((101 + k % 3))" "$((k == 20 ? 90 : 99))" 100
		candle "$k" CCCUSDT 100 101 "$((k == 7 ? 90 : 96))" 100
	done | ct-store put
	cp ct.db start.db
	at 30 ct-exec sync >/dev/null 2>&1
	everything >undisturbed
	[ "$(grep -c '"kind":"trade"' undisturbed)" -eq 5 ]
	run killed_at_random 50 /dev/null at 30 ct-exec sync
	assert_success
}
