# Ninety seconds of `make torture`: the programs are killed, the exchange fails, and the books agree with it in the end.
# Each run begins with its seed: `make torture TORTURE="--seed N …"` makes it again.
load ../helper

torture() { run python3 "$ROOT/tests/torture/torture.py" "$BIN" --seconds "${TORTURE_SECONDS:-20}" "$@"; }

@test "torture: kills and faults" {
	torture --seed 1
	assert_success
	assert_output --partial "the books agree"
}

@test "torture: two copies of every job at once" {
	torture --seed 2 --copies
	assert_success
	assert_output --partial "the books agree"
}

@test "torture: half-way the database is one from before the bar's decisions" {
	torture --seed 7 --restore
	assert_success
	assert_line --regexp '[1-9][0-9]* orders met again, the books agree'
}

@test "torture: interrupted, it leaves no process behind" {
	python3 "$ROOT/tests/torture/torture.py" "$BIN" --seed 3 >out 2>&1 3>&- &
	pid=$!
	wait_for [ -s errors.log ]
	kill -TERM $pid
	wait $pid || [ $? = 143 ]
	run grep -lzs "^CT_DB=$PWD/ct.db" /proc/[0-9]*/environ
	assert_output ''
}

@test "torture: by ct-trade, any of whose processes is killed" {
	torture --seed 5 --trade --steps 20 --kills 150
	assert_success
	assert_output --partial "the books agree"
}
