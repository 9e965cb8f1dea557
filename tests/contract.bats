# What every program promises alike. Adding a program: its file in cmd/; a record filter is one row in `filters` below
# (and what it needs first: `fresh`).
load helper

programs() {
	for file in "$BIN"/ct-*; do [ ! -x "$file" ] || basename "$file"; done
}

# name | arguments with which it reads records on stdin | function that prints N good lines | how many lines it takes for
# the first output (end: all)
filters() {
	while IFS='|' read -r name arguments samples first; do
		[ ! -x "$BIN/$name" ] || printf '%s|%s|%s|%s\n' "$name" "$arguments" "$samples" "$first"
	done <<-END
		ct-study|ema:3|candles|1
		ct-signal|-S donchian-4h|candles|1
		ct-store|put --pass --db x.db|candles|1
		ct-risk|-A donchian --config $ROOT/share --db x.db --now 2024-06-01|signals|2
		ct-backtest|-S donchian-4h -R ./plain.json -|candles|end
		ct-tune|-S donchian-4h -R ./plain.json --grid lookback=5:60 --chance 0 -|candles|end
		ct-report|trades --format json -|fills|end
		ct-exec|-A donchian --config $ROOT/share --db x.db --now 2024-05-01T08:00|decisions|1
	END
}

# N BUY signals of one pair, each a bar later.
signals() {
	awk -v n="$1" 'BEGIN {
		for (k = 1; k <= n; k++) {
			t = 1714521600000 + k * 14400000
			printf "{\"kind\":\"signal\",\"v\":1,\"market\":\"spot\",\"symbol\":\"BTCUSDT\",\"interval\":\"4h\",\"strategy\":\"donchian-4h\","
			printf "\"open_time\":%.0f,\"t_ms\":%.0f,\"action\":\"BUY\",\"exposure\":1,\"price\":\"100.00000000\",", t - 14400000, t
			printf "\"entry\":\"MARKET\",\"entry_price\":null,\"entry_bars\":null,\"stop_offset\":\"5.00000000\",\"target_offset\":null,\"trail_offset\":null,\"max_hold_bars\":null,\"strength\":1,"
			printf "\"lower\":null,\"middle\":null,\"upper\":null,\"buy_mark\":null,\"sell_mark\":null,\"distance_pct\":null,"
			printf "\"waits_for\":null,\"why\":\"test\"}\n"
		}
	}'
}

# Up to eight approved decisions, one a pair, with their rows in the database.
decisions() { head -n "$1" approved; }

# N fills of one pair, a BUY and a SELL in turn.
fills() {
	awk -v n="$1" 'BEGIN {
		for (k = 1; k <= n; k++) {
			sell = k % 2 == 0
			printf "{\"kind\":\"trade\",\"v\":1,\"id\":\"t%d\",\"order\":\"o\",\"decision\":\"d\",\"account\":\"main\",\"run\":\"r\",\"strategy\":\"s\",", k
			printf "\"market\":\"spot\",\"symbol\":\"BTCUSDT\",\"side\":\"%s\",\"reason\":\"%s\",", sell ? "SELL" : "BUY", sell ? "exit" : "entry"
			printf "\"qty\":\"1.00000000\",\"price\":\"100.00000000\",\"quote_qty\":\"100.00000000\",\"fee\":\"0.10000000\",\"fee_asset\":\"USDT\","
			printf "\"fee_quote\":\"0.10000000\",\"maker\":false,\"realized_pnl\":%s,\"t_ms\":%.0f}\n", sell ? "\"-0.20000000\"" : "null", 1714521600000 + k * 14400000
		}
	}'
}

# A database as the program needs it, from nothing.
fresh() {
	rm -f x.db*
	echo '{"sizing":"equity_pct","size":"10","exchange_filters":false}' >plain.json
	case $name in ct-store | ct-risk | ct-exec) ct-store init --db x.db 2>/dev/null ;; esac
	if [ "$name" = ct-exec ]; then
		for symbol in BTCUSDT ETHUSDT BNBUSDT SOLUSDT; do rules $symbol && candles 8 $symbol 3600000 1h; done | ct-store put --db x.db
		ct-exec sync -A donchian --config "$ROOT/share" --db x.db --now 2024-05-01T08:00 >/dev/null 2>&1
		for symbol in BTCUSDT ETHUSDT BNBUSDT SOLUSDT; do signals 2 | tail -n 1 | sed "s/BTCUSDT/$symbol/"; done |
			ct-risk -A donchian --config "$ROOT/share" --db x.db --now 2024-05-01T08:00 >approved
	fi
}

# each COMMAND…: runs it for every row, with $name, $samples, $first and the function `filter` set.
each() {
	local arguments
	while IFS='|' read -r name arguments samples first; do
		mkdir -p "$BATS_TEST_TMPDIR/$name" && cd "$BATS_TEST_TMPDIR/$name" || return 1
		read -ra words <<<"$arguments"
		fresh && "$@" || { echo "broken by $name ${words[*]}" >&2; return 1; }
	done < <(filters)
}
filter() { "$name" "${words[@]}" "$@"; }

# expect CODE TEXT: what $status and stderr were.
expect() {
	[ "$status" = "$1" ] || { echo "exit $status, not $1: $(cat err)" >&2; return 1; }
	[ -z "${2:-}" ] || grep -qF -- "$2" err || { echo "no '$2' in: $(cat err)" >&2; return 1; }
}
run_on() {
	status=0
	filter <"$1" >out 2>err || status=$?
}

@test "--help, --version and --usage print and exit 0" {
	for name in $(programs); do
		run "$name" --help
		assert_success
		assert_output --partial "Usage: $name"
		for option in $("$name" --usage | grep -oE -- '--[a-z][a-z-]+' | sort -u); do
			grep -qE -- "$option([^a-z-]|$)" <<<"$output" || fail "$name --help does not tell of $option"
		done
		run "$name" --version
		assert_success
		assert_output --regexp "^$name [0-9]+\.[0-9]+\.[0-9]+ \([0-9a-f]+|unknown\)$"
	done
}

@test "an unknown option is a usage error that names the program" {
	for name in $(programs); do
		run "$name" --no-such-option
		assert_failure 64
		assert_output --partial "$name"
	done
}

@test "--help on a full disk fails" {
	for name in $(programs); do
		status=0
		"$name" --help >/dev/full 2>err || status=$?
		[ "$status" = 74 ] || fail "$name --help >/dev/full: exit $status"
	done
}

empty_input() {
	run_on /dev/null
	expect 0 && [ ! -s out ]
}
@test "empty input gives empty output" { each empty_input; }

bad_line() {
	{ "$samples" 2; echo nonsense; } >in
	run_on in
	expect 65 "stdin:3:" || return 1
	{ "$samples" 1; "$samples" 1 | sed 's/"v":1,/"v":99,/'; } >in
	run_on in
	expect 65 "stdin:2: v:" || return 1
	"$samples" 1 | sed 's/"kind":"[a-z]*"/"kind":"nonsense"/' >in
	run_on in
	expect 65 "stdin:1: kind:" || return 1
	"$samples" 1 | sed 's/"symbol":"[^"]*",//' >in
	run_on in
	expect 65 "stdin:1: symbol: missing"
}
@test "a bad line is named by its number and field" { each bad_line; }

skip_bad() {
	{ "$samples" 1; echo nonsense; "$samples" 2 | tail -n 1; } >in
	status=0
	filter --on-bad=skip <in >out 2>err || status=$?
	expect 65 "stdin:2:" || return 1
	"$samples" 2 >good
	fresh
	filter <good | cmp - out
}
@test "--on-bad=skip names the line, does the rest and still exits 65" { each skip_bad; }

same_as_plain() { # FILE: gives what the plain lines give
	fresh
	run_on "$1"
	expect 0 && cmp out plain
}
shapes() {
	"$samples" 3 >good
	run_on good
	expect 0 && mv out plain && [ -s plain ] || return 1
	{ echo; cat good; printf '\n \t\n'; } >blank
	sed 's/$/\r/' good >crlf
	{ printf '\xef\xbb\xbf'; cat good; } >bom
	printf '%s' "$(cat good)" >unended
	for shape in blank crlf bom unended; do
		same_as_plain $shape || { echo "($shape)" >&2; return 1; }
	done
}
@test "blank lines, CRLF, a byte order mark and a missing last newline change nothing" { each shapes; }

hostile() {
	{ "$samples" 1; head -c 1100000 /dev/zero | tr '\0' x; echo; } >in
	run_on in
	expect 65 "stdin:2: line is longer than" || return 1
	{ "$samples" 1; head -c 900000 /dev/zero | tr '\0' '['; echo; } >in
	run_on in
	expect 65 "stdin:2: nested deeper than" || return 1
	{ "$samples" 1; printf '{"kind":"a\0b"}\n'; } >in
	run_on in
	expect 65 "stdin:2: line contains a NUL" || return 1
	"$samples" 1 | sed 's/"v":1,/"v":1,"v":1,/' >in
	run_on in
	expect 65 "stdin:1: not a JSON object: duplicate" || return 1
	"$samples" 1 | head -c 60 >in
	run_on in
	expect 65 "stdin:1:"
}
@test "an over-long line, a depth bomb, a NUL, a duplicate key and half a line are refused" { each hostile; }

full_disk() {
	"$samples" 3 >in
	status=0
	filter <in >/dev/full 2>err || status=$?
	expect 74 "$name: cannot write to stdout" || return 1
	fresh
	status=0
	filter <in >&- 2>err || status=$?
	expect 74 "$name: cannot write to stdout"
}
@test "a full disk and a closed stdout exit 74" { each full_disk; }

reader_leaves() {
	"$samples" 3000 >in
	[ "$(wc -l <in)" = 3000 ] || return 0 # too few to fill a pipe
	timeout 60 bash -c '"$@" <in 2>err | head -n 1 >first; echo "${PIPESTATUS[0]}" >code' - "$name" "${words[@]}" || return 1
	[ -s first ] && grep -qE '^(141|74)$' code
}
@test "a reader that leaves early ends the program" { each reader_leaves; }

live_pipe() {
	[ "$first" != end ] || return 0 # all of the history, then the result
	mkfifo pipe
	filter <pipe >out 2>err &
	exec 7>pipe
	"$samples" "$first" >&7
	wait_for test -s out || { exec 7>&-; wait; echo "no line while the writer waits" >&2; return 1; }
	exec 7>&-
	wait
}
@test "a record comes out while the writer still waits" { each live_pipe; }

@test "--since after --until is a usage mistake wherever there are both" {
	ct-store init --db x.db
	offered=$(for p in $(programs); do ! "$p" --help | grep -q -- --since || echo "$p"; done | paste -sd' ')
	assert_equal "$offered" "ct-backtest ct-fetch ct-report ct-store ct-tune"
	while read -r command; do
		# shellcheck disable=SC2086
		run $command --since 2024-06-01 --until '2024-05-31 23:59' </dev/null
		assert_failure 64
		assert_line --partial "--since (2024-06-01"
	done <<-'END'
		ct-backtest -A main
		ct-fetch candles BTCUSDT -i 4h
		ct-report summary --db x.db
		ct-store trades --db x.db
		ct-store wanted BTCUSDT -i 4h --db x.db
		ct-tune -S donchian-4h --grid lookback=5:12
	END
}

# stopped COMMAND…: exit 75 after SIGTERM, sent at moments that come closer to the middle of the work until one is hit.
stopped() {
	local pid rc try
	for try in $(seq 40); do
		"$@" >/dev/null 2>err 3>&- &
		pid=$!
		sleep "0.0$((try % 8 + 1))"
		kill -TERM $pid 2>/dev/null || true
		rc=0
		wait $pid || rc=$?
		case $rc in
		0 | 143) ;; # too late, too early
		75) grep -q 'stopped by a signal before the end' err && return ;;
		*) fail "$*: exit $rc: $(cat err)" ;;
		esac
	done
	fail "$*: never stopped"
}

@test "SIGTERM stops work on the database, not only on stdin" {
	mkdir -p conf
	ct-store init --db x.db
	{ rules BTCUSDT && candles 200000 BTCUSDT 60000 1m; } | ct-store put --db x.db
	echo '{"accounts":[{"name":"main","mode":"paper","interval":"1m","anchor":"2024-05-01","risk":"careful",
		"strategies":[{"file":"donchian-4h","symbols":["BTCUSDT"]}]}]}' >conf/accounts.json
	stopped ct-store candles -i 1m --db x.db
	stopped ct-backtest -A main --equity bar --config conf --db x.db
	stopped ct-tune -S donchian-4h --grid lookback=5:12 -i 1m --db x.db BTCUSDT
	ct-backtest -A main --equity bar --config conf --db x.db | ct-store put --db x.db
	stopped ct-report summary -A backtest/main --config conf --db x.db
}
