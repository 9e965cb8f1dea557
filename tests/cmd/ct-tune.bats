# ct-tune: the same trials whatever the number of workers, after any interruption, and in shards; what a trial says is what
# ct-backtest and ct-report say; ranks and their limits; heat maps. Statistics are tested in tests/unit/luck.c.
load ../helper
load ../walk.sh
bats_require_minimum_version 1.5.0

DAY=86400000

setup() {
	common_setup
	{ walk AAAUSDT 7 900; walk BBBUSDT 8 900; } >candles.ndjson
	echo '{"sizing":"equity_pct","size":"40","exchange_filters":false}' >risk.json
	echo '{"strategy":"channel","method":"donchian","lookback":20,"stop_pct":5}' >s.json
}

tune() { ct-tune -S ./s.json -R ./risk.json --candles candles.ndjson "$@"; }
search() { tune --grid lookback=8:24:8 --grid exit_lookback=6,12 --walk-forward 60d/20d --embargo 6 --chance 25 "$@"; }
field() { jq -r "select(.sample == \"${2:-whole}\") | .$1"; }

@test "every set is a trial, in order; windows never overlap, the walk forward is the chain of its test windows" {
	search -o t.ndjson
	assert_equal "$(jq -r .sample t.ndjson | uniq -c | awk '{ print $1 $2 }' | paste -sd' ')" "6whole 24train 4test 1walk 1hold 25random"
	assert_equal "$(field tuned <t.ndjson | head -n 3 | paste -sd' ')" \
		'{"lookback":8,"exit_lookback":6} {"lookback":8,"exit_lookback":12} {"lookback":16,"exit_lookback":6}'
	# the train window of each test window ends a day (six bars) before it, and test windows follow each other
	jq -s -e --argjson day $DAY '
		([.[] | select(.sample == "train")] | group_by(.window) | map(.[0])) as $train | [.[] | select(.sample == "test")] as $test
		| ($train | length) == 4 and ($test | length) == 4
		and all(range(4); $train[.].until - $train[.].since == 60 * $day and $test[.].since - $train[.].until == $day
			and $test[.].until - $test[.].since == 20 * $day and (. == 0 or $test[.].since == $test[. - 1].until))' t.ndjson
	# each test window trades the best set of its train window, by calmar
	jq -s -e '[.[] | select(.sample == "train" and .calmar != null)] as $train | all(.[] | select(.sample == "test"); . as $t
		| ([$train[] | select(.window == $t.window)] | max_by(.calmar)).number == $t.number)' t.ndjson
	# the walk has every day of the test windows; its profit is theirs, each window with the money of the one before
	jq -s -e '[.[] | select(.sample == "test")] as $test | (.[] | select(.sample == "walk")) as $walk
		| ([$test[].returns | fromjson[]] == ($walk.returns | fromjson)) and ($walk.returns | fromjson | length) == 80
		and (([$test[].pnl] | add) - $walk.pnl | fabs) < 1e-6 and ([$test[].trades] | add) == $walk.trades' t.ndjson
}

@test "a trial says what ct-backtest and ct-report say" {
	tune --grid lookback=12,20 --chance 0 >t.ndjson
	jq -c '.lookback = 12' s.json >s12.json
	ct-backtest -S ./s12.json -R ./risk.json --equity bar - <candles.ndjson | ct-report summary --format json - >summary.ndjson
	for metric in pnl total_return cagr volatility max_drawdown drawdown_days sharpe sortino calmar trades win_rate profit_factor \
		expectancy worst_trade consecutive_losses exposure fees slippage days; do
		want=$(jq -r "select(.name == \"$metric\") | .value" summary.ndjson)
		got=$(head -n 1 t.ndjson | jq -r ".$metric")
		awk -v a="$got" -v b="$want" 'BEGIN { d = a - b; if (d < 0) d = -d; m = b < 0 ? -b : b; exit !(a != "" && b != "" && d <= 1e-9 * (m > 1 ? m : 1)) }' ||
			fail "$metric: $got, and ct-report says $want"
	done
}

@test "one worker, two and seven give the same bytes" {
	search --jobs 1 -o one
	search --jobs 2 -o two
	search --jobs 7 >seven
	cmp one two
	cmp one seven
}

@test "a search that was killed goes on to the same bytes" {
	search -o whole
	# a kill -9 leaves whole lines and perhaps the beginning of one
	for bytes in 0 1 5000 30000 "$(($(wc -c <whole) - 3))"; do
		head -c "$bytes" whole >part
		search --resume -o part
		cmp whole part || fail "after $bytes bytes"
	done
	# real ones, in the middle
	for signal in INT TERM KILL; do
		rm -f part
		ct-tune -S ./s.json -R ./risk.json --candles candles.ndjson --grid lookback=8:24:8 --grid exit_lookback=6,12 --walk-forward 60d/20d \
			--embargo 6 --chance 20000 -o part 3>&- &
		pid=$!
		wait_for test -s part || true
		kill -"$signal" "$pid"
		status=0
		wait "$pid" || status=$?
		[ "$signal" = KILL ] || [ "$status" = 75 ] || [ "$status" = 0 ] || fail "SIG$signal: exit $status"
		[ "$signal" = KILL ] || [ -z "$(tail -c 1 part | tr -d '\n')" ] || fail "SIG$signal: half a line"
		search --resume -o part
		head -n 36 part | cmp - <(head -n 36 whole) || fail "SIG$signal"
	done
}

@test "a file that is there is not overwritten, and not mixed with another search" {
	tune --grid lookback=8,9 --chance 0 -o t.ndjson
	run tune --grid lookback=8,9 --chance 0 -o t.ndjson
	assert_failure 73
	assert_output --partial "--resume"
	cp t.ndjson before
	tune --grid lookback=8,9,10 --chance 0 --resume -o t.ndjson # a wider one goes on
	assert_equal "$(wc -l <t.ndjson)" 3
	head -n 2 t.ndjson | cmp - before
	run tune --grid lookback=8,9 --chance 0 --capital 5000 --resume -o t.ndjson
	assert_failure 65
	assert_output --partial "t.ndjson:1: setup"
	tail -n +2 candles.ndjson >other.ndjson
	run tune --candles other.ndjson --grid lookback=8,9 --chance 0 --resume -o t.ndjson
	assert_failure 65
	assert_output --partial "other candles"
}

@test "random sets are those of their seed" {
	tune --random 12 --seed 5 --grid lookback=5:60 --grid stop_pct=1:9 --chance 0 >a
	tune --random 12 --seed 5 --grid lookback=5:60 --grid stop_pct=1:9 --chance 0 >b
	tune --random 12 --seed 6 --grid lookback=5:60 --grid stop_pct=1:9 --chance 0 >c
	cmp a b
	assert_equal "$(field tuned <a | sort -u | wc -l)" 12
	run cmp a c
	assert_failure
}

@test "shards run anywhere give what one machine gives" {
	search -o whole
	search --shards 5 -o shard split
	assert_equal "$(cat shard-*.ndjson | wc -l)" 30
	for n in 3 1 5 2 4; do
		tune run - <"shard-000$n.ndjson" >"done-$n"
	done
	cat done-* >merged
	head -n 30 whole | cmp - merged
	search --resume -o merged
	cmp whole merged
	run tune run - --capital 1 <shard-0001.ndjson
	assert_failure 65
	assert_output --partial "planned for other candles, settings"
	run tune run - <whole
	assert_failure 65
	assert_output --partial "stdin:31: sample: 'test' trials follow from others"
}

@test "the ssh script gives the same bytes, on this machine and on two hosts" {
	search -o whole
	sh "$CT_SHARE/cluster/parallel-ssh.sh" -n 3 -c candles.ndjson -o here.ndjson -- -S ./s.json -R ./risk.json --grid lookback=8:24:8 \
		--grid exit_lookback=6,12 --walk-forward 60d/20d --embargo 6 --chance 25
	cmp whole here.ndjson
	# ssh that goes nowhere, but through a shell as ssh does; the second host is down at first, and the shards go to the other
	mkdir bin
	cat >bin/ssh <<-'END'
		#!/bin/sh
		while [ "$1" != one ] && [ "$1" != two ]; do shift; done
		[ "$1" != two ] || [ -e "$HOME/two.is.up" ] || exit 255
		[ -e "$HOME/one.is.up" ] || exit 255
		echo "$1" >>"$HOME/hosts.used"
		[ "$2" != -- ] || shift
		cd / && shift && exec sh -c "$*"
	END
	chmod +x bin/ssh
	export PARALLEL_SSH="$PWD/bin/ssh" SHELL=/bin/false # hosts have login shells of every kind, and cron has none
	set -- -w one,two -n 4 -c "$PWD/candles.ndjson" -o there.ndjson -- -S ./s.json -R ./risk.json --grid 'lookback=8:24:8' \
		--grid 'exit_lookback=6,12' --walk-forward 60d/20d --embargo 6 --chance 25
	run sh "$CT_SHARE/cluster/parallel-ssh.sh" "$@"
	assert_failure 75
	assert_output --partial "call again to go on"
	refute [ -e there.ndjson ]
	touch one.is.up
	sh "$CT_SHARE/cluster/parallel-ssh.sh" "$@"
	cmp whole there.ndjson
	assert_equal "$(sort -u hosts.used)" one
	touch two.is.up
	sh "$CT_SHARE/cluster/parallel-ssh.sh" "$@"
	cmp whole there.ndjson
	assert_equal "$(sort -u hosts.used | paste -sd' ')" "one two"
}

@test "the Slurm script's jobs give the same bytes" {
	search -o whole
	mkdir bin
	cat >bin/sbatch <<-'END'
		#!/bin/sh
		for last; do :; done
		case "$*" in
		*--array=1-*) for n in $(seq "$(echo "$*" | sed 's/.*--array=1-\([0-9]*\).*/\1/')"); do (cd / && SLURM_ARRAY_TASK_ID=$n sh "$OLDPWD/$last"); done; echo 41 ;;
		*--dependency=afterok:41*) sh "$last" && echo 42 ;;
		*) exit 1 ;;
		esac
	END
	chmod +x bin/sbatch
	PATH=$PWD/bin:$PATH run sh "$CT_SHARE/cluster/slurm-array.sh" -n 4 -c candles.ndjson -o slurm.ndjson -- -S ./s.json -R ./risk.json \
		--grid lookback=8:24:8 --grid exit_lookback=6,12 --walk-forward 60d/20d --embargo 6 --chance 25
	assert_success
	assert_output 42
	cmp whole slurm.ndjson
}

@test "rank: files merge, limits hold, and the verdict has its numbers" {
	search -o t.ndjson
	head -n 20 t.ndjson >a
	tail -n +15 t.ndjson >b
	ct-tune rank t.ndjson --format json >one
	ct-tune rank b a t.ndjson --format json | cmp - one
	assert_equal "$(jq -r 'select(.kind == "trial") | .calmar' one)" "$(field calmar <t.ndjson | sort -gr)"
	assert_equal "$(jq -r 'select(.name == "trials") | .value' one)" 6
	jq -s -e '(map(select(.kind == "metric")) | map({ (.name): .value }) | add) as $m | $m.dsr < $m.psr and $m.pbo >= 0 and $m.pbo <= 1
		and $m["calmar.random_beaten"] >= 0 and $m["total_return.walk"] != null and $m["calmar.hold"] != null' one
	limit=$(field trades <t.ndjson | sort -g | tail -n 2 | head -n 1)
	assert_equal "$(ct-tune rank t.ndjson --min-trades "$limit" --format csv | tail -n +2 | wc -l)" 2
	worst=$(field max_drawdown <t.ndjson | sort -gr | head -n 1)
	assert_equal "$(ct-tune rank t.ndjson --max-drawdown "$(awk "BEGIN { print 100 * $worst - 0.001 }")" --format csv | tail -n +2 | wc -l)" 5
	assert_equal "$(ct-tune rank t.ndjson --metric max_drawdown --top 1 --format csv | tail -n 1 | cut -d, -f 11)" "$(field max_drawdown <t.ndjson | sort -g | head -n 1)"
	run ct-tune rank t.ndjson
	assert_success
	assert_output --partial "The winner of 6 trials, lookback "
	assert_output --partial "of 12870 ways"
	tune --grid lookback=9,15 --walk-forward 60d/20d --chance 0 -o other.ndjson
	run ct-tune rank t.ndjson other.ndjson
	assert_output --partial "a walk forward"
	assert_output --partial "the walks forward of 2 searches: rank each search alone"
	refute_output --partial "chosen on train windows"
	run ct-tune rank t.ndjson --min-trades 100000
	assert_output --partial "None of the 6 sets keeps the limits. The most round trips of a set: $(field trades <t.ndjson | sort -g | tail -n 1); "
	jq -c 'if .sample == "whole" then .trades = 0 | .calmar = null else . end' t.ndjson >idle.ndjson
	run ct-tune rank idle.ndjson
	assert_output --partial "None of the 6 sets made a single round trip"
}

@test "a trial is what ct-backtest makes of its set bar by bar" {
	echo '{"strategy":"channel","method":"zscore","trigger":"touch","lookback":12,"max_hold_bars":30}' >s.json
	echo '{"sizing":"equity_pct","size":"40","exchange_filters":false,"drawdown_pct":"15","breaker_action":"flatten"}' >risk.json
	ct-tune -S ./s.json -R ./risk.json --grid stop_atr=null,2 --grid trail_pct=null,3 --grid entry=market,limit --grid rebound_pct=0,0.3 --chance 0 \
		-o t.ndjson <candles.ndjson
	jq -c 'select(.sample == "whole")' t.ndjson >sets
	assert_equal "$(wc -l <sets)" 16
	while read -r trial; do
		jq -r .params <<<"$trial" | jq 'with_entries(select(.value != null))' >one.json
		ct-backtest -S ./one.json -R ./risk.json --equity bar - <candles.ndjson >run
		jq -c '[.trades, .pnl, .fees, .max_drawdown, .exposure]' <<<"$trial" >want
		ct-report summary --format json - <run | jq -s -c 'map(select(.kind == "metric") | { (.name): .value }) | add | [.trades, .pnl, .fees, .max_drawdown, .exposure]' >got
		assert_equal "$(cat got)" "$(cat want)"
	done <sets
	assert [ "$(jq -s 'map(.trades) | add' sets)" -gt 100 ]
}

@test "everything that was ever tried on the candles counts" {
	ct-store init
	ct-store put <candles.ndjson
	ct-tune -S ./s.json -R ./risk.json -i 4h --grid lookback=8:24:4 --chance 20 >first
	ct-tune -S ./s.json -R ./risk.json --grid lookback=10,11,12 --chance 0 AAAUSDT BBBUSDT >second
	assert_equal "$(ct-store trials | jq -r .sample | sort | uniq -c | awk '{ print $1 $2 }' | paste -sd' ')" "1hold 7whole"
	assert_equal "$(ct-store trials | grep -c .)" 8
	assert_equal "$(ct-tune rank second --format json | jq -r 'select(.name == "trials") | .value')" 7
	assert_equal "$(ct-tune rank second --db /dev/null/none --format json 2>/dev/null | wc -l)" 0
	mv data elsewhere
	assert_equal "$(ct-tune rank second --format json | jq -r 'select(.name == "trials") | .value')" 3
	# the same candles by pipe are the same candles
	cut -f 1 candles.ndjson | ct-tune -S ./s.json -R ./risk.json --grid lookback=10,11,12 --chance 0 | cmp - second
}

@test "an account is tuned with its own money, and one of its strategies at a time" {
	mkdir -p config/ct
	cp risk.json s.json config/ct
	echo '{"strategy":"channel","method":"donchian","lookback":30}' >config/ct/other.json
	jq -n '{accounts: [{name: "main", market: "spot", mode: "paper", interval: "4h", quote: "USDT", anchor: "2024-05-03", capital: "7000",
		risk: "./config/ct/risk.json", strategies: [{file: "./config/ct/s.json", symbols: ["AAAUSDT"]}, {file: "./config/ct/other.json", symbols: ["BBBUSDT"]}]}]}' >config/ct/accounts.json
	run ct-tune -A main --candles candles.ndjson --grid lookback=8,9 --chance 0
	assert_failure 64
	assert_output --partial "2 strategies: -S says which one"
	ct-tune -A main -S s --candles candles.ndjson --grid lookback=20,9 --chance 0 >t.ndjson
	ct-store init
	ct-store put <candles.ndjson
	ct-backtest -A main | ct-report summary --format json - >summary.ndjson
	assert_equal "$(head -n 1 t.ndjson | jq .since)" "$(date -ud 2024-05-03 +%s000)"
	assert_equal "$(head -n 1 t.ndjson | jq '.pnl * 1000 | round')" "$(jq 'select(.name == "pnl") | .value * 1000 | round' summary.ndjson)"
	assert_equal "$(head -n 1 t.ndjson | jq .trades)" "$(jq 'select(.name == "trades") | .value' summary.ndjson)"
}

@test "what is wrong on the command line is named" {
	run ct-tune --grid lookback=1
	assert_failure 64
	assert_output --partial "what is to be tuned?"
	run tune --grid nothing=1
	assert_failure 64
	assert_output --partial "no parameter 'nothing'"
	run tune --metric psr
	assert_failure 64
	run tune --walk-forward 300d/30d
	assert_failure 64
	assert_output --partial "cover 150 whole days"
	run tune --resume
	assert_failure 64
	run ct-tune -S ./s.json --random 5
	assert_failure 64
	assert_output --partial "--random: of what?"
	run ct-tune rank
	assert_failure 64
	run ct-tune rank none.ndjson
	assert_failure 66
	run bash -c 'echo "{}" | ct-tune rank -'
	assert_failure 65
	ct-store init
	run ct-tune -S ./s.json -R ./risk.json -i 4h
	assert_failure 66
	ct-store put <candles.ndjson
	run --separate-stderr ct-tune -S ./s.json -R ./risk.json --chance 0 AAAUSDT NOSUCH
	assert_success
	assert_equal "$stderr" "ct-tune: there is no candle of 1 of 2 pairs (NOSUCH)"
	run --separate-stderr tune --grid stop_atr=null,2 --chance 0
	assert_success
	assert_equal "$(wc -l <<<"$output")" 1
	assert_regex "$stderr" "1 combination is no parameter set and was left out: .*stop_pct is set too"
}

@test "a heat map: table, CSV and picture" {
	tune --grid lookback=8:24:8 --grid exit_lookback=6,12 --chance 0 -o t.ndjson
	run ct-report heatmap t.ndjson -x lookback -y exit_lookback --metric calmar
	assert_success
	assert_line --partial "exit_lookback \\ lookback"
	assert_line --regexp "^Best calmar: .* at lookback .*good neighbours"
	ct-report heatmap t.ndjson --format csv >map.csv
	assert_equal "$(sed -n 's/^6,[^,]*,[^,]*,//p' map.csv)" "$(jq -r 'select(.number == 4) | .calmar' t.ndjson)"
	run ct-report heatmap t.ndjson -x stop_pct
	assert_failure 64
	assert_output --partial "'stop_pct' was not searched"
	if command -v gnuplot >/dev/null; then
		ct-report heatmap t.ndjson -o map.png
		[ "$(head -c 4 map.png | tail -c 3)" = PNG ]
		ct-report heatmap t.ndjson --metric max_drawdown -o map.svg
		grep -q "max_drawdown by lookback and exit_lookback" map.svg
	fi
}
