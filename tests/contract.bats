# What every program promises alike. Adding a program: its file in cmd/; a record filter is one row in `filters` below
# (and, where it needs a file or a database first, a function prepare_NAME).
load helper

programs() {
	for file in "$BIN"/ct-*; do [ ! -x "$file" ] || basename "$file"; done
}

# name | arguments with which it reads records on stdin | function that prints N good lines, each giving output in time
filters() {
	while IFS='|' read -r name arguments samples; do
		[ ! -x "$BIN/$name" ] || printf '%s|%s|%s\n' "$name" "$arguments" "$samples"
	done <<-END
		ct-study|ema:3|candles
		ct-signal|-S donchian-4h|candles
		ct-store|put --pass --db put.db|candles
	END
}

prepare_ct_store() { ct-store init --db put.db; }

# each COMMAND…: runs it for every row as `COMMAND`, with $name, $samples and the function `filter` set.
each() {
	local arguments
	while IFS='|' read -r name arguments samples; do
		mkdir -p "$BATS_TEST_TMPDIR/$name" && cd "$BATS_TEST_TMPDIR/$name" || return 1
		read -ra words <<<"$arguments"
		if declare -F "prepare_${name//-/_}" >/dev/null; then "prepare_${name//-/_}" >/dev/null || return 1; fi
		"$@" || { echo "broken by $name ${words[*]}" >&2; return 1; }
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
	rm -f ./*.db*
	if declare -F "prepare_${name//-/_}" >/dev/null; then "prepare_${name//-/_}" >/dev/null; fi
	filter <good | cmp - out
}
@test "--on-bad=skip names the line, does the rest and still exits 65" { each skip_bad; }

same_as_plain() { # FILE: gives what the plain lines give
	rm -f ./*.db*
	if declare -F "prepare_${name//-/_}" >/dev/null; then "prepare_${name//-/_}" >/dev/null; fi
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
	status=0
	filter <in >&- 2>err || status=$?
	expect 74 "$name: cannot write to stdout"
}
@test "a full disk and a closed stdout exit 74" { each full_disk; }

reader_leaves() {
	"$samples" 20000 >in
	timeout 60 bash -c '"$@" <in 2>err | head -n 1 >first; echo "${PIPESTATUS[0]}" >code' - "$name" "${words[@]}" || return 1
	[ -s first ] && grep -qE '^(141|74)$' code
}
@test "a reader that leaves early ends the program" { each reader_leaves; }

live_pipe() {
	mkfifo pipe
	filter <pipe >out 2>err &
	exec 7>pipe
	"$samples" 1 >&7
	wait_for test -s out || { exec 7>&-; wait; echo "no line while the writer waits" >&2; return 1; }
	exec 7>&-
	wait
}
@test "a record comes out while the writer still waits" { each live_pipe; }
