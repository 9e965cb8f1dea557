# A full disk at the writes of a live ct-exec: it stops before it sends what it could not record, and goes on where there is
# room again. DISK_EVERY=1 tries every single write; here it is some, from a random one on.
load ../helper
load live.bash

PAIRS="AAAUSDT"

# start [BAR2 [BAR3]]: the account in step at the close of bar 1; what comes then is flat, or as told.
start() { start_at_100 "${1:-$FLAT}" "${2:-$FLAT}"; }

# entry JQ: an entry at the close of bar 1, with stop and target, approved.
entry() {
	signal 1 AAAUSDT BUY 10 | jq -c ".target_offset = \"8\" | ${1:-.}" >signals
	at 1 ct-risk <signals >approved
}

# full K COMMAND: at the close of bar K.
full() {
	curl -sS -X POST "$URL/sim/save" >/dev/null
	run python3 "$ROOT/tests/torture/disk.py" "$BUILD" "$2" --now "$(close_of "$1")" --every "${DISK_EVERY:-15}"
	assert_success
}

@test "disk: full while an entry is placed and protected" {
	start
	entry
	full 1 'ct-exec -A main --now $NOW --absence 1s <approved'
	assert_output --partial "[('LIMIT', 'BUY', 'FILLED'), ('STOP_LOSS', 'SELL', 'NEW'), ('LIMIT_MAKER', 'SELL', 'NEW')]"
}

@test "disk: full while an entry is placed that carries its protection" {
	start
	entry '.entry = "LIMIT" | .entry_price = "98" | .entry_bars = 3'
	full 1 'ct-exec -A main --now $NOW --absence 1s <approved'
	assert_output --partial "[('LIMIT', 'BUY', 'NEW'), ('STOP_LOSS', 'SELL', 'PENDING_NEW'), ('LIMIT_MAKER', 'SELL', 'PENDING_NEW')]"
}

@test "disk: full while a position is left" {
	start
	entry
	at 1 ct-exec <approved >/dev/null
	full 1 'ct-exec -A main --now $NOW --absence 1s flatten --why test'
	assert_output --partial "('MARKET', 'SELL', 'FILLED')]"
}

@test "disk: full while a stop's fill is booked" {
	start "100 100 85 86"
	entry
	at 1 ct-exec <approved >/dev/null
	bar 2 bars
	full 2 'ct-exec -A main --now $NOW --absence 1s sync'
	assert_output --partial "('STOP_LOSS', 'SELL', 'FILLED')"
}

@test "disk: full while a stop is moved" {
	start "100 110 99.5 109" "109 110 108 109"
	entry '.target_offset = null | .trail_offset = "6"'
	at 1 ct-exec <approved >/dev/null
	step 2
	full 2 'ct-exec -A main --now $NOW --absence 1s pending'
	assert_output --partial "('STOP_LOSS', 'SELL', 'CANCELED'), ('STOP_LOSS', 'SELL', 'NEW')]"
}
