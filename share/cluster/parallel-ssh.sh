#!/bin/sh
# A search of ct-tune on many machines, by ssh; or by all processors of this one.
#
#   parallel-ssh.sh [-w HOST,HOST…] [-n SHARDS] -c CANDLES -o TUNED -- OPTIONS OF ct-tune
#
#   ct-store candles -i 4h --symbols share/symbols/spot60.json >candles.ndjson
#   parallel-ssh.sh -w node1,node2 -n 40 -c candles.ndjson -o tuned.ndjson -- \
#       -S channel.json -R risk.json --grid lookback=10:60:5 --grid stop_pct=1,2,3,5 --walk-forward 180d/30d
#
# Every host has ct installed and this folder under the same path (a shared file system, or a copy); symbol records
# belong into CANDLES too. Shards that are done are kept in TUNED.d: a second call goes on with what is missing. The
# result is, byte for byte, what one machine would have written.
set -eu

hosts='' shards=0 candles='' tuned=''
while getopts w:n:c:o: option; do
	case $option in
	w) hosts=$(echo "$OPTARG" | tr , ' ') ;;
	n) shards=$OPTARG ;;
	c) candles=$OPTARG ;;
	o) tuned=$OPTARG ;;
	*) exit 64 ;;
	esac
done
shift $((OPTIND - 1))
if [ -z "$candles" ] || [ -z "$tuned" ] || [ $# -eq 0 ]; then
	sed -n 's/^#   \(parallel-ssh.sh.*\)/usage: \1/p' "$0" | head -n 1 >&2
	exit 64
fi
count=$(echo "$hosts" | wc -w)
[ "$shards" -gt 0 ] || shards=$((count > 0 ? 4 * count : 4))

# The options once more as one word of sh, to go through ssh.
quoted=''
for word; do
	quoted="$quoted '$(printf %s "$word" | sed "s/'/'\\\\''/g")'"
done

work=$tuned.d
mkdir -p "$work"
[ -e "$work/shard-0001.ndjson" ] || ct-tune split --shards "$shards" --candles "$candles" -o "$work/shard" "$@"

# One shard: its result appears under its name when it is whole.
run() { # SHARD [HOST]
	result=${1%.ndjson}.done
	[ ! -e "$result" ] || return 0
	command="cd '$PWD' && ct-tune run - --candles '$candles' --chance 0 $quoted"
	if [ $# -gt 1 ]; then
		ssh -o BatchMode=yes "$2" "$command" <"$1" >"$result.tmp"
	else
		sh -c "$command" <"$1" >"$result.tmp"
	fi && mv "$result.tmp" "$result"
}

# Each host works off every so-manieth shard.
one_host() { # NUMBER [HOST]
	number=$1 at=0
	shift
	for shard in "$work"/shard-*.ndjson; do
		[ $((at % (count > 0 ? count : 1))) -ne "$number" ] || run "$shard" "$@" || return
		at=$((at + 1))
	done
}

if [ "$count" -eq 0 ]; then
	one_host 0
else
	number=0 workers=''
	for host in $hosts; do
		one_host "$number" "$host" &
		workers="$workers $!"
		number=$((number + 1))
	done
	failed=0
	for worker in $workers; do wait "$worker" || failed=$?; done
	[ "$failed" -eq 0 ] || {
		echo "parallel-ssh.sh: some shards are missing; call again to go on" >&2
		exit "$failed"
	}
fi

# All shards in their order are the beginning of the search; the rest follows from them.
cat "$work"/shard-*.done >"$tuned"
ct-tune --resume -o "$tuned" --candles "$candles" "$@"
rm -r "$work"
