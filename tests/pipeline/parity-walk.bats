load ../helper

# The long version, with seeds of its own: make parity-walk WALKS=200.
@test "parity: random accounts over random candles, seeds that never change" {
	run "$ROOT/tests/pipeline/parity-walk" --seed 140 --walks 10 --verbose
	assert_success
	for met in "gate " "entry LIMIT" "entry trade" "exit trade" "stop STOP CANCELED" "event breaker" "transfer$"; do
		assert_line --regexp "^# +[0-9]+ $met"
	done
}

@test "parity: random accounts over random candles, new seeds" {
	run "$ROOT/tests/pipeline/parity-walk" --walks 40 --seconds 15
	assert_success
	assert_output --regexp "[1-9][0-9]* walks, 0 differ"
}

@test "parity: a walk in which one digit is another is told, with its seed" {
	mkdir bin
	printf '#!/bin/sh\n%s "$@" | sed -E '"'"'/"kind":"trade"/s/("price":"[0-9.]*)[0-8]"/\\19"/'"'"'\n' "$BIN/ct-backtest" >bin/ct-backtest
	chmod +x bin/ct-backtest
	TMPDIR=$PWD PATH=$PWD/bin:$PATH run "$ROOT/tests/pipeline/parity-walk" --seed 1000 --walks 3
	assert_failure 1
	assert_output --partial '"kind": "trade"'
	assert_output --partial "seed 1000"
}
