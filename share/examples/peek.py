#!/usr/bin/env python3
"""A strategy that cheats, as a lesson: each bar's signal looks at the close of the next one.

    ct-store candles -i 4h BTCUSDT | ct-prove -- share/examples/peek.py

On paper it never loses a trade. Live it has nothing to look at, and ct-prove says so. The mistake is seldom this
plain: a moving average centred on its bar, a maximum over the whole file, a day's close known at noon do the same.
"""
import json
import sys


def signal(candle, action):
    return {
        "kind": "signal",
        "v": 1,
        "market": candle["market"],
        "symbol": candle["symbol"],
        "interval": candle["interval"],
        "strategy": "peek",
        "open_time": candle["open_time"],
        "t_ms": candle["close_time"] + 1,
        "action": action,
        "exposure": 1 if action == "BUY" else 0,
        "price": candle["close"],
        "stop_offset": None,
        "target_offset": None,
        "trail_offset": None,
        "max_hold_bars": None,
        "strength": None,
        "lower": None,
        "middle": None,
        "upper": None,
        "buy_mark": None,
        "sell_mark": None,
        "distance_pct": None,
        "waits_for": "a rise" if action == "SELL" else "a fall",
        "why": "the next bar will tell",
    }


def main():
    candles = [json.loads(line) for line in sys.stdin if line.strip()]
    for now, after in zip(candles, candles[1:] + candles[-1:]):
        same = now["symbol"] == after["symbol"]
        rises = same and float(after["close"]) > float(now["close"])
        print(json.dumps(signal(now, "BUY" if rises else "SELL"), separators=(",", ":")))


if __name__ == "__main__":
    main()
