# ct-prove: what it proves, what it finds, and what becomes of commands that fail.
load ../helper
bats_require_minimum_version 1.5.0

# two pairs by symbol, the second listed later
two_pairs() { candles 60 BTCUSDT; candles 60 ETHUSDT | tail -n 40; }
# the same in order of time
by_time() { two_pairs | jq -sc 'sort_by(.open_time)[]'; }

# verdict COMMAND…: the record of ct-prove over `in`, every cut made; the exit code in $status.
verdict() {
	status=0
	ct-prove --cuts=all --format=json -- "$@" <in >verdict 2>err || status=$?
}
field() { jq -c ".$1" verdict; }

@test "filters of the house are causal, over one series, several, and several intervals" {
	{ two_pairs; candles 240 BTCUSDT 3600000 1h; } >in
	for command in "ct-study sma:5 donchian:5 macd:3,6,4" "ct-signal -S donchian-4h" "ct-signal --events -S atr-4h" cat tac; do
		# shellcheck disable=SC2086
		verdict $command
		assert_equal "$command: $status $(jq -c '[.causal, .repeatable, .timed, .differing, .line, .at_cut]' verdict)" \
			"$command: 0 [true,true,true,0,null,null]"
	done
	verdict cat
	assert_equal "$(field '| [.candles, .lines, .moments, .cuts]')" "[340,340,239,239]"
}

@test "each cut gives the command what was known then, and compares just that" {
	two_pairs >in
	cat >tell <<-'END'
		#!/bin/sh
		tee -a "$1/seen" | jq -c '{t_ms: (.close_time + 1)}'
		echo end >>"$1/seen"
	END
	chmod +x tell
	ct-prove --cuts 2 --last-bars 2 --jobs 1 -- ./tell "$PWD" <in >verdict
	# all, all again, then without the last two bars of both pairs, then without the last one
	csplit -sz seen '/^end$/' '{*}'
	assert_equal "$(grep -c candle xx* | cut -d: -f2 | tr '\n' ' ')" "100 100 98 96 0 "
	grep -h candle xx02 xx03 | jq -r .close_time | sort -n | tail -n 1 >last
	assert_equal "$(cat last)" "$(jq -s 'map(.close_time) | unique | .[-2]' in)"
	assert_equal "$(field compared)" "$((98 + 96))"
}

@test "a strategy that looks at the next bar is caught at its first line" {
	candles 100 >in
	verdict "$CT_SHARE/examples/peek.py"
	assert_equal "$status" 65
	# the first bar after which the price rises; without that bar it sells
	line=$(jq -s '[.[].close | tonumber] as $c | [range(99) | select($c[. + 1] > $c[.])][0] + 1' in)
	assert_equal "$(field line)" "$line"
	assert_equal "$(field known_ms)" "$(jq -s ".[$line - 1].close_time + 1" in)"
	assert_equal "$(field cut_ms)" "$(field known_ms)"
	assert_equal "$(jq -r .at_cut verdict | jq -r .action)" SELL
	assert_equal "$(jq -r .whole verdict | jq -r .action)" BUY
	run ct-prove --cuts=all --format=table -- "$CT_SHARE/examples/peek.py" <in
	assert_failure 65
	assert_line --index 0 "uses the future: line $line of the output is another once later candles are there"
	assert_line --regexp '^action +SELL +BUY'
	refute_line --regexp '^price '
}

@test "a filter that writes another past is caught, and so is one that drops or adds a line" {
	two_pairs >in
	verdict jq -sc 'length as $n | .[] | . + {scaled: $n}'
	assert_equal "$status $(field '| [.line, .differing == .cuts]')" "65 [1,true]"
	verdict jq -sc 'if length > 90 then .[1:] else . end | .[]'
	assert_equal "$status $(field line)" "65 1"
	verdict jq -sc 'if length > 90 then . else [.[0]] + . end | .[]'
	assert_equal "$status $(field line)" "65 2"
	# the line of the last bar comes only with the next one
	verdict jq -nc 'foreach inputs as $c ({}; {old: .new, new: $c}; .old | select(. != null))'
	assert_equal "$status $(field at_cut)" "65 null"
	# a bar stamped with the moment at which it opened
	verdict jq -c '{t_ms: .open_time, close}'
	assert_equal "$status $(field line)" "65 2"
}

@test "a wrong end is found by the cuts before the last bars, whatever the seed" {
	candles 400 >in
	cat >ends <<-'END'
		#!/bin/sh
		cat >all
		if [ "$(wc -l <all)" = 399 ]; then sed '$s/BTC/ETH/' all; else cat all; fi
	END
	chmod +x ends
	for seed in 1 2; do
		run -65 ct-prove --cuts 5 --last-bars 1 --jobs 1 --seed $seed -- ./ends <in
	done
	run -0 ct-prove --cuts 5 --last-bars 0 --jobs 1 --seed 1 -- ./ends <in
}

@test "the seed chooses the cuts" {
	candles 300 >in
	cat >note <<-'END'
		#!/bin/sh
		tee last | wc -l >>lengths
		cat last
	END
	chmod +x note
	for seed in 1 1 2; do
		rm -f lengths
		ct-prove --cuts 6 --jobs 1 --seed $seed -- ./note <in >/dev/null
		mv lengths lengths.$seed.$((++n))
	done
	assert_equal "$(wc -l <lengths.1.1)" 8 # all, all again, six cuts
	assert_equal "$(sort -u lengths.1.1 | wc -l)" 7
	cmp lengths.1.1 lengths.1.2
	run ! cmp -s lengths.1.1 lengths.2.3
}

@test "what is not the same twice is called so" {
	candles 20 >in
	verdict sh -c 'cat; date +%N'
	assert_equal "$status $(field '| [.causal, .repeatable, .line, .cut_ms]')" "65 [false,false,21,null]"
}

@test "output without times must be a beginning of the whole, over candles in order of time" {
	two_pairs >in
	verdict awk -F'"' '{ print NR, $24 }'
	assert_equal "$status" 65
	assert_equal "$(cat err)" "ct-prove: output line 1 has neither t_ms nor close_time: such output is compared only over candles in order of time"
	by_time >in
	verdict awk -F'"' '{ print NR, $24 }'
	assert_equal "$status $(field '| [.causal, .timed]')" "0 [true,false]"
	verdict wc -l
	assert_equal "$status $(field '| [.line, .whole]')" '65 [1,"100"]'
}

@test "pipes never lock: much output before any input is read, input that nobody reads, all of it at the end" {
	candles 3000 >in
	run -0 timeout 60 ct-prove --cuts 4 --timeout 30s -- sh -c 'seq 300000; cat >/dev/null' <in
	run -0 timeout 60 ct-prove --cuts 4 --timeout 30s -- head -n 1 <in
	run -0 timeout 60 ct-prove --cuts 4 --timeout 30s -- sh -c 'cat >all.$$; cat all.$$; rm all.$$' <in
}

@test "a command that fails is no verdict" {
	candles 20 >in
	run --separate-stderr -66 ct-prove -- no-such-command <in
	assert_equal "$stderr" "ct-prove: cannot run 'no-such-command': No such file or directory"
	run --separate-stderr -70 ct-prove -- sh -c 'cat; exit 3' <in
	assert_equal "$stderr" "ct-prove: 'sh' ended with exit code 3"
	run --separate-stderr -70 ct-prove -- sh -c 'kill -SEGV $$' <in
	assert_equal "$stderr" "ct-prove: 'sh' was killed by signal 11 (Segmentation fault)"
	run --separate-stderr -70 ct-prove --timeout 1 -- sh -c 'cat; sleep 60' <in
	assert_equal "$stderr" "ct-prove: 'sh' took longer than 1 s"
	run --separate-stderr -70 ct-prove --cuts all --jobs 1 -- awk '{ print } END { if (NR < 20) { print "few" >"/dev/stderr"; exit 9 } }' <in
	assert_output ""
	assert_equal "$stderr" "ct-prove: 'awk' ended with exit code 9 on the candles known at 2024-05-04 04:00 (--verbose shows what it said)"
	run --separate-stderr -70 ct-prove -v --jobs 1 -- awk '{ print } END { if (NR < 20) { print "few" >"/dev/stderr"; exit 9 } }' <in
	assert_equal "${stderr_lines[0]}" few
}

@test "nothing to compare is no proof" {
	candles 20 >in
	run --separate-stderr -66 ct-prove -- cat </dev/null
	assert_equal "$stderr" "ct-prove: no candles on stdin"
	run --separate-stderr -65 bash -c 'head -n 1 in | ct-prove -- cat'
	assert_equal "$stderr" "ct-prove: candles of one moment cannot be cut"
	run --separate-stderr -65 ct-prove -- true <in
	assert_equal "$stderr" "ct-prove: 'true' wrote nothing"
	run --separate-stderr -65 ct-prove -- tail -n 0 <in
	run --separate-stderr -65 ct-prove -- jq -c '{t_ms: 9999999999999}' <in
	assert_equal "$stderr" "ct-prove: nothing to compare: no line of output was known at any of the cuts"
}

@test "a bad line and a full disk are errors as everywhere" {
	{ candles 3; echo nonsense; } >in
	run --separate-stderr -65 ct-prove -- cat <in
	assert_regex "$stderr" '^ct-prove: stdin:4: '
	candles 3 >in
	status=0
	ct-prove -- cat <in >/dev/full 2>err || status=$?
	assert_equal "$status $(cat err)" "74 ct-prove: cannot write to stdout: No space left on device"
}

# No process of the group lives; one that was killed may wait for its parent to notice.
gone() { ! pgrep -r R,S,D,T -g "$1" >/dev/null; }

@test "SIGTERM ends the runs, with all they started" {
	candles 20 >in
	ct-prove -- sh -c 'cat; sleep 300; true' <in >out 2>err 3>&- &
	pid=$!
	wait_for pgrep -P "$pid" >/dev/null
	child=$(pgrep -P "$pid")
	wait_for pgrep -P "$child" >/dev/null
	kill "$pid"
	status=0
	wait "$pid" || status=$?
	assert_equal "$status $(cat err)" "75 ct-prove: stopped"
	wait_for gone "$child"
	[ ! -s out ]
}
