# bash completion of the ct programs; made from --help by share/build/completions; do not edit
_ct_accounts() {
	sed -n 's/.*"name" *: *"\([^"]*\)".*/\1/p' "${CT_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/ct}/accounts.json" 2>/dev/null
}
_ct() {
	local word=$2 previous=$3 options='' verbs='' words
	case ${1##*/} in
	ct-backtest)
		options="--account= --capital= --config= --db= --detail-interval= --equity= --fee-bps= --fee-mode= --lots= --max-volume-share= --outage= --price-impact= --risk= --separate --signals= --since= --slippage-bps= --strategy= --until= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="replay" ;;
	ct-exec)
		options="--absence= --amount= --as= --account= --config= --db= --every= --for= --live --now= --why= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="check sync pending watch status cancel flatten adopt ignore transfer" ;;
	ct-fetch)
		options="--archive-url= --base-url= --interval= --last= --market= --now= --output= --parallel= --patience= --retries= --series= --since= --symbols= --timeout= --until= --wait-closed= --log= --quiet --verbose --help --usage --version" verbs="candles symbols funding archive" ;;
	ct-notify)
		options="--config= --db= --dry-run --now= --test --log= --quiet --verbose --help --usage --version" verbs="" ;;
	ct-prove)
		options="--cuts= --format= --jobs= --last-bars= --seed= --timeout= --log= --quiet --verbose --help --usage --version" verbs="" ;;
	ct-report)
		options="--account= --by= --chart --config= --db= --explain= --fills --format= --last= --metric= --note= --output= --png= --run= --since= --symbols= --strategy= --until= --x= --y= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="summary compare marks trades equity drawdowns positions monthly metrics heatmap diff" ;;
	ct-risk)
		options="--account= --config= --db= --format= --list --now= --why= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="halt resume status" ;;
	ct-signal)
		options="--config= --emit-from= --events --resample= --strategy= --describe= --list --schema= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="" ;;
	ct-sim)
		options="--accounts= --ban-after= --ban-time= --bind= --clock= --data= --exchange-info= --exit-with-parent --fault= --from= --generate= --interval= --outages= --port= --port-file= --speed= --state= --symbols= --weight-limit= --weight-window= --log= --quiet --verbose --help --usage --version" verbs="" ;;
	ct-store)
		options="--again --all --at= --account= --by-time --config= --db= --due --format= --interval= --lake= --last= --market= --names --now= --output= --pass --run= --since= --strategies --symbol= --symbols= --strategy= --to= --to-ask --until= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="init migrate backup put import export accounts wanted verify repair candles symbols funding signals decisions orders trades positions balances transfers equity runs metrics trials receipts events" ;;
	ct-study)
		options="--list --resample= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="" ;;
	ct-trade)
		options="--account= --config= --db= --dry-run --every= --grace= --live --now= --verbose --help --usage --version" verbs="check status" ;;
	ct-tune)
		options="--account= --blocks= --candles= --capital= --chance= --config= --db= --embargo= --fee-bps= --fee-mode= --format= --grid= --interval= --jobs= --max-drawdown= --metric= --min-trades= --market= --output= --random= --resume --risk= --seed= --shards= --since= --slippage-bps= --symbols= --strategy= --top= --until= --walk-forward= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="rank split run" ;;
	esac
	# "--name=value" comes as three words
	[[ $word == = ]] && word=
	[[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}
	case $previous in
	--account | -A)
		mapfile -t COMPREPLY < <(compgen -W "$(_ct_accounts)" -- "$word"); return ;;
	--config)
		mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
	--log)
		mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	--on-bad)
		mapfile -t COMPREPLY < <(compgen -W "stop skip" -- "$word"); return ;;
	--interval | -i)
		mapfile -t COMPREPLY < <(compgen -W "1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M" -- "$word"); return ;;
	--market | -m)
		mapfile -t COMPREPLY < <(compgen -W "spot um" -- "$word"); return ;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W "table json csv" -- "$word"); return ;;
	--x | -x)
		mapfile -t COMPREPLY < <(compgen -W "" -- "$word"); return ;;
	--y | -y)
		mapfile -t COMPREPLY < <(compgen -W "" -- "$word"); return ;;
	--data)
		mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
	--lake)
		mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
	--*)
		[[ " $options " == *" $previous= "* ]] && return ;;
	esac
	words=$verbs
	[[ $word == -* ]] && words=$options
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o bashdefault -o default -F _ct ct-backtest ct-exec ct-fetch ct-notify ct-prove ct-report ct-risk ct-signal ct-sim ct-store ct-study ct-trade ct-tune
