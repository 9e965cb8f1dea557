# One fault, alone, at one request of a live account: load it after live.bash. A test prepares an account once; each fault
# strikes a copy of it, with an exchange of its own, a few at a time.
PAIRS="AAAUSDT"

# ready [BAR2]: an account in step at the close of bar 1, an entry with stop and target approved; bar 2 is flat, or as told.
ready() {
	start_at_100 "${1:-$FLAT}" "$FLAT"
	signal 1 AAAUSDT BUY 10 | sed 's/"target_offset":null/"target_offset":"8"/' >signals
	at 1 ct-risk <signals >approved
}
bought() { ready "$@" && at 1 ct-exec <approved >/dev/null; }

orders() { ledger | jq -r '[.orders[] | .type + " " + .status] | join(", ")'; }

# What a fault needs beside its name.
members() {
	case $1 in
	hang | partial | delay) echo ',"delay_ms":300' ;;
	skew) echo ',"skew_ms":-60000' ;;
	esac
}

# strike FOLDER KIND MEMBERS: what stands in the end. The command, and what waits, is run again until all is well.
strike() {
	local i code=0
	cp -R copy "$1" && cd "$1" || return
	export CT_CONFIG=$PWD/conf CT_DB=$PWD/ct.db XDG_STATE_HOME=$PWD/state
	SERVERS=()
	trap common_teardown EXIT
	start_server sim.json ct-sim --data market --accounts accounts.sim --state sim.state --clock "$(close_of "$K")"
	URL=$(jq -r .url sim.json)
	live_accounts demo "$URL"
	fault "[{\"route\":\"$ROUTE\",\"method\":\"$METHOD\",\"kind\":\"$2\"$3$(members "$2")}]"
	at "$K" "${COMMAND[@]}" --absence 1s <approved >/dev/null 2>err || true
	[ "$(curl -sS "$URL/sim/fault" | jq '.[0].struck')" = 1 ] || echo "it did not strike"
	for i in 1 2 3 4 5 6 7 8; do
		code=0
		at "$K" ct-exec pending --absence 1s >/dev/null 2>>err && at "$K" ct-exec sync --absence 1s >/dev/null 2>>err || code=$?
		[ "$code" -ne 0 ] || break
		sleep 0.5
	done
	[ "$code" -eq 0 ] || echo "exit $code: $(tail -n 1 err)"
	echo "$(orders): $(ct-store decisions -A main | jq -r '.status' | paste -sd ' ')"
	books_agree --rest
	at "$K" ct-exec status | grep unexplained || true
}

# each OUTCOME FAULT…: each fault once at $METHOD $ROUTE while COMMAND runs at the close of bar K; a capital P behind it:
# the request is carried out, and only its answer is lost or spoilt.
each() {
	local outcome=$1 name pids=() n=0 bad=''
	shift
	if [ ! -d copy ]; then
		curl -sS -X POST "$URL/sim/save" >/dev/null
		mkdir copy
		cp -R ct.db conf accounts.sim sim.state market key approved copy
	fi
	for name; do
		(strike "$name" "${name%P}" "$([ "$name" = "${name%P}" ] || echo ',"processed":true')" >"$name.out" 2>&1) 3>&- &
		pids+=($!)
		n=$((n + 1))
		[ $((n % 6)) -ne 0 ] || { wait "${pids[@]}" || true; pids=(); }
	done
	[ ${#pids[@]} -eq 0 ] || wait "${pids[@]}" || true
	for name; do
		[ "$(cat "$name.out")" = "$outcome" ] || bad="$bad
$name: $(cat "$name.out")"
	done
	[ -z "$bad" ] || fail "expected: $outcome$bad"
}
