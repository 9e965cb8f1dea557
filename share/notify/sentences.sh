# shellcheck shell=sh
# sentences: event records on stdin as lines for people, such as
#   ALARM main BTCUSDT: the drawdown breaker tripped (breaker.drawdown)
sentences() {
	sed -En 's/^\{"kind":"event",.*"account":(null|"([^"]*)"),"level":"([^"]*)","code":"([^"]*)","symbol":(null|"([^"]*)"),"message":"(([^"\\]|\\.)*)".*/\3 \2 \6: \7 (\4)/
		T
		s/\\u[0-9a-f]{4}/ /g; s/\\(.)/\1/g; s/ +:/:/; s/  +/ /g; s/^alarm/ALARM/; p'
}
