# A piece of `make torture`: the programs are killed, the exchange fails, and the books agree with it in the end.
load ../helper

torture() { run python3 "$ROOT/tests/torture/torture.py" "$BIN" --accounts 1 --seconds "${TORTURE_SECONDS:-12}" "$@"; }

@test "torture: kills and faults" {
	torture --steps 40 --kill 0.4 --fault 0.7
	assert_success
	assert_output --partial "the books agree"
}

@test "torture: two copies of every job at once" {
	torture --steps 20 --kill 0.3 --fault 0.5 --copies
	assert_success
	assert_output --partial "the books agree"
}

@test "torture: half-way the database is one from before the bar's decisions" {
	torture --steps 8 --kill 0.3 --fault 0.5 --restore --seed 7 --accounts 2
	assert_success
	assert_line --regexp '[1-9][0-9]* orders met again, the books agree'
}
