# The README's commands, as a newcomer would type them in an empty folder.
load ../helper

# The indented lines of a section.
commands() {
	awk -v title="## $1" '$0 == title { inside = 1; next } /^## / { inside = 0 } inside && /^    / { print substr($0, 5) }' "$ROOT/README.md"
}

@test "README: from paper to the exchange" {
	{ echo "trap 'kill \$(jobs -p) 2>/dev/null || true' EXIT" && commands 'From paper to the exchange'; } >session
	mkdir folder
	(cd folder && timeout 120 bash -eo pipefail ../session >../out 2>../err 3>&-) || fail "$(cat out err)"
	assert_equal "$(grep -c '^ok ' out)" 10
	grep -q '^position     BTCUSDT donchian-4h: .* stop ' out
	assert_equal "$(ct-store orders --db folder/ct.db -A try | jq -r '[.leg, .status] | join(" ")' | paste -sd,)" "entry FILLED,stop CANCELED,exit FILLED"
}
