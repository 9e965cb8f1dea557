#!/usr/bin/env python3
"""wire.py BUILD FOLDER N: N decisions, one after the other, on the stdin of one live ct-exec at a local exchange.

From the line to the order's request on the wire, by shim/wire.so inside ct-exec. The market is above what the entries may pay,
so that each of them is over at once, and the book stays as small as an account's is. Prints median and 99th percentile."""
import json
import os
import shutil
import signal as signals
import subprocess
import sys
import urllib.request

BUILD, FOLDER, N = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
BIN = os.path.join(BUILD, "bin")
T0, BAR = 1714521600000, 14400000
PAIRS = [f"P{i}USDT" for i in range(10)]
STRATEGIES = [f"s{i}" for i in range(10)]
EACH = len(PAIRS) * len(STRATEGIES)  # decisions of one close
shutil.rmtree(FOLDER, ignore_errors=True)
signals.alarm(300)  # an order that is not sent would be waited for
os.makedirs(os.path.join(FOLDER, "conf/strategies"))
os.makedirs(os.path.join(FOLDER, "conf/risk"))
os.makedirs(os.path.join(FOLDER, "market"))
os.chdir(FOLDER)
os.environ.update(CT_CONFIG=os.path.abspath("conf"), CT_DB=os.path.abspath("ct.db"), XDG_STATE_HOME=os.path.abspath("state"), PATH=BIN + ":" + os.environ["PATH"])


def put(path, what):
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as f:
        f.write(what if isinstance(what, str) else json.dumps(what))


def run(*command, text=""):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout


def candle(pair, k):
    t = T0 + k * BAR
    return json.dumps({"kind": "candle", "v": 1, "market": "spot", "symbol": pair, "interval": "4h", "open_time": t, "open": "110.01", "high": "110.01",
                       "low": "100.01", "close": "100.01", "volume": "50.125", "close_time": t + BAR - 1, "quote_volume": "1", "trades": 1,
                       "taker_buy_volume": None, "taker_buy_quote_volume": None}) + "\n"


def signal(pair, strategy, k):
    members = ("entry_price entry_bars stop_offset target_offset trail_offset max_hold_bars strength lower middle upper buy_mark sell_mark "
               "distance_pct waits_for").split()
    return json.dumps({"kind": "signal", "v": 1, "market": "spot", "symbol": pair, "interval": "4h", "strategy": strategy, "open_time": T0 + k * BAR,
                       "t_ms": T0 + (k + 1) * BAR,
                       "action": "BUY", "exposure": 1, "price": "100", "entry": "MARKET", **{m: None for m in members}, "why": "bench"}) + "\n"


def decisions(k, now):
    """All of one close, on one connection. The first one opens it: it is not warm yet."""
    trader = subprocess.Popen(["ct-exec", *now], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "LD_PRELOAD": os.path.join(BUILD, "shim/wire.so"), "WIRE_LOG": os.path.abspath("wire.log")})
    for s in STRATEGIES:
        for line in run("ct-risk", *now, text="".join(signal(p, s, k) for p in PAIRS)).splitlines():
            trader.stdin.write(line + "\n")
            trader.stdin.flush()
            while json.loads(trader.stdout.readline())["status"] not in ("EXPIRED", "FILLED", "REJECTED"):
                pass
    trader.stdin.close()
    if trader.wait():
        sys.exit(f"wire: ct-exec ends with {trader.returncode}")
    with open("wire.log") as f:
        return [[int(x) for x in line.split()] for line in f][1:]


for p in PAIRS:
    put(f"market/{p}-4h.csv", "".join(f"{T0 + k * BAR},110.01,110.01,100.01,100.01,50.125,{T0 + (k + 1) * BAR - 1},1,1,1,1,0\n"
                                        for k in range(N // EACH + 4)))
key = "a" * 64
put("accounts.sim", {"orders_10s": 1000000, "orders_1d": 1000000, "accounts": [{"name": "main", "balances": {"USDT": "100000"}, "keys": [{"api_key": key, "secret": "s"}]}]})
put("conf/key", f"{key}\ns\n")
sim = subprocess.Popen(["ct-sim", "--data", "market", "--accounts", "accounts.sim", "--clock", str(T0 + BAR), "--weight-limit", "10000000",
                        "--exit-with-parent"], stdout=subprocess.PIPE, text=True)
url = json.loads(sim.stdout.readline())["url"]
for s in STRATEGIES:
    put(f"conf/strategies/{s}.json", {"strategy": "channel", "method": "donchian", "lookback": 10})
put("conf/risk/test.json", {"sizing": "quote", "size": "20", "collar_bps": "100"})
put("conf/accounts.json", {"accounts": [{"name": "main", "mode": "demo", "manage_interval": None, "base_url": url, "key": "file:key", "anchor": "2024-05-01", "capital": "100000",
                                         "risk": "test", "slippage_bps": "0", "strategies": [{"file": s, "symbols": PAIRS} for s in STRATEGIES]}]})
run("ct-store", "init")
run("ct-store", "put", text=run("ct-fetch", "symbols", "--base-url", url, *PAIRS))
rows = []
for k in range((N + EACH - 1) // EACH + 1):
    urllib.request.urlopen(urllib.request.Request(f"{url}/sim/clock?t={T0 + (k + 1) * BAR}", method="POST"))
    run("ct-store", "put", text="".join(candle(p, k) for p in PAIRS))
    now = ["-A", "main", "--now", str(T0 + (k + 1) * BAR)]
    run("ct-exec", "sync", *now)
    if k == 0:
        run("ct-exec", "check", *now)  # reads how many orders the exchange lets one place
    else:
        rows += decisions(k, now)
sim.terminate()
print(f"{len(rows)} orders, {sum(r[3] for r in rows) / len(rows):.1f} fsyncs each")
for what, values in (("  ct-exec, decision to the wire: ours", [r[0] - r[1] - r[2] for r in rows]), ("    of it processor time", [r[4] for r in rows]),
                     ("    fsync", [r[1] for r in rows]),
                     ("    waiting: is it there already, pacing", [r[2] for r in rows]), ("    in all", [r[0] for r in rows])):
    values.sort()
    print(f"{what:44} {values[len(values) // 2] / 1000:6.0f} us, p99 {values[len(values) * 99 // 100] / 1000:6.0f} us")
