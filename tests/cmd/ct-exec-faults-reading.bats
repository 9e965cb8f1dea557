# Each fault of an exchange once, alone, at each request that only asks: the exact end state.
load ../helper
load live.bash
load faults.bash

ANY='500 502 503 504 maintenance html empty garbage hang reset cut truncate numbers twice 429 418 skew delay 2013'
STOPPED='LIMIT FILLED, STOP_LOSS FILLED, LIMIT_MAKER EXPIRED: executed'

@test "faults: asking whether the exchange has an order already" {
	K=1 ROUTE=order METHOD=GET COMMAND=(ct-exec)
	ready
	# shellcheck disable=SC2086
	each 'LIMIT FILLED, STOP_LOSS NEW, LIMIT_MAKER NEW: executed' $ANY
}

# stopped: a position whose stop has been filled, which sync has to learn.
stopped() {
	bought '100 100 85 86'
	bar 2 bars
	K=2 METHOD=GET COMMAND=(ct-exec sync)
}

@test "faults: reading the account" {
	ROUTE=account
	stopped
	# shellcheck disable=SC2086
	each "$STOPPED" $ANY
}

@test "faults: reading an order that is not open any more" {
	ROUTE=order
	stopped
	# shellcheck disable=SC2086
	each "$STOPPED" $ANY
}

@test "faults: reading the open orders" {
	ROUTE=openOrders
	stopped
	# shellcheck disable=SC2086
	each "$STOPPED" $ANY
}

@test "faults: reading an order's trades" {
	ROUTE=myTrades
	stopped
	# shellcheck disable=SC2086
	each "$STOPPED" $ANY
}

@test "faults: every kind that ct-sim has for a signed request is in these tables" {
	for kind in $(sed -n '/^const char \*const sim_fault_names/,/};/p' "$ROOT/lib/sim/faults.c" | grep -o '"[^"]*"' | tr -d '"'); do
		case $kind in wrong_length | gap | duplicate | impossible | off_grid | late | missing | flip | torn | bomb | foreign) continue ;; esac # of candles and files
		grep -qE "(each|ANY|^		).*[ ']$kind\b" "$ROOT/tests/cmd/ct-exec-faults.bats" || fail "$kind is not tried"
	done
}
