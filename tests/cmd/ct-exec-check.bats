# ct-exec check, and where the key goes: nowhere.
load ../helper
load live.bash

PAIRS="AAAUSDT BBBUSDT"
SECRET=TheSecretThatNobodyMaySee0123456789

make_bars() {
	first_bars
	flat_candles 1 4
}

# start [KEY-MEMBERS]: the exchange and a configuration; the clock of both is the close of bar 0.
start() {
	make_bars >bars
	exchange bars
	sed -i "s/\"secret\":\"secret\"/\"secret\":\"$SECRET\"${1:+,}${1:-}/" accounts.sim
	start_server sim.json ct-sim --data market --accounts accounts.sim --clock "$(close_of 0)"
	URL=$(jq -r .url sim.json)
	printf '%s\n%s\n' "$KEY64" "$SECRET" >key
	chmod 600 key
	mkdir -p conf/strategies conf/risk
	export CT_CONFIG=$PWD/conf CT_DB=$PWD/ct.db
	echo '{"strategy":"channel","method":"donchian","lookback":10}' | tee conf/strategies/one.json >conf/strategies/two.json
	echo '{"sizing":"quote","size":"100","collar_bps":"100"}' >conf/risk/test.json
	live_accounts demo "$URL"
}

check() { run at 0 ct-exec check "$@"; }

@test "an account that may trade" {
	start
	check
	assert_success
	assert_line --regexp '^ok    key          HMAC-SHA256, from file$'
	assert_line --regexp '^ok    clock        this machine is [+-]0\.000 s off'
	assert_line 'ok    permissions  reads and trades, may not withdraw'
	assert_line 'ok    balances     1000 USDT free, 0 locked in orders; 0 other coins'
	assert_line 'ok    pairs        2 of 2 trade; 2 take an entry with its protection attached (OPOCO)'
	assert_line 'ok    fees         AAAUSDT: maker 10, taker 10 basis points'
	assert_line --regexp '^ok    order test   a buy of [0-9.]+ AAA at 100 would be taken$'
	assert_line 'ok    orders       0 open'
	refute_line --partial FAIL
	assert [ ! -e ct.db ]
	assert_equal "$(ledger | jq '.orders | length')" 0
}

@test "what is wrong is named, with the exit code of the first" {
	start '"enableWithdrawals":true,"ipRestrict":false'
	check
	assert_failure 78
	assert_line 'FAIL  permissions  the key may withdraw: whoever gets it takes all; make one that only reads and trades'
	assert_line --partial 'warn  permissions  the key works from any address'
	assert_line 'ct-exec: account main may not trade: 1 of these failed'
	# the clock of this machine, not the exchange's
	run ct-exec check -A main
	assert_failure 78
	assert_line --regexp '^FAIL  clock        this machine is \+[0-9.]+ s off the exchange'
	# too cheap in accounts.json, an unknown pair
	sed -i 's/"slippage_bps":"0"/"slippage_bps":"0","taker_fee_bps":"1"/; s/"BBBUSDT"/"NOPEUSDT"/' conf/accounts.json
	check
	assert_failure 78
	assert_line --partial 'warn  fees         AAAUSDT: maker 10, taker 10 basis points, more than'
	assert_line 'FAIL  pairs        the exchange does not know NOPEUSDT'
}

@test "a key that is open, absent, wrong, or pasted into accounts.json" {
	start
	chmod 640 key
	check
	assert_failure 78
	assert_line --partial 'is open to others (mode 0640): chmod 600 it'
	chmod 600 key
	printf '%s\nwrong\n' "$KEY64" >key
	check
	assert_failure 77
	assert_line --partial 'FAIL  account      '
	assert_line --partial 'error -1022'
	printf '%s\n%s\n' "${KEY64/a/z}" "$SECRET" >key
	check
	assert_failure 77
	assert_line --partial 'error -2015'
	rm key
	check
	assert_failure 78
	assert_line --partial 'cannot read the key file'
	sed -i "s|\"key\":\"[^\"]*\"|\"key\":\"$SECRET\"|" conf/accounts.json
	check
	assert_failure 78
	assert_line --partial 'it tells where the key is, and is not the key itself'
	refute_output --partial "$SECRET"
	sed -i 's|"key":"[^"]*",||' conf/accounts.json
	check
	assert_failure 78
	assert_line --partial 'the account has no key'
	sed -i 's|"mode":"demo"|"mode":"paper"|' conf/accounts.json
	check
	assert_failure 78
	assert_line --partial 'is in mode paper'
}

@test "an exchange that is not there, limits, or talks nonsense" {
	start
	fault '[{"route":"account","kind":"garbage","count":0}]'
	check
	assert_failure 76
	assert_line --partial 'FAIL  account'
	no_faults
	fault '[{"route":"account","kind":"numbers","count":0}]'
	check
	assert_failure 76
	assert_line --partial 'balances[0].free: '
	no_faults
	sed -i 's|"base_url":"[^"]*"|"base_url":"http://127.0.0.1:1"|' conf/accounts.json
	check
	assert_failure 69
	assert_line --partial 'no connection'
	sed -i 's|"base_url":"[^"]*"|"base_url":"http://example.com"|' conf/accounts.json
	check
	assert_failure 78
	assert_line --partial 'plain http is for this machine only'
	sed -i 's|"base_url":"[^"]*"|"base_url":"https://example.com"|' conf/accounts.json
	check
	assert_failure 78
	assert_line --partial 'FAIL  clock        --now is refused at example.com'
}

@test "keys from the environment and from a command" {
	start
	sed -i 's|"key":"[^"]*"|"key":"env:THE_KEY"|' conf/accounts.json
	THE_KEY=$(cat key) check
	assert_success
	assert_line --partial 'HMAC-SHA256, from env'
	sed -i 's|"key":"[^"]*"|"key":"command:cat key"|' conf/accounts.json
	check
	assert_success
	sed -i 's|"key":"[^"]*"|"key":"command:echo no; exit 3"|' conf/accounts.json
	check
	assert_failure 78
	assert_line --partial 'the command that gives the key ended with exit code 3'
}

# A run with everything that is written on the way: database, state, logs, records. The exchange's own file is not ours.
@test "the key is in no file, line, argument or environment that a run leaves" {
	start
	ct-store init
	# shellcheck disable=SC2086
	ct-fetch symbols --base-url "$URL" $PAIRS | ct-store put
	{
		bar 0 bars
		at 0 ct-exec check -vv
		at 0 ct-exec sync -vv --log=json
		bar 1 bars
		at 1 ct-exec sync -vv
		signal 1 AAAUSDT BUY 10 | at 1 ct-risk -vv | at 1 ct-exec -vv
		fault '[{"route":"order","method":"DELETE","kind":"500"},{"route":"openOrders","kind":"html","status":403}]'
		at 1 ct-exec flatten --why test -vv || true
		no_faults
		at 1 ct-exec sync || true
		at 1 ct-exec flatten --why test || true
		at 1 ct-exec status
	} >all.out 2>&1
	assert_equal "$(ledger | jq '.trades | length > 0')" true
	sqlite3 ct.db .dump >dump.sql
	run grep -rlF -e "$SECRET" -e "$KEY64" . --exclude=key --exclude=accounts.sim
	assert_failure 1
	assert_output ''
}

@test "a running ct-exec shows its key to nobody, and dumps no core" {
	start
	sed -i 's|"key":"[^"]*"|"key":"env:THE_KEY"|' conf/accounts.json
	fault '[{"route":"account","kind":"hang","delay_ms":4000}]'
	THE_KEY=$(cat key) ct-exec check -A main --now "$(close_of 0)" >out 2>&1 3>&- &
	pid=$!
	for _ in $(seq 100); do
		[ "$(curl -sS "$URL/sim/fault" | jq '.[0].struck')" = 1 ] && break
		sleep 0.05
	done
	grep -q 'Max core file size  *0  *0 ' "/proc/$pid/limits"
	if [ -r "/proc/$pid/environ" ]; then
		run grep -cF "$SECRET" "/proc/$pid/environ"
		assert_output 0
	fi
	run grep -cF -e "$SECRET" -e "$KEY64" "/proc/$pid/cmdline"
	assert_output 0
	kill -SEGV "$pid"
	run wait "$pid"
	run find . -name 'core*' -type f
	assert_output ''
}
