# bash completion of the ct programs; made from --help by share/build/completions; do not edit
_ct_accounts() {
	sed -n 's/.*"name" *: *"\([^"]*\)".*/\1/p' "${CT_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/ct}/accounts.json" 2>/dev/null
}
_ct() {
	local word=$2 previous=$3 options='' verbs='' words
	case ${1##*/} in
	ct-exec)
		options="--account= --config= --db= --now= --why= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="sync pending flatten" ;;
	ct-risk)
		options="--account= --config= --db= --format= --list --now= --why= --log= --on-bad= --quiet --verbose --help --usage --version" verbs="halt resume status" ;;
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
	--format)
		mapfile -t COMPREPLY < <(compgen -W "table json csv" -- "$word"); return ;;
	--*)
		[[ " $options " == *" $previous= "* ]] && return ;;
	esac
	words=$verbs
	[[ $word == -* ]] && words=$options
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o bashdefault -o default -F _ct ct-exec ct-risk
