# make install and uninstall, into a folder that a package would use.
load helper

setup() {
	common_setup
	case $BUILD in */build) ;; *) skip "installs the plain build only" ;; esac
	make -C "$ROOT" --no-print-directory install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr >/dev/null
}

@test "installed programs find what is shipped beside them" {
	unset CT_SHARE
	PATH=$BATS_TEST_TMPDIR/root/usr/bin:/usr/bin:/bin
	candles 30 >in
	ct-signal -S donchian-4h <in >out
	assert_equal "$(wc -l <out)" 30
	mkdir -p config/ct && cp "$ROOT/share/accounts.json" config/ct/
	ct-store init
	run ct-store accounts --names
	assert_output "donchian
atr
bands"
}

@test "pages, completions and shipped files are where their readers look" {
	cd root/usr
	for name in bin/*; do
		name=$(basename "$name")
		for file in "share/bash-completion/completions/$name" "share/fish/vendor_completions.d/$name.fish" "share/man/man1/$name.1"; do
			[ -s "$file" ] || fail "no $file"
		done
	done
	for file in share/zsh/site-functions/_ct share/man/man5/ct-records.5 share/man/man7/ct.7 share/ct/schema/candle.json share/ct/cron/ct; do
		[ -s "$file" ] || fail "no $file"
	done
	grep -q '^ExecStart=/usr/bin/ct-trade$' share/ct/systemd/ct-trade.service || fail "the timer starts another ct-trade"
	[ ! -e share/ct/build ] || fail "the build's own scripts were installed"
}

@test "the daily unit's commands run" {
	unit=root/usr/share/ct/systemd/ct-daily.service
	grep -q '^Environment=PATH=/usr/bin:' "$unit" || fail "the unit looks for other programs"
	sed -n "s|^ExecStart=/bin/sh -c '\\(.*\\)'\$|\\1|p" "$unit" | sed 's/%%/%/g' >commands
	assert_equal "$(wc -l <commands)" 3
	ct-store init
	while read -r command; do
		sh -c "$command" </dev/null || fail "$command"
	done <commands
	[ -s "$(echo "$HOME"/ct-backup/ct-2*.db)" ] || fail "no copy of the database"
}

@test "uninstall leaves nothing" {
	make -C "$ROOT" --no-print-directory uninstall DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr >/dev/null
	assert_equal "$(find root -type f)" ""
}

@test "make: DATA belongs to the demo, given before make or after it" {
	printf 'print-data:\n\t@echo "$$DATA"\n' >print.mk
	for given in "env DATA=some/folder make" "make DATA=some/folder"; do
		run $given -s -C "$ROOT" -f Makefile -f "$PWD/print.mk" print-data
		assert_success
		assert_output --partial some/folder
	done
}
