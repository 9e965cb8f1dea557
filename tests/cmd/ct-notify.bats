# ct-notify: alarms and days reach a command, at least once and in bounded time; failures are recorded and stop nothing.
load ../helper
bats_require_minimum_version 1.5.0

setup() {
	common_setup
	mkdir -p conf/strategies
	export CT_CONFIG=$PWD/conf NOW=2024-05-18T06:00
	echo '{"strategy":"channel","method":"donchian","lookback":10,"stop_pct":5}' >conf/strategies/ten.json
	echo '{"accounts":[{"name":"main","mode":"paper","manage_interval":null,"anchor":"2024-05-01","risk":"careful",
		"strategies":[{"file":"ten","symbols":["BTCUSDT"]}]}]}' >conf/accounts.json
	ct-store init
	tell_by 'cat >>told'
}

tell_by() { jq -n --arg command "$1" "${@:2}" '$ARGS.named' >conf/notify.json; }

# event ID LEVEL MESSAGE: at 05:00, an hour before NOW.
event() {
	jq -nc --arg id "$1" --arg level "$2" --arg message "$3" '{ kind: "event", v: 1, id: $id, account: "main", level: $level, code: "breaker.drawdown",
		symbol: null, message: $message, t_ms: 1716008400000 }' | ct-store put
}

notify() { ct-notify --now "$NOW" "$@"; }

@test "every alarm is told once, other events are not" {
	event a1 alarm 'the first'
	event w1 warn 'not an alarm'
	notify
	event a2 alarm 'the second'
	notify
	notify
	assert_equal "$(jq -r '.id + " " + .message' told | paste -sd,)" 'a1 the first,a2 the second'
	assert_equal "$(jq -r .kind told | sort -u)" event
}

@test "what is a month old is no news; the rest comes in the order of its time" {
	event old alarm 'a month old'
	NOW=2024-06-18 event a1 alarm x
	jq -nc '{ kind: "event", v: 1, id: "late", account: null, level: "alarm", code: "x", symbol: null, message: "earlier", t_ms: 1718000000000 }' | ct-store put
	jq -nc '{ kind: "event", v: 1, id: "last", account: null, level: "alarm", code: "x", symbol: null, message: "later", t_ms: 1718600000000 }' | ct-store put
	NOW=2024-06-18 notify
	assert_equal "$(jq -r .id told | paste -sd' ')" 'late last'
}

@test "a command that fails is tried again, and its failure is an event, one an hour" {
	event a1 alarm 'breaker tripped'
	tell_by 'cat >>tries; exit 3'
	for _ in 1 2; do
		run notify
		assert_failure 75
		assert_output 'ct-notify: the command of notify.json ended with exit code 3; waiting to be told: 1'
	done
	assert_equal "$(jq -r .id tries | paste -sd' ')" 'a1 a1'
	run jq -r '.level + " " + .message' <(ct-store events | grep notify.failed)
	assert_output 'warn the command of notify.json ended with exit code 3; waiting to be told: 1'
	tell_by 'cat >>told'
	notify
	notify
	assert_equal "$(jq -r .id told)" a1
}

@test "a command that hangs is killed with all it started, and nothing is locked meanwhile" {
	event a1 alarm x
	tell_by 'sleep 300 & echo $! >pid; cat >/dev/null; sleep 300' --argjson timeout_s 1
	notify 2>err 3>&- &
	telling=$!
	wait_for test -s pid
	# the database is free, and a second ct-notify leaves it at that
	event a2 alarm y
	run notify -v
	assert_success
	assert_output --partial 'another ct-notify is at it'
	status=0
	wait "$telling" || status=$?
	assert_equal "$status" 75
	assert_equal "$(cat err)" 'ct-notify: the command of notify.json took longer than 1 s; waiting to be told: 1'
	wait_for bash -c "! kill -0 $(cat pid) 2>/dev/null"
	ct-store events | grep -q notify.failed
}

@test "killed between the command and its note: told again, with the same id" {
	event a1 alarm x
	tell_by 'cat >>told; kill -9 $PPID'
	run notify
	assert_equal "$status" 137
	tell_by 'cat >>told'
	notify
	notify
	assert_equal "$(jq -r .id told | paste -sd' ')" 'a1 a1'
}

@test "a day is summed up once: when its bars are booked, or two hours late as far as they are" {
	candles 140 BTCUSDT | ct-store put
	for t in 2024-05-17 2024-05-17T20:00; do
		ct-exec sync -A main --now $t >/dev/null
	done
	ct-exec transfer -A main --amount 500 --why gift --now 2024-05-17T20:00 >/dev/null
	NOW=2024-05-18T00:30 notify
	refute [ -s told ]
	ct-exec sync -A main --now 2024-05-18 >/dev/null
	NOW=2024-05-18T00:31 notify
	NOW=2024-05-18T12:00 notify
	assert_equal "$(wc -l <told)" 1
	assert_equal "$(jq -r '.account + " " + .code + " " + .level + ": " + .message' told)" \
		'main daily info: equity 10500.00 USDT (+0.00, +0.00 %), trades 0, realized +0.00, fees 0.00, open positions 0'
	# the next day's last bars never come
	ct-exec sync -A main --now 2024-05-18T12:00 >/dev/null
	ct-risk halt -A main --why holiday
	NOW=2024-05-19T01:59 notify
	assert_equal "$(wc -l <told)" 1
	NOW=2024-05-19T02:00 notify
	assert_equal "$(tail -n 1 told | jq -r .message | cut -d';' -f2-)" ' BOOKED ONLY TO 2024-05-18 12:00; halted: holiday'
	tell_by 'cat >>told' --argjson daily false
	NOW=2024-05-20T05:00 notify
	assert_equal "$(wc -l <told)" 2
}

@test "nothing to tell runs nothing; no notify.json tells nobody; --test and --dry-run" {
	tell_by 'touch ran'
	notify
	refute [ -e ran ]
	event a1 alarm x
	assert_equal "$(notify --dry-run | jq -r .id)" a1
	refute [ -e ran ]
	tell_by 'cat >>told'
	notify --test
	assert_equal "$(jq -r .code told)" notify.test
	notify
	assert_equal "$(jq -r .id told | tail -n 1)" a1
	rm conf/notify.json
	event a2 alarm x
	run notify
	assert_success
	assert_output ''
	run notify --test
	assert_failure 78
	echo '{"command":"true","timeout_s":0}' >conf/notify.json
	run notify
	assert_failure 78
	assert_output "ct-notify: $CT_CONFIG/notify.json: timeout_s: '0' is not an integer of at least 1 and at most 3600"
}

# A server that answers the first POST with 503, then with 200, and keeps what came; what curl was started with, too.
receiver() {
	cat >receiver.py <<-'END'
		import http.server, os, sys
		class Handler(http.server.BaseHTTPRequestHandler):
		    def do_POST(self):
		        body = self.rfile.read(int(self.headers["Content-Length"]))
		        first = not os.path.exists("posts")
		        with open("posts", "ab") as f:
		            f.write(self.path.encode() + b" " + self.headers.get("Authorization", "-").encode() + b"\n" + body + b"\n")
		        self.send_response(503 if first else 200)
		        self.send_header("Content-Length", "0")
		        self.end_headers()
		    def log_message(self, *a): pass
		s = http.server.HTTPServer(("127.0.0.1", 0), Handler)
		print(s.server_address[1], flush=True)
		s.serve_forever()
	END
	start_server port python3 receiver.py
	mkdir -p spy
	printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>%s/argv\nexec %s "$@"\n' "$PWD" "$(command -v curl)" >spy/curl
	chmod +x spy/curl
	PATH=$PWD/spy:$PATH
}
teardown() { common_teardown; }

@test "the webhook posts the records, again after a 503, and its secret is in no list of processes" {
	receiver
	printf 'url = "http://127.0.0.1:%s/hook"\nheader = "Authorization: Bearer s3cret"\n' "$(cat port)" >hook.curl
	tell_by "$CT_SHARE/notify/webhook $PWD/hook.curl"
	event a1 alarm 'breaker "tripped"'
	run notify
	assert_failure 75
	notify
	assert_equal "$(grep -c '^/hook Bearer s3cret' posts)" 2
	assert_equal "$(grep '^{' posts | tail -n 1 | jq -r .message)" 'breaker "tripped"'
	[ -s argv ]
	run ! grep -qE 's3cret|hook$' argv
}

@test "Telegram gets sentences, and its token is in no list of processes" {
	receiver
	touch posts
	printf '12:t0ken\n-77\n' >bot
	tell_by "TELEGRAM_URL=http://127.0.0.1:$(cat port) $CT_SHARE/notify/telegram $PWD/bot"
	event a1 alarm 'fell 10 % & more'
	notify
	run cat posts
	assert_line -n 0 '/bot12:t0ken/sendMessage -'
	assert_line -n 1 --partial 'chat_id=-77&text=ALARM+main%3A+fell+10+%25+%26+more+%28breaker.drawdown%29'
	[ -s argv ]
	run ! grep -q t0ken argv
}

@test "mail: one message, its subject counts the alarms" {
	mkdir bin
	printf '#!/bin/sh\ncat >%s/mail.txt\n' "$PWD" >bin/sendmail
	chmod +x bin/sendmail
	PATH=$PWD/bin:$PATH
	tell_by "$CT_SHARE/notify/mail me@example.org"
	event a1 alarm 'one'
	event a2 alarm 'two "2"'
	notify
	run cat mail.txt
	assert_line -n 0 'To: me@example.org'
	assert_line -n 1 'Subject: ct: alarms: 2'
	assert_line 'ALARM main: two "2" (breaker.drawdown)'
}
