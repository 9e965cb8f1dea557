load ../helper
load parity

# Entries that only make: refused where the open would fill them, re-priced at each close; on paper, live and in the backtest.
makers() {
	mkdir -p conf/strategies conf/risk
	cat >conf/strategies/dip.json <<-'END'
	{"strategy":"channel","method":"atr","average":"ema","lookback":30,"lower_k":0.5,"upper_k":1,"trigger":"touch","stop_pct":4,"target":"mid","entry":"maker","entry_offset_pct":0,"entry_bars":4}
	END
	cat >conf/strategies/near.json <<-'END'
	{"strategy":"channel","method":"zscore","lookback":12,"lower_k":0.5,"upper_k":0.5,"stop_pct":3,"entry":"maker","entry_offset_pct":1,"entry_bars":4}
	END
	echo '{"sizing":"equity_pct","size":"6","collar_bps":"300"}' >conf/risk/wide.json
	touch conf/key
}

@test "parity: limit-makers live, on paper and in the backtest, refused and re-priced alike" {
	BARS=${PARITY_BARS:-30}
	FIRST=2024-08-10
	makers
	live_accounts paper http://127.0.0.1:1 wide dip near
	fill_database
	cp -r "$XDG_DATA_HOME/ct" before
	step_through live
	run compare live
	assert_success
	mv paper.order paper.entries
	rm -r "$XDG_DATA_HOME/ct" "$XDG_STATE_HOME"
	mv before "$XDG_DATA_HOME/ct"
	live_exchange
	live_accounts demo "$CT_BINANCE_URL" wide dip near
	step_through live move_clock
	run compare_live
	assert_success
	# All attempts of what was bought are the same rows, too, but for when they were written and the exchange's words.
	bought() {
		jq -cs 'map(select(.leg == "entry")) | group_by(.decision)[] | select(any(.status == "FILLED"))[]
			| [.id, .attempt, .type, .price, .qty, .status, .filled_qty, .expires_ms]' | sort
	}
	ct-store orders -A live | bought >live.entries
	diff live.entries <(bought <paper.entries)
	jq -se 'map(select(.[2] == "LIMIT_MAKER") | .[5]) | (map(select(. == "REJECTED")) | length > 3) and (map(select(. == "CANCELED")) | length > 1)
		and (map(select(. == "FILLED")) | length > 5)' live.entries
	# Each re-price is a row of its own, numbered without a gap.
	ct-store orders -A live | jq -se 'map(select(.leg == "entry")) | group_by(.decision) | all(map(.attempt) | sort == [range(length)])'
	jq -se 'map(select(.reason == "entry")) | length > 5' live.trade
	ct-store trades -A live | jq -se 'map(select(.reason == "entry")) | all(.maker)'
}
