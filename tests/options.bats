# Options and verbs: --help, the man page and the three completions say the same.
load helper

programs() {
	for file in "$BIN"/ct-*; do [ ! -x "$file" ] || basename "$file"; done
}
options_of() { ARGP_HELP_FMT=rmargin=400 "$1" --help | sed -nE 's/^ +(-[A-Za-z?], )? *(--[a-z][a-z-]*).*/\2/p' | sort -u; }
verbs_of() { ARGP_HELP_FMT=rmargin=400 "$1" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z][a-z-]*\).*/\1/p' | sort -u; }
# The options a page explains: first words of its OPTIONS list, man(7) or mdoc(7).
options_in_page() {
	sed -n '/^\.S[Hh] "\{0,1\}OPTIONS/,/^\.S[Hh] EXIT/p' "$1" | grep -E '^\.(TP|B|BR|BI|IP|It|SS|OP)' -A 1 |
		sed 's/\\-/-/g; s/\\//g; s/ Fl -/ --/g' | grep -oE -- '--[a-z][a-z-]*' | sort -u
}

@test "each man page explains exactly the options of --help" {
	for name in $(programs); do
		[ -f "$ROOT/man/$name.1" ] || fail "no man/$name.1"
		options_of "$name" >help
		options_in_page "$ROOT/man/$name.1" >page
		diff -u help page || fail "$name: --help (-) and man page (+) differ"
	done
}

@test "each man page names every verb" {
	for name in $(programs); do
		for verb in $(verbs_of "$name"); do
			grep -qE "(^|[^a-z-])$verb([^a-z-]|\$)" "$ROOT/man/$name.1" || fail "man/$name.1 does not tell of $verb"
		done
	done
}

@test "each man page has the sections every page has, and the exit codes of the one table" {
	for name in $(programs); do
		for section in NAME SYNOPSIS DESCRIPTION OPTIONS "EXIT STATUS" EXAMPLES "SEE ALSO"; do
			grep -qE "^\.S[Hh] \"?$section" "$ROOT/man/$name.1" || fail "man/$name.1 has no $section"
		done
		for code in 0 64 65 70 74 78; do
			sed -n '/^\.S[Hh] "\{0,1\}EXIT/,/^\.S[Hh] "\{0,1\}[^E"]/p' "$ROOT/man/$name.1" | grep -qw "$code" || fail "man/$name.1: no exit code $code"
		done
	done
}

@test "the bash completion offers every option and verb" {
	for name in $(programs); do
		bash -c '. "$1"; COMP_WORDS=("$2" -); COMP_CWORD=1; _ct "$2" - "$2"; printf "%s\n" "${COMPREPLY[@]%=}"' - "$ROOT/completions/ct.bash" "$name" 2>/dev/null | sort -u >bash
		options_of "$name" | diff -u - bash || fail "$name"
		bash -c '. "$1"; COMP_WORDS=("$2" ""); COMP_CWORD=1; _ct "$2" "" "$2"; printf "%s\n" "${COMPREPLY[@]}"' - "$ROOT/completions/ct.bash" "$name" 2>/dev/null | grep . | sort -u >bash || true
		verbs_of "$name" | diff -u - bash || fail "$name"
	done
}

@test "the zsh and fish completions name every option" {
	for name in $(programs); do
		for option in $(options_of "$name"); do
			sed -n "/^$name)/,/;;/p" "$ROOT/completions/_ct" | grep -qE -- "[ ')]$option[=[]" || fail "_ct: $name $option"
			grep -qE -- "^complete -c $name .*-l ${option#--}( |\$)" "$ROOT/completions/ct.fish" || fail "ct.fish: $name $option"
		done
	done
}

@test "the indented lines of --help fit 79 columns" {
	for name in $(programs); do
		run bash -c "ARGP_HELP_FMT=rmargin=400 $name --help | grep -vE '^ +(-|Usage|or:)' | grep -E '^ .{79}'"
		[ -z "$output" ] || fail "$name --help has lines that will be broken: $output"
	done
}
