#!/bin/sh
# ct-trade: one step for every account that is due. This is what cron runs, and it is meant to be read and copied.
#
# Each stage's output is kept in a file of the step's folder and gets its name only when the stage has exited 0: a
# stage that was killed half-way is never taken for complete. A step is over when its folder holds `done`.
set -u

program=ct-trade
accounts='' db='' config='' now='' dry_run='' every='' verb='' grace=900 verbose='' live=''

usage() {
	cat <<'END'
Usage: ct-trade [OPTION...] [check|status]
Makes one step for every account that is due: candles, book, signals, decisions, orders.

  -A, --account=NAME         Only this account (may be given several times)
      --config=DIR           Folder of accounts.json (default: CT_CONFIG, or $XDG_CONFIG_HOME/ct)
      --db=FILE              The database (default: CT_DB, or $XDG_DATA_HOME/ct/ct.db)
      --dry-run              Say what would be run, and run nothing
      --every=SECONDS        Step again and again, with this pause
      --grace=SECONDS        status: overdue this long after a bar has closed (default 900)
      --live                 Trade with real money: accounts in mode live are
                             refused without it
      --now=TIME             Take TIME as the clock; for tests and replays, refused for live accounts
  -v, --verbose              Say what is done
  -?, --help                 Give this help list
      --usage                Give a short usage message
  -V, --version              Print program version

Verbs:
  check    read every configuration file that is used; say what is wrong
  status   last step, age, halts, breakers; exit 75 when one is overdue

A step's files are in $XDG_STATE_HOME/ct/steps/ACCOUNT/TIME; the last 100
are kept.

Example:
  * * * * *  ct-trade    in a crontab: cheap when nothing is due
END
}

say() { printf '%s: %s\n' "$program" "$*" >&2; }
tell() { [ -z "$verbose" ] || say "$@"; }
fail() { code=$1; shift; say "$@"; exit "$code"; }
needs() { [ $# -ge 2 ] || fail 64 "option '$1' requires an argument"; }

while [ $# -gt 0 ]; do
	case $1 in
	--?*=*) option=${1%%=*} value=${1#*=}; shift; set -- "$option" "$value" "$@" ;;
	esac
	case $1 in
	-A | --account) needs "$@"; accounts="$accounts $2"; shift 2 ;;
	--config) needs "$@"; config=$2; shift 2 ;;
	--db) needs "$@"; db=$2; shift 2 ;;
	--every) needs "$@"; every=$2; shift 2 ;;
	--grace) needs "$@"; grace=$2; shift 2 ;;
	--now) needs "$@"; now=$2; shift 2 ;;
	--dry-run) dry_run=yes; shift ;;
	--live) live=--live; shift ;;
	-v | --verbose) verbose=yes; shift ;;
	-\? | --help) usage || exit 74; exit ;;
	--usage) printf 'Usage: ct-trade [-A NAME] [--config=DIR] [--db=FILE] [--dry-run] [--every=SECONDS] [--grace=SECONDS] [--live] [--now=TIME] [-v] [--help] [--usage] [--version] [check|status]\n'; exit ;;
	-V | --version) ct-store --version | sed "s/^ct-store/$program/"; exit ;;
	check | status) verb=$1; shift ;;
	-*) fail 64 "unrecognized option '$1' (see --help)" ;;
	*) fail 64 "'$1' is not a verb: check, status, or none (see --help)" ;;
	esac
done
case $every$grace in *[!0-9]*) fail 64 "--every and --grace want a number of seconds" ;; esac

[ -z "$db" ] || export CT_DB="$db"
[ -z "$config" ] || export CT_CONFIG="$config"
state=${XDG_STATE_HOME:-$HOME/.local/state}/ct/steps

# at PROGRAM ARGS…: with the given clock, if there is one.
at() { if [ -n "$now" ]; then "$@" --now "$now"; else "$@"; fi; }

# field NAME: one number or text of a JSON line on stdin.
field() { sed -En 's/.*"'"$1"'":("(([^"\\]|\\.)*)"|([^",}]*)).*/\2\4/; T; s/\\(.)/\1/g; p'; }

# The clock in seconds: --now as the other programs take it, a date or milliseconds.
clock() {
	case $now in
	'') date +%s ;;
	*[!0-9]*) date -u -d "$now" +%s ;;
	*) echo $((now / 1000)) ;;
	esac
}

# The time of a step as a folder name that sorts: 2024-05-01T12:00.
folder_of() { date -u -d "@$(($2 / 1000))" "+$state/$1/%Y-%m-%dT%H:%M:%S"; }

# stage NAME COMMAND…: its output becomes NAME.ndjson in $step, or the step ends here.
stage() {
	stage=$1
	shift
	tell "$account: $*"
	"$@" >"$step/$stage.part" 2>"$step/$stage.log"
	failed=$?
	if [ "$failed" -ne 0 ]; then
		say "$account: stage $stage failed (exit $failed): $(tail -n 1 "$step/$stage.log")"
		return "$failed"
	fi
	mv "$step/$stage.part" "$step/$stage.ndjson"
	[ -z "$verbose" ] || cat "$step/$stage.log" >&2
}

# Those of $account's strategies that are asked go to $step/asked, each with a close: whose bar closed at $newest; and
# before them those that were not heard of every pair when theirs had closed, since no step was made then, or a candle came
# later: what was heard is in the database. Of these only exits are made: the gates refuse an entry whose close the book has
# passed.
ask() {
	ct-store accounts -A "$account" --to-ask --now "$newest" >"$step/asked" || return # as of this close, however late it is
	sort -n -k 4,4 -o "$step/asked" "$step/asked" || return
	[ -s "$step/asked" ] || rm "$step/asked"
}

# What they say, each from the account's anchor on.
signals() {
	while IFS="$(printf '\t')" read -r name file interval closed; do
		ct-store candles -A "$account" -S "$name" --until "$closed" >"$step/candles.part" || return
		ct-signal -S "$file" --resample "$interval" --emit-from "$closed" <"$step/candles.part" || return
	done <"$step/asked"
	rm -f "$step/candles.part"
}

# What they say, decided and carried out.
trade() {
	stage signals signals &&
		stage stored ct-store put <"$step/signals.ndjson" &&
		stage decisions at ct-risk -A "$account" <"$step/signals.ndjson" &&
		stage orders at ct-exec -A "$account" $live <"$step/decisions.ndjson"
}

# Whether the book of $account has the bar that closed at $newest.
booked() {
	settled=$(at ct-store accounts -A "$account" | field settled_ms)
	[ "${settled:-null}" != null ] && [ "$settled" -ge "$newest" ]
}

# The pairs of $account whose newest candle is not stored.
missing() { at ct-store wanted -A "$account" | field symbol; }

# One step of $account, in $step. Whatever the fetch returned, the book is brought in step. Where not one candle of the
# newest close is stored yet, the step stays open, and the next call makes it again: no stage does anything twice.
# So does a later call once it has got one of the candles that are named in `late`.
# shellcheck disable=SC2086 # $live is --live, or nothing
step_account() {
	first=
	[ -d "$step" ] || first=yes
	mkdir -p "$step" || return 73
	missing >"$step/late" || return
	stage sync at ct-exec sync -A "$account" $live
	code=$?
	if [ "$code" -eq 0 ]; then
		ask && { [ ! -e "$step/asked" ] || trade; }
		code=$?
	fi
	# What is due goes out whatever went wrong before: exits, moved stops, what a killed step left.
	stage pending at ct-exec pending -A "$account" $live || return
	[ "$code" -eq 0 ] || return "$code"
	if booked; then
		: >"$step/done"
	elif [ -n "$first" ]; then # told once; later calls make it again
		say "$account: this step stays open: $(tail -n 1 "$step/sync.log")"
	fi
	find "$state/$account" -mindepth 1 -maxdepth 1 -type d | sort | head -n -100 | xargs -r rm -r
}

# The step of $account, unless another ct-trade makes it, or nothing has come since it was made.
step_due() {
	newest=$(at ct-store accounts -A "$account" | field newest_ms)
	step=$(folder_of "$account" "$newest")
	(
		flock -n 9 || { say "$account: another ct-trade is stepping it"; exit 75; }
		if [ -e "$step/done" ] && { [ ! -s "$step/late" ] || missing | cmp -s - "$step/late"; }; then exit 0; fi
		step_account
	) 9>"$state/$account.lock"
}

# Between the bars of an account at the exchange: what has happened is booked and protected, and what waits goes out.
# shellcheck disable=SC2086 # $live is --live, or nothing
manage() {
	step=$state/$account/between
	mkdir -p "$step" || return 73
	(
		flock -n 9 || exit 0
		stage sync at ct-exec sync -A "$account" $live
		code=$?
		stage pending at ct-exec pending -A "$account" $live || exit
		exit "$code"
	) 9>"$state/$account.lock"
}

# Alarms reach a person where notify.json says how. What goes wrong there is told, and changes nothing here.
inform() { [ ! -e "$notify" ] || at ct-notify; }

# The exchange's rules for the pairs, once a day.
fetch_rules() {
	[ -z "$(find "$state/symbols" -mmin -1440 2>/dev/null)" ] || return 0
	pairs=$(field symbol <"$state/wanted" | sort -u)
	[ -n "$pairs" ] || return 0
	# shellcheck disable=SC2086 # one argument a pair
	ct-fetch symbols $pairs >"$state/symbols.part" && ct-store put <"$state/symbols.part" && mv "$state/symbols.part" "$state/symbols"
}

# Market data for all due accounts at once, one ct-trade at a time: the second finds nothing missing any more.
# A failure is told; what is stored already is still worked on.
fetch() {
	flock 8
	failed=0
	for account in $due; do
		at ct-store wanted -A "$account" || failed=$?
	done >"$state/wanted.part"
	sort -u "$state/wanted.part" >"$state/wanted"
	[ -s "$state/wanted" ] || return "$failed"
	tell "fetching $(wc -l <"$state/wanted") series"
	fetch_rules || say "the exchange's rules could not be fetched: entries of new pairs will be refused"
	at ct-fetch candles - --wait-closed 30s <"$state/wanted" >"$state/candles.part" || failed=$?
	ct-store put <"$state/candles.part" || failed=$?
	rm -f "$state/candles.part"
	return "$failed"
}

# Due: a bar has closed since the last step, or the step of the newest bar was begun and not finished, or was made
# without a candle that was late ($again: only that).
find_due() {
	due='' again='' between=''
	for account in $accounts; do
		line=$(at ct-store accounts -A "$account") || { worst=$?; continue; }
		step=$(folder_of "$account" "$(printf '%s\n' "$line" | field newest_ms)")
		if [ "$(printf '%s\n' "$line" | field due)" = true ] || { [ -d "$step" ] && [ ! -e "$step/done" ]; }; then
			due="$due $account"
		elif [ -s "$step/late" ]; then
			again="$again $account"
		elif [ "$(printf '%s\n' "$line" | field mode)" != paper ]; then
			between="$between $account"
		fi
	done
}

# Each account steps in a process of its own: one that is slow, or fails, delays no other. With --every they are not
# waited for.
one_round() {
	worst=0 steps=''
	find_due
	if [ -n "$dry_run" ]; then
		for account in $due $again; do say "would step $account"; done
		return "$worst"
	fi
	fresh=$due due="$due$again"
	if [ -n "$fresh$verbose" ] && [ -n "$due" ]; then
		fetch 8>"$state/fetch.lock" || { worst=$?; say "fetching failed (exit $worst): going on with what is stored"; }
	elif [ -n "$due" ]; then # what is late was told when the step was made
		fetch 8>"$state/fetch.lock" 2>/dev/null || :
	fi
	for account in $due; do
		{ step_due; code=$?; inform; exit "$code"; } &
		steps="$steps $!"
	done
	for account in $between; do
		manage &
		steps="$steps $!"
	done
	inform &
	[ -z "$every" ] || return "$worst"
	informing=$!
	for process in $steps; do wait "$process" || worst=$?; done
	wait "$informing"
	return "$worst"
}

# cron's worst failure is silence: this one speaks, and its exit code too.
status() {
	overdue=0
	printf '%-16s %-20s %-10s %-8s %s\n' account 'last step' age state note
	for account in $accounts; do
		line=$(at ct-store accounts -A "$account") || exit
		newest=$(printf '%s\n' "$line" | field newest_ms)
		last=$(find "$state/$account" -mindepth 2 -maxdepth 2 -name 'done' 2>/dev/null | sort | tail -n 1)
		last=${last%/done} last=${last##*/}
		clock_s=$(clock) || exit
		age='-' condition=waiting note=''
		[ -z "$last" ] || age=$(((clock_s - $(date -u -d "$last" +%s)) / 60))m
		if [ ! -e "$(folder_of "$account" "$newest")/done" ]; then
			condition=due
			if [ $((clock_s - newest / 1000)) -gt "$grace" ]; then
				condition=OVERDUE overdue=75
				say "$account: overdue: the bar that closed at $(date -u -d "@$((newest / 1000))" '+%Y-%m-%d %H:%M') is not booked"
			fi
		fi
		risk=$(ct-risk status -A "$account" --format json) || exit
		[ "$(printf '%s\n' "$risk" | field halted)" != true ] || note="halted: $(printf '%s\n' "$risk" | field halt_why)"
		breaker=$(printf '%s\n' "$risk" | field breaker)
		[ -z "$breaker" ] || note="$note breaker $breaker latched"
		late=$(paste -sd' ' "$(folder_of "$account" "$newest")/late" 2>/dev/null)
		[ -z "$late" ] || note="$note late: $late"
		printf '%-16s %-20s %-10s %-8s %s\n' "$account" "${last:-never}" "$age" "$condition" "$note"
	done
	return "$overdue"
}

# Every file that a step would read, by the programs that read it: their messages name file, key and what was expected.
check() {
	worst=0
	for account in $accounts; do
		good=yes
		at ct-store accounts -A "$account" --strategies >"$state/strategies" || exit
		while IFS="$(printf '\t')" read -r name file _; do
			ct-signal -S "$file" </dev/null || { worst=$? good=; }
		done <"$state/strategies"
		ct-risk status -A "$account" --format json >/dev/null || { worst=$? good=; }
		[ -z "$good" ] || printf '%s: good\n' "$account"
	done
	return "$worst"
}

mkdir -p "$state" || exit 73
notify=${CT_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/ct}/notify.json
steps=''
[ -n "$accounts" ] || accounts=$(at ct-store accounts --names) || exit
if [ -n "$verb" ]; then
	"$verb"
	exit
fi
# A step that is killed in the middle of a stage is made up by the next call.
# shellcheck disable=SC2086 # a list of processes
trap 'kill $steps 2>/dev/null; exit 130' INT
# shellcheck disable=SC2086
trap 'kill $steps 2>/dev/null; exit 143' TERM
while :; do
	one_round
	code=$?
	[ -n "$every" ] || exit "$code"
	sleep "$every"
done
