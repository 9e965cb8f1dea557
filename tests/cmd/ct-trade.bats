load ../helper

# One account on two pairs; candles up to 2024-05-20 in the database, so that nothing has to be fetched.
setup() {
	common_setup
	mkdir -p conf/strategies
	export CT_CONFIG=$PWD/conf
	steps=$XDG_STATE_HOME/ct/steps
	echo '{"strategy":"channel","method":"donchian","lookback":10,"stop_pct":5}' >conf/strategies/ten.json
	account main >conf/accounts.json
	ct-store init
	{ candles 120 BTCUSDT; candles 120 ETHUSDT; } | ct-store put
}

account() {
	printf '{"accounts":['
	for name; do
		printf '%s{"name":"%s","mode":"paper","manage_interval":null,"anchor":"2024-05-01","risk":"careful",' "$comma" "$name"
		printf '"strategies":[{"file":"ten","symbols":["BTCUSDT","ETHUSDT"]}]}'
		comma=,
	done
	printf ']}\n'
	comma=''
}

@test "ct-trade: steps a due account once, and keeps each stage's output" {
	run ct-trade --now 2024-05-18
	assert_success
	step=$steps/main/2024-05-18T00:00:00
	[ -e "$step/done" ]
	for stage in sync signals decisions orders; do [ -e "$step/$stage.ndjson" ]; done
	[ "$(jq -r .t_ms "$step/signals.ndjson" | sort -u)" = 1715990400000 ]
	[ "$(wc -l <"$step/signals.ndjson")" = 2 ]
	before=$(ct-store equity -A main)
	run ct-trade -v --now 2024-05-18
	assert_success
	assert_output ''
	[ "$(ct-store equity -A main)" = "$before" ]
}

@test "ct-trade: a step that was killed is not taken for complete, and is made up" {
	ct-trade --now 2024-05-18
	step=$steps/main/2024-05-18T04:00:00
	for stage in sync signals stored decisions orders; do
		rm -rf "$step"
		mkdir -p "$step"
		: >"$step/$stage.part" # what a kill leaves: a half-written stage and no `done`
		ct-trade --now '2024-05-18 04:00'
		[ -e "$step/done" ]
		[ "$(wc -l <"$step/signals.ndjson")" = 2 ]
	done
	[ "$(ct-store equity -A main | jq -r .t_ms | sort | uniq -d)" = '' ]
}

@test "ct-trade: a step of which a stage failed is not over, though what was due went out after it" {
	mkdir bin
	printf '#!/bin/sh\nexit 75\n' >bin/ct-risk
	chmod +x bin/ct-risk
	PATH=$PWD/bin:$PATH run ct-trade --now 2024-05-18
	assert_failure 75
	step=$steps/main/2024-05-18T00:00:00
	[ -e "$step/pending.ndjson" ] && [ ! -e "$step/done" ] && [ ! -e "$step/decisions.ndjson" ]
	ct-trade --now 2024-05-18
	[ -e "$step/done" ] && [ -e "$step/decisions.ndjson" ]
}

@test "ct-trade: kill -9 at any moment, run again: as if it had never been killed" {
	undisturbed=$PWD/undisturbed.db
	cp "$XDG_DATA_HOME/ct/ct.db" "$undisturbed"
	hours='0 4 8 12 16 20'
	for h in $hours; do CT_DB=$undisturbed XDG_STATE_HOME=$PWD/other ct-trade --now "2024-05-16 $(printf %02d "$h"):00"; done
	RANDOM=7
	for h in $hours; do
		for _ in 1 2 3; do
			setsid ct-trade --now "2024-05-16 $(printf %02d "$h"):00" 2>/dev/null 3>&- &
			pid=$!
			sleep "0.0$((RANDOM % 9 + 1))"
			kill -9 -- "-$pid" 2>/dev/null || true
			wait "$pid" 2>/dev/null || true
		done
		run ct-trade --now "2024-05-16 $(printf %02d "$h"):00"
		assert_success
	done
	for what in decisions orders trades equity; do
		ct-store $what -A main | sort >disturbed
		CT_DB=$undisturbed ct-store $what -A main | sort | diff - disturbed
	done
	[ "$(ct-store equity -A main | wc -l)" -eq 6 ]
}

@test "ct-trade: two at once step an account once" {
	ct-trade --now 2024-05-18
	for _ in 1 2 3 4; do
		ct-trade --now '2024-05-18 04:00' 2>>told 3>&- &
		pids="$pids $!"
	done
	for pid in $pids; do wait "$pid" || [ $? = 75 ]; done
	[ -e "$steps/main/2024-05-18T04:00:00/done" ]
	[ "$(ct-store equity -A main | jq -r .t_ms | sort | uniq -d)" = '' ]
	[ "$(ct-store decisions -A main | jq -r .id | sort | uniq -d)" = '' ]
}

@test "ct-trade: a missed step is made up by the next: exits and equity of every bar, no late entry" {
	ct-trade --now 2024-05-10
	ct-trade --now 2024-05-12
	[ "$(ct-store equity -A main | wc -l)" -eq 13 ]
	# Entries only from the two closes that were stepped, not from those in between.
	run jq -r 'select(.class == "open") | .signal_t_ms | select(. != 1715299200000 and . != 1715472000000)' <(ct-store decisions -A main)
	assert_output ''
}

@test "ct-trade: the exchange cannot be reached: the account is stepped on what is stored" {
	ct-trade --now 2024-05-20
	export CT_BINANCE_URL=http://127.0.0.1:1
	run ct-trade --now '2024-05-21 04:00'
	assert_failure 69
	assert_output --partial 'going on with what is stored'
	step=$steps/main/2024-05-21T04:00:00
	[ -e "$step/orders.ndjson" ]
	ct-store events -A main | grep -q sync.late
	# Not one pair had its candle: the step stays open, the next call makes it, and status speaks until then.
	[ ! -e "$step/done" ]
	assert_line 'ct-trade: main: this step stays open: ct-exec: account main: no closed candle yet for BTCUSDT ETHUSDT: left out of this step'
	run ct-trade --now '2024-05-21 04:00'
	refute_output --partial 'stays open'
	run ct-trade status --now '2024-05-21 04:30'
	assert_failure 75
	{ candles 122 BTCUSDT; candles 122 ETHUSDT; } | ct-store put
	run ct-trade --now '2024-05-21 04:01'
	assert_success
	[ -e "$step/done" ]
	[ "$(wc -l <"$step/signals.ndjson")" = 2 ]
	[ "$(ct-store events -A main | jq -r .id | sort | uniq -d)" = '' ]
}

@test "ct-trade: --dry-run does nothing" {
	run ct-trade --dry-run --now 2024-05-18
	assert_success
	assert_output 'ct-trade: would step main'
	[ ! -e "$steps/main" ]
}

@test "ct-trade: --account picks; a failing account does not stop the others" {
	account main second >conf/accounts.json
	ct-trade -A second --now 2024-05-18
	[ ! -e "$steps/main" ] && [ -e "$steps/second/2024-05-18T00:00:00/done" ]
	jq '.accounts[0].risk = "careful" | .accounts[0].mode = "live"' conf/accounts.json >x && mv x conf/accounts.json
	run ct-trade --now '2024-05-18 04:00'
	assert_failure 78
	assert_output --partial 'main: stage sync failed (exit 78)'
	[ -e "$steps/second/2024-05-18T04:00:00/done" ]
}

# stand_in NAME SCRIPT: NAME in PATH is SCRIPT, which may go on with "$real".
stand_in() {
	mkdir -p stand-in
	printf '#!/bin/sh\nreal=%s/%s\n%s\n' "$BIN" "$1" "$2" >"stand-in/$1"
	chmod +x "stand-in/$1"
	PATH=$PWD/stand-in:$PATH
}

@test "ct-trade: an account that hangs or fails delays no other, nor the next round" {
	account slow broken main >conf/accounts.json
	stand_in ct-exec 'case "$*" in *broken*) exit 70 ;; *slow*) touch slow.began; while [ ! -e go.on ]; do sleep 0.05; done ;; esac; exec "$real" "$@"'
	ct-trade --now 2024-05-18 2>told 3>&- &
	trading=$!
	wait_for test -e "$steps/main/2024-05-18T00:00:00/done"
	wait_for grep -q 'broken: stage sync failed (exit 70)' told
	[ -e slow.began ] && [ ! -e "$steps/slow/2024-05-18T00:00:00/done" ]
	run ct-trade -A main --now '2024-05-18 04:00'
	assert_success
	run ct-trade --now '2024-05-18 04:00'
	assert_failure
	assert_output --partial 'slow: another ct-trade is stepping it'
	touch go.on
	status=0
	wait "$trading" || status=$?
	assert_equal "$status" 70
	[ -e "$steps/slow/2024-05-18T00:00:00/done" ]
}

@test "ct-trade: ten accounts at once: each as if it were alone" {
	names='a0 a1 a2 a3 a4 a5 a6 a7 a8 a9'
	account $names >conf/accounts.json
	for hour in 00 04 08; do ct-trade --now "2024-05-16 $hour:00"; done
	for what in decisions orders trades equity; do
		ct-store $what -A a0 | jq -c 'del(.account, .id, .decision, .order, .run)' >first
		for name in $names; do ct-store $what -A "$name" | jq -c 'del(.account, .id, .decision, .order, .run)' | diff first - ; done
	done
	[ "$(ct-store equity -A a9 | wc -l)" -eq 3 ]
}

@test "ct-trade: an account that cannot be asked for does not stop the others" {
	account main >conf/accounts.json
	stand_in ct-store 'case "$*" in *"-A ghost"*) exit 70 ;; esac; exec "$real" "$@"'
	run ct-trade -A ghost -A main --now 2024-05-18
	assert_failure 70
	[ -e "$steps/main/2024-05-18T00:00:00/done" ]
}

@test "ct-trade: --every goes on beside an account that hangs" {
	account slow main >conf/accounts.json
	stand_in ct-exec 'case "$*" in *slow*) while [ ! -e go.on ]; do sleep 0.05; done ;; esac; exec "$real" "$@"'
	stand_in ct-notify 'echo x >>rounds'
	touch conf/notify.json
	ct-trade --every 1 --now 2024-05-18 2>/dev/null 3>&- &
	trading=$!
	wait_for bash -c '[ -e "$1" ] && [ "$(wc -l <rounds)" -ge 3 ]' - "$steps/main/2024-05-18T00:00:00/done"
	kill "$trading"
	touch go.on
	wait "$trading" || [ $? = 143 ]
}

@test "ct-trade: a pair that was late is made up as soon as its candle is there, and nothing else is done again" {
	export CT_BINANCE_URL=http://127.0.0.1:1
	candles 121 BTCUSDT | ct-store put # the bar that closes at 2024-05-21 04:00 is there for one pair only
	run ct-trade --now '2024-05-21 04:00'
	assert_failure 69
	step=$steps/main/2024-05-21T04:00:00
	[ -e "$step/done" ]
	assert_equal "$(cat "$step/late")" ETHUSDT
	run ct-trade status --now '2024-05-21 04:10'
	assert_success
	assert_output --partial 'late: ETHUSDT'
	before=$(stat -c %Y.%i "$step/orders.ndjson")
	run ct-trade --now '2024-05-21 04:10' # still not there: asked for again, quietly, and nothing is done
	assert_success
	assert_output ''
	assert_equal "$(stat -c %Y.%i "$step/orders.ndjson")" "$before"
	ct-store decisions -A main | sort >decisions
	candles 121 ETHUSDT | ct-store put
	run ct-trade --now '2024-05-21 04:11'
	assert_success
	[ ! -s "$step/late" ]
	assert_equal "$(jq -r .symbol "$step/signals.ndjson" | sort | paste -sd' ')" 'BTCUSDT ETHUSDT'
	assert_equal "$(ct-store decisions -A main | jq -r 'select(.symbol == "BTCUSDT")' | sort)" "$(jq -r 'select(.symbol == "BTCUSDT")' decisions | sort)"
	assert_equal "$(ct-store equity -A main | jq -r .t_ms | sort | uniq -d)" ''
	run ct-trade -v --now '2024-05-21 04:12'
	assert_output ''
}

@test "ct-trade: accounts share one fetch; a pair whose answer is nonsense is fetched by the next call" {
	account main second third >conf/accounts.json
	jq '.accounts[].strategies[0].symbols = ["AAAUSDT", "BBBUSDT"] | .accounts[].anchor = "2024-04-20"' conf/accounts.json >x && mv x conf/accounts.json
	start_server sim.json ct-sim --generate 7 -i 4h --outages 0 --from 2024-01-01 --clock '2024-05-01 00:10' AAAUSDT BBBUSDT
	CT_BINANCE_URL=$(jq -r .url sim.json)
	export CT_BINANCE_URL
	curl -sf -d '[{"route":"klines","symbol":"BBBUSDT","kind":"numbers","count":1}]' "$CT_BINANCE_URL/sim/fault" >/dev/null
	ct-trade --now '2024-05-01 00:10' || true
	requests() { curl -sf "$CT_BINANCE_URL/sim/stats" | jq '.requests["GET /api/v3/klines"]'; }
	assert_equal "$(requests)" 2 # a series each, whoever trades it
	for name in main second third; do
		[ -e "$steps/$name/2024-05-01T00:00:00/done" ]
		assert_equal "$(cat "$steps/$name/2024-05-01T00:00:00/late")" BBBUSDT
	done
	run ct-trade --now '2024-05-01 00:11'
	assert_success
	assert_output ''
	assert_equal "$(requests)" 3
	for name in main second third; do
		[ ! -s "$steps/$name/2024-05-01T00:00:00/late" ]
		assert_equal "$(jq -r .symbol "$steps/$name/2024-05-01T00:00:00/signals.ndjson" | sort | paste -sd' ')" 'AAAUSDT BBBUSDT'
	done
	ct-trade --now '2024-05-01 00:12'
	assert_equal "$(requests)" 3
}

@test "ct-trade: alarms are told at each call, and a command that hangs holds up no step" {
	echo '{"command":"cat >>told; sleep 300","timeout_s":1,"daily":false}' >conf/notify.json
	jq -nc '{ kind: "event", v: 1, id: "a1", account: "main", level: "alarm", code: "x", symbol: null, message: "m", t_ms: 1715990000000 }' | ct-store put
	run ct-trade --now 2024-05-18
	assert_success
	assert_output --partial 'took longer than 1 s'
	[ -e "$steps/main/2024-05-18T00:00:00/done" ]
	assert_equal "$(jq -r .id told | sort -u)" a1 # again after the step, where that took longer than the command
	tried=$(wc -l <told)
	sed -i 's/; sleep 300//' conf/notify.json
	run ct-trade --now 2024-05-18 # nothing is due
	assert_success
	assert_output ''
	run ct-trade --now 2024-05-18
	assert_equal "$(wc -l <told)" $((tried + 1))
}

@test "ct-trade: status tells age, halts, and by its exit code that a step is overdue" {
	ct-trade --now 2024-05-18
	for now in '2024-05-18 00:10' 1715991000000; do
		run ct-trade status --now "$now"
		assert_success
		assert_output --regexp 'main +2024-05-18T00:00:00 +10m +waiting'
	done
	ct-risk halt -A main --why 'out for "lunch", back soon' --now '2024-05-18 00:10'
	run ct-trade status --now '2024-05-18 04:30'
	assert_failure 75
	assert_output --partial OVERDUE
	assert_output --partial 'halted: out for "lunch", back soon'
	# What cron would mail of it.
	run bash -c "ct-trade status --now '2024-05-18 04:30' 2>&1 >/dev/null"
	assert_output 'ct-trade: main: overdue: the bar that closed at 2024-05-18 04:00 is not booked'
	run ct-trade status --now '2024-05-18 04:10'
	assert_success
}

@test "ct-trade: check names file, key and what was expected, in accounts, strategies and risk files" {
	run ct-trade check
	assert_success
	assert_output 'main: good'
	echo '{"strategy":"channel","method":"donchian","lookback":1}' >conf/strategies/ten.json
	run ct-trade check
	assert_failure 78
	assert_output --partial "conf/strategies/ten.json: lookback: '1' is not an integer of at least 2"
	echo '{"strategy":"channel","method":"donchian","lookbak":10}' >conf/strategies/ten.json
	run ct-trade check
	assert_failure 78
	assert_output --partial 'lookbak: no such key'
	echo '{"strategy":"channel","method":"donchian"}' >conf/strategies/ten.json
	mkdir conf/risk
	echo '{"sizing":"equity_pct","size":5}' >conf/risk/careful.json
	run ct-trade check
	assert_failure 78
	assert_output --partial "conf/risk/careful.json: size: '5' is not a decimal string above 0: write it in quotes"
	rm conf/risk/careful.json
	sed -i 's/"paper"/"papier"/' conf/accounts.json
	run ct-trade check
	assert_failure 78
	assert_output --partial "accounts[0].mode: 'papier' is not \"paper\", \"demo\", \"testnet\" or \"live\""
}

@test "ct-trade: usage errors exit 64, no database 78" {
	run ct-trade --frobnicate
	assert_failure 64
	run ct-trade step
	assert_failure 64
	run ct-trade -A
	assert_failure 64
	run ct-trade --db "$PWD/none.db" --now 2024-05-18
	assert_failure 78
	assert_output --partial 'ct-store init'
}
