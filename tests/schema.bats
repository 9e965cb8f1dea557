# Files made from the tables of lib/ are current: share/schema, ct-records(5), completions. And the shipped examples
# are what the schemas and the programs accept.
load helper

@test "share/schema, ct-records(5) and completions are what make generated writes" {
	(cd "$ROOT" && CT_BUILD="$BUILD" sh share/build/generate "$BATS_TEST_TMPDIR")
	for file in share/schema/*.json man/*.5 completions/*; do
		cmp "$file" "$ROOT/$file" || fail "$file is not current: run make generated"
	done
	assert_equal "$(ls share/schema)" "$(ls "$ROOT/share/schema")"
}

@test "every shipped JSON file is valid JSON" {
	find "$ROOT/share" -name '*.json' -print0 | xargs -0 -n 1 jq -e . >/dev/null
}

@test "every kind's sample line has exactly the keys its schema requires" {
	"$BUILD/tool/tables" samples >samples
	while read -r line; do
		kind=$(jq -r .kind <<<"$line")
		assert_equal "$(jq -c 'del(.kind, .v) | keys_unsorted' <<<"$line")" "$(jq -c .required "$ROOT/share/schema/$kind.json")"
	done <samples
}
