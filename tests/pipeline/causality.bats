# Causality with the commands themselves, on real candles of three pairs (spot 4h, from August 2024 on): ct-prove on every
# strategy that ships, on every indicator, on the Python example, and on two that cheat. The same in one process, with
# many more settings: tests/unit/causality.c.
load ../helper

PAIRS="BTCUSDT ETHUSDT DOGEUSDT"

setup_file() {
	load ../helper
	[ -d "$SHARED/data/klines/spot/4h" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	export CT_DB=$PWD/x.db
	"$BIN/ct-store" init
	for pair in $PAIRS; do "$BIN/ct-store" import "$SHARED/data/klines/spot/4h/$pair-4h.csv.zst"; done
	# shellcheck disable=SC2086
	{
		"$BIN/ct-store" candles -i 4h --since 2024-08-01 --until 2024-11-01 $PAIRS >in
		"$BIN/ct-store" candles -i 4h --since 2024-08-01 --until 2024-11-01 --by-time $PAIRS >in.time
		"$BIN/ct-store" candles -i 4h --since 2024-08-01 --until 2024-09-05 $PAIRS >in.short
	}
}

setup() {
	common_setup
	need_shared data/klines/spot/4h
	cp "$BATS_FILE_TMPDIR"/in* .
	SEED=${CT_SEED:-$(date +%s)}
	echo "seed $SEED (CT_SEED repeats it)"
}

# An interpreter takes its time to start: fewer candles, and fewer cuts where few must do.
prove() { ct-prove --seed "$SEED" --cuts "${CUTS:-200}" --format json -- "$@" <in >verdict; }
verdict() { jq -r "$1" verdict; }

@test "every strategy that ships is causal at 200 cuts" {
	for file in "$ROOT"/share/strategies/*.json; do
		prove ct-signal -S "$file" || fail "$file: $(cat verdict)"
		assert_equal "$(verdict '"\(.candles) \(.lines) \(.cuts) \(.causal)"')" "1656 1656 200 true"
	done
}

@test "so are all indicators in one line" {
	# shellcheck disable=SC2046
	prove ct-study $(ct-study --list | grep -E '^[a-z]')
	assert_equal "$(verdict '"\(.lines) \(.cuts) \(.causal)"')" "1656 200 true"
}

@test "so is ct-signal over candles in order of time, which comes to the same lines" {
	ct-signal -S bands-4h <in | sort >a
	ct-signal -S bands-4h <in.time | sort >b
	cmp a b
	mv in.time in
	prove ct-signal -S bands-4h
}

@test "so is the Python example" {
	mv in.short in
	prove python3 "$ROOT/share/examples/sma_cross.py" --fast 5 --slow 20
	assert_equal "$(verdict '"\(.lines) \(.cuts) \(.causal)"')" "630 200 true"
}

@test "one that looks at the next bar is caught" {
	mv in.short in
	CUTS=40 run prove python3 "$ROOT/share/examples/peek.py"
	assert_failure 65
	assert_equal "$(verdict '"\(.causal) \(.repeatable)"')" "false true"
	# it knew of a rise that nobody could know of at that moment
	assert_equal "$(verdict '.known_ms == .cut_ms')" true
	assert_equal "$(verdict '.at_cut | fromjson | .action') $(verdict '.whole | fromjson | .action')" "SELL BUY"
	assert_equal "$(verdict .whole)" "$(python3 "$ROOT/share/examples/peek.py" <in | sed -n "$(verdict .line)p")"
}

# A zigzag as charting programs draw it: the last high is a turn until a higher one comes, then it never was.
@test "one that paints its past anew is caught" {
	cat >zigzag.py <<-'END'
		import json, sys
		bars = [json.loads(line) for line in sys.stdin]
		high = {}
		for k, bar in enumerate(bars):
		    best = high.get(bar["symbol"])
		    if best is None or float(bar["high"]) > float(bars[best]["high"]):
		        high[bar["symbol"]] = k
		for k, bar in enumerate(bars):
		    print(json.dumps({"symbol": bar["symbol"], "t_ms": bar["close_time"] + 1, "turn": k in high.values()}))
	END
	mv in.short in
	SEED=1 CUTS=40 run prove python3 zigzag.py
	assert_failure 65
	assert_equal "$(verdict '.at_cut | fromjson | .turn') $(verdict '.whole | fromjson | .turn')" "true false"
}
