#!/bin/sh
# A search of ct-tune on many machines with GNU parallel over ssh; or on this one alone.
#
#   parallel-ssh.sh [-w HOST,HOST…] [-r] [-n SHARDS] -c CANDLES -o TUNED -- OPTIONS OF ct-tune
#
#   ct-store candles -i 4h --symbols share/symbols/spot60.json >candles.ndjson
#   parallel-ssh.sh -w node1,node2 -n 40 -c candles.ndjson -o tuned.ndjson -- \
#       -S channel.json -R risk.json --grid lookback=10:60:5 --grid stop_pct=1,2,3,5 --walk-forward 180d/30d
#
# Every host has ct installed and works on one shard at a time with all its processors; `:` is this machine. The folder
# is shared by all of them; with -r nothing is shared, and rsync takes there every file that the options name and
# brings the results back. Symbol records belong into CANDLES too. A shard that fails is tried on another host; those
# that are done are kept in TUNED.d, and a second call goes on with what is missing. The result is, byte for byte,
# what one machine would have written.
set -eu

hosts=: shards=0 candles='' tuned='' remote=''
while getopts w:rn:c:o: option; do
	case $option in
	w) hosts=$OPTARG ;;
	r) remote=yes ;;
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
command -v parallel >/dev/null || { echo "parallel-ssh.sh: GNU parallel is not installed" >&2; exit 69; }
[ "$shards" -gt 0 ] || shards=$((4 * $(echo "$hosts" | tr , ' ' | wc -w)))

work=$tuned.d
mkdir -p "$work"
[ -e "$work/shard-0001.ndjson" ] || ct-tune split --shards "$shards" --candles "$candles" -o "$work/shard" "$@"

# The options once more as one word of sh, to go through ssh.
quote() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }
command="ct-tune run - --chance 0 --candles $(quote "$candles")"
for word; do command="$command $(quote "$word")"; done

# Where nothing is shared, the files that the options name go along to a folder that lasts as long as the jobs.
files=''
if [ -n "$remote" ]; then
	for word in "$candles" "$@"; do [ ! -f "$word" ] || files="$files --basefile $(quote "$word")"; done
	files="--wd .ct-tune/$(uname -n)-$$ --transferfile {} --return {.}.done --cleanup $files"
else
	files="--wd $(quote "$PWD")"
fi

# A result appears under its name when it is whole, and nothing else counts: not what parallel's exit code says. The
# command is written for sh, whatever the login shell is here or there, and where SHELL is not set at all.
export PARALLEL_SHELL=/bin/sh
missing=''
for shard in "$work"/shard-*.ndjson; do [ -e "${shard%.ndjson}.done" ] || missing="$missing $(quote "$shard")"; done
[ -z "$missing" ] || eval "parallel -j 1 -S $(quote "$hosts") --retries 3 $files" \
	"$(quote "$command <{} >{.}.tmp && mv {.}.tmp {.}.done") :::$missing" </dev/null || :
for shard in "$work"/shard-*.ndjson; do
	[ -e "${shard%.ndjson}.done" ] || { echo "parallel-ssh.sh: some shards are missing; call again to go on" >&2; exit 75; }
done

# All shards in their order are the beginning of the search; the rest follows from them.
cat "$work"/shard-*.done >"$tuned"
ct-tune --resume -o "$tuned" --candles "$candles" "$@"
rm -r "$work"
