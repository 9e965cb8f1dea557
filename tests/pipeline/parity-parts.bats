load ../helper
load parity

# Orders larger than a bar gives, their price moved by their size; the oldest coins sold first; one strategy on bars of
# twelve hours, filled on those of four; by cron's own steps.
@test "parity: fills in parts, fifo lots, and a strategy on longer bars, ten pairs, 21 bars" {
	BARS=21 FIRST=2024-08-01
	mkdir -p conf/strategies conf/risk
	cat >conf/strategies/slow.json <<-'END'
	{"strategy":"channel","interval":"12h","method":"zscore","lookback":10,"lower_k":1,"upper_k":0.5,"stop_pct":4,"entry":"limit","entry_offset_pct":0.5,"entry_bars":2,"max_hold_bars":6}
	END
	cat >conf/strategies/revert.json <<-'END'
	{"strategy":"channel","method":"zscore","lookback":24,"lower_k":1.5,"upper_k":0.5,"stop_pct":3,"target":"risk","target_risk":1.5,"entry":"limit","entry_offset_pct":0.5,"entry_bars":6}
	END
	echo '{"sizing":"equity_pct","size":"8","collar_bps":"200","drawdown_pct":"60"}' >conf/risk/wide.json
	# shellcheck disable=SC2086
	list=$(printf '"%s",' $PAIRS)
	cat >conf/accounts.json <<-END
	{"accounts":[{"name":"paper","mode":"paper","manage_interval":null,"anchor":"2024-05-01","risk":"wide","fee_mode":"received","capital":"5000000",
	"max_volume_share":"0.01","price_impact":"0.3","lots":"fifo","strategies":[
	{"file":"slow","symbols":[${list%,}]},{"file":"revert","symbols":[${list%,}]}]}]}
	END
	fill_database
	step_through paper
	run compare paper
	assert_success
	jq -se 'map(select(.status == "CANCELED" and .leg == "stop" and (.filled_qty | tonumber) > 0)) | length > 3' paper.order
	jq -se 'map(select(.reason == "stop" and .status == "executed")) | length > 3' paper.decision
	jq -se 'map(select(.leg == "entry" and (.filled_qty | tonumber) > 0 and .status != "FILLED")) | length > 3' paper.order
	jq -se 'map(select(.side == "BUY")) | group_by(.order) | map(length) | max > 2' paper.trade
	jq -se 'map(select(.strategy == "slow" and .reason == "entry" and .status == "executed")) | length > 3 and all(.signal_t_ms % 43200000 == 0)' paper.decision
	# What is left of purchases adds up to what is held.
	of() { sqlite3 "$XDG_DATA_HOME/ct/ct.db" "SELECT sum(qty), sum(cost), count(*) FROM $1_row WHERE account = 'paper' AND qty > 0"; }
	[ "$(of position | cut -d'|' -f1,2)" = "$(of lot | cut -d'|' -f1,2)" ]
	[ "$(of lot | cut -d'|' -f3)" -gt "$(of position | cut -d'|' -f3)" ]
}
