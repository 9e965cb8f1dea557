# The manual: clean pages, and examples that work.
load helper

@test "pages are clean" {
	run mandoc -T lint -W warning "$ROOT"/man/*
	[ -z "$(grep -vE 'missing date|skipping paragraph macro|referenced manual not found' <<<"$output")" ] || fail "$output"
}

# The lines "$ command" of a page's .EX/.EE and .Bd/.Ed blocks, roff's escapes undone; a line that ends in a backslash
# goes on in the next, and a here-document in all up to END.
examples() {
	awk '
		/^\.(EX|Bd)/ { inside = 1; next }
		/^\.(EE|Ed)/ { inside = more = here = 0 }
		inside && (more || here || /^\$ /) {
			sub(/^\$ /, "")
			gsub(/\\e/, "\\"); gsub(/\\-/, "-"); gsub(/\\\(aq/, "\047"); gsub(/\\\(dq/, "\""); gsub(/\\&/, "")
			gsub(/\\\(ti|\\\(ha/, "~"); gsub(/\\\\/, "\\"); gsub(/\\\[aq\]/, "\047"); gsub(/\\\[dq\]/, "\"")
			print
			here = here ? !/^END$/ : /<<.?END/
			more = /\\$/
		}' "$1"
}

# The examples of one page are one session: what one made, the next may use.
@test "examples of every page run" {
	for page in "$ROOT"/man/*; do
		examples "$page" >session
		[ -s session ] || continue
		rm -rf work && mkdir work
		(cd work && timeout 60 bash -eo pipefail ../session >../out 2>../err 3>&-) ||
			fail "$(basename "$page"): $(cat err; echo; cat session)"
	done
}
