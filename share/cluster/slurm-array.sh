#!/bin/sh
# A search of ct-tune as a Slurm job array: a job for each shard, then one that puts the results together.
#
#   slurm-array.sh [-n SHARDS] [-p PARTITION] [-t MINUTES] [-j CPUS] -c CANDLES -o TUNED -- OPTIONS OF ct-tune
#
#   ct-store candles -i 4h --symbols share/symbols/spot60.json >candles.ndjson
#   slurm-array.sh -n 200 -c candles.ndjson -o tuned.ndjson -- \
#       -S channel.json -R risk.json --grid lookback=10:60:5 --grid stop_pct=1,2,3,5 --walk-forward 180d/30d
#
# The working folder is shared by all nodes, and ct is installed on them; symbol records belong into CANDLES too. It
# prints the number of the last job: when that is done, TUNED is there, byte for byte what one machine would have
# written. Where a job fails, TUNED is not written: call again, and what the shards have done is not done twice.
set -eu

shards=20 candles='' tuned='' partition='' minutes=60 cpus=1
while getopts n:p:t:j:c:o: option; do
	case $option in
	n) shards=$OPTARG ;;
	p) partition=$OPTARG ;;
	t) minutes=$OPTARG ;;
	j) cpus=$OPTARG ;;
	c) candles=$OPTARG ;;
	o) tuned=$OPTARG ;;
	*) exit 64 ;;
	esac
done
shift $((OPTIND - 1))
if [ -z "$candles" ] || [ -z "$tuned" ] || [ $# -eq 0 ]; then
	sed -n 's/^#   \(slurm-array.sh.*\)/usage: \1/p' "$0" | head -n 1 >&2
	exit 64
fi

quoted=''
for word; do
	quoted="$quoted '$(printf %s "$word" | sed "s/'/'\\\\''/g")'"
done

work=$tuned.d
mkdir -p "$work"
[ -e "$work/shard-0001.ndjson" ] || ct-tune split --shards "$shards" --candles "$candles" -o "$work/shard" "$@"
shards=$(find "$work" -name 'shard-*.ndjson' | wc -l)

# The jobs are files of their own, so that sbatch reads them from disk and a person can.
cat >"$work/shard.sh" <<END
#!/bin/sh
set -eu
cd '$PWD'
shard='$work'/shard-\$(printf %04d "\$SLURM_ARRAY_TASK_ID")
ct-tune run - --resume --jobs $cpus --chance 0 --candles '$candles' -o "\$shard.done" $quoted <"\$shard.ndjson"
END
cat >"$work/merge.sh" <<END
#!/bin/sh
set -eu
cd '$PWD'
cat '$work'/shard-*.done >'$tuned'
ct-tune --resume --jobs $cpus --candles '$candles' -o '$tuned' $quoted
rm -r '$work'
END

submit() { sbatch --parsable --time="$minutes" --cpus-per-task="$cpus" --output="$work/%x-%a.out" ${partition:+--partition="$partition"} "$@"; }
array=$(submit --job-name=ct-tune --array="1-$shards" "$work/shard.sh")
submit --job-name=ct-tune-merge --kill-on-invalid-dep=yes --dependency="afterok:${array%%;*}" "$work/merge.sh"
