# A local exchange with accounts, and requests signed by openssl: load it after ../helper.

KEY=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A
SECRET=NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j
OTHER_KEY=OtherOtherOtherOtherOtherOtherOtherOtherOtherOtherOtherOtherOthe
OTHER_SECRET=other-secret
NOW=1714521605000 # 2024-05-01 00:00:05
OPEN=1714521600000

# accounts SETTING… ACCOUNT-SETTING: accounts.json of main (1000 USDT, 10 AAA) and other (the same); both arguments are JSON members with a comma behind.
accounts() {
	cat >accounts.json <<-EOF
		{${1:-} "accounts": [
		 {"name": "main", ${2:-} "balances": {"USDT": "1000", "AAA": "10"}, "keys": [{"api_key": "$KEY", "secret": "$SECRET", "ipRestrict": false},
		  {"api_key": "ReadOnlyReadOnlyReadOnlyReadOnlyReadOnlyReadOnlyReadOnlyReadOnly", "secret": "read", "enableSpotAndMarginTrading": false},
		  {"api_key": "EdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEdEd", "public_key": "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="}]},
		 {"name": "other", "balances": {"USDT": "1000", "AAA": "10"}, "keys": [{"api_key": "$OTHER_KEY", "secret": "$OTHER_SECRET"}]}]}
	EOF
}

# bars FILE: hourly bars "open high low close volume", one a line on stdin; the first opens at 2024-04-30 23:00.
bars() {
	mkdir -p "$(dirname "$1")"
	awk '{ t = 1714518000000 + (NR - 1) * 3600000
		printf "%.0f,%s,%s,%s,%s,%s,%.0f,%.8f,10,0,0,0\n", t, $1, $2, $3, $4, $5, t + 3599999, $4 * $5 }' >"$1"
}

# exchange ARGUMENT…: over data/, with accounts.json, at 2024-05-01 00:00:05. The first bar is flat at 100.
exchange() {
	[ -f accounts.json ] || accounts
	start_server sim.json ct-sim --data data --clock "$NOW" --accounts accounts.json "$@"
	URL=$(jq -r .url sim.json)
}

sign() { printf '%s' "$1" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //'; }
now() { curl -sS "$URL/sim/clock" | jq .clock; }
clock() { curl -sSf -X POST "$URL/sim/clock?t=$1" >/dev/null; }
ledger() { curl -sS "$URL/sim/ledger"; }

# call METHOD PATH [QUERY]: signed with HMAC; the body in ./body, headers in ./head, the status in $status.
call() {
	local q="${3:-}"
	q="$q${q:+&}timestamp=$(now)"
	status=$(curl -sS -g -m 20 -X "$1" -H "X-MBX-APIKEY: $KEY" -o body -D head -w '%{http_code}' "$URL$2?$q&signature=$(sign "$q")")
}
# ok METHOD PATH QUERY [JQ]: 200; prints what jq makes of the body.
ok() {
	call "$1" "$2" "${3:-}"
	[ "$status" = 200 ] || fail "$1 $2 $3: $status $(cat body)"
	jq -c "${4:-.}" body
}
# refuses "STATUS CODE[ MESSAGE]" METHOD PATH QUERY
refuses() {
	local want=$1
	shift
	call "$@"
	case $want in
	*\ *\ *) assert_equal "$status $(jq -r '"\(.code) \(.msg)"' body)" "$want" ;;
	*) assert_equal "$status $(jq -r .code body)" "$want" ;;
	esac
}
order() { ok POST /api/v3/order "symbol=AAAUSDT&$1" "${2:-.}"; }
# balance ASSET: free and locked, without trailing zeros.
balance() { ok GET /api/v3/account '' ".balances[] | select(.asset == \"$1\") | [.free, .locked | tonumber]"; }
header() { tr -d '\r' <head | sed -nE "s/^$1: //Ip"; }
