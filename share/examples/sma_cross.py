#!/usr/bin/env python3
"""A strategy in another language: candle lines on stdin, signal lines on stdout, in the place of ct-signal.

    ct-store candles -i 4h BTCUSDT | share/examples/sma_cross.py --fast 10 --slow 40 | ct-risk -A demo

Buys when the mean of the last FAST closes rises above the mean of the last SLOW, sells when it falls below.
Prices stay decimal from end to end; only the standard library is needed. Everything depends on the closed
candles so far and on nothing else, as a strategy must: no clock, no network, no account.
"""
import argparse
import json
import sys
from collections import deque
from decimal import ROUND_HALF_EVEN, Decimal

UNIT = Decimal("0.00000001")


class Series:
    """What one pair and interval remembers."""

    def __init__(self, slow):
        self.closes = deque(maxlen=slow)
        self.above = None  # was the fast mean above the slow one; None while warming up
        self.exposure = 0


def mean(values):
    return sum(values) / len(values)


def step(series, candle, options):
    """The signal of one closed candle, with every key a signal has (see ct-records(5))."""
    close = Decimal(candle["close"])
    series.closes.append(close)
    ready = len(series.closes) == options.slow
    fast = mean(list(series.closes)[-options.fast :]) if ready else None
    slow = mean(series.closes) if ready else None
    above = fast > slow if ready else None

    action = "HOLD"
    if ready and series.above is not None and above != series.above:
        action = "BUY" if above else "SELL"
        series.exposure = 1 if above else 0
    series.above = above

    stop = (close * options.stop_pct / 100).quantize(UNIT, ROUND_HALF_EVEN)
    if not ready:
        waits, why = "more bars", "warming up"
    else:
        waits = f"sma({options.fast}) to fall below sma({options.slow})" if above else f"sma({options.fast}) to rise above sma({options.slow})"
        why = f"sma({options.fast}) {fast:.8g}, sma({options.slow}) {slow:.8g}"
    return {
        "kind": "signal",
        "v": 1,
        "market": candle["market"],
        "symbol": candle["symbol"],
        "interval": candle["interval"],
        "strategy": options.name,
        "open_time": candle["open_time"],
        "t_ms": candle["close_time"] + 1,
        "action": action,
        "exposure": series.exposure,
        "price": candle["close"],
        "entry": "MARKET",
        "entry_price": None,
        "entry_bars": None,
        "stop_offset": str(stop) if action == "BUY" else None,
        "target_offset": None,
        "trail_offset": None,
        "max_hold_bars": None,
        "strength": None,
        "lower": None,
        "middle": float(f"{slow:.12g}") if ready else None,
        "upper": None,
        "buy_mark": None,
        "sell_mark": None,
        "distance_pct": None,
        "waits_for": waits,
        "why": why,
    }


def main():
    parser = argparse.ArgumentParser(description="Candles on stdin to signals on stdout: two moving averages that cross.")
    parser.add_argument("--fast", type=int, default=10, help="bars of the fast mean (default 10)")
    parser.add_argument("--slow", type=int, default=40, help="bars of the slow mean (default 40)")
    parser.add_argument("--stop-pct", type=Decimal, default=Decimal(5), help="stop, percent below the fill price (default 5)")
    parser.add_argument("--name", default="sma_cross", help="the strategy's name in the signals")
    parser.add_argument("--emit-from", type=int, default=0, metavar="MS", help="write only signals that became known at MS or later")
    parser.add_argument("--events", action="store_true", help="write BUY and SELL lines only")
    options = parser.parse_args()
    if not 0 < options.fast < options.slow:
        parser.error("--fast must be at least 1 and below --slow")

    all_series = {}
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            candle = json.loads(line)
            if candle["kind"] != "candle" or candle["v"] != 1:
                raise ValueError("not a candle of version 1")
            key = candle["market"], candle["symbol"], candle["interval"]
            series = all_series.setdefault(key, Series(options.slow))
            signal = step(series, candle, options)
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            print(f"sma_cross.py: stdin:{number}: {error!r}", file=sys.stderr)
            return 65
        if signal["t_ms"] >= options.emit_from and not (options.events and signal["action"] == "HOLD"):
            # A live pipe sees each line at once.
            print(json.dumps(signal, separators=(",", ":")), flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(74)
