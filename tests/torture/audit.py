#!/usr/bin/env python3
"""audit.py DATABASE LEDGER [ACCOUNT=NAME…]: do the books agree with the exchange, to the last digit?

LEDGER is what ct-sim's GET /sim/ledger says; ACCOUNT=NAME maps an account of ct to one of the exchange (default: the
same name). Prints every difference; exit 1 if there is one. With --rest, everything must be at rest: nothing on its way,
every approval ended or working with an order that is open at the exchange, every position protected."""
import json
import sqlite3
import sys
from decimal import Decimal

rest = "--rest" in sys.argv
args = [a for a in sys.argv[1:] if not a.startswith("--")]
db = sqlite3.connect(f"file:{args[0]}?mode=ro", uri=True)
db.row_factory = sqlite3.Row
ledger = json.load(open(args[1]))
names = dict(a.split("=") for a in args[2:])
wrong = []


def money(v):
    """As the database keeps amounts: whole units of 1e-8, or text."""
    return Decimal(0) if v is None else Decimal(v) / 10**8 if isinstance(v, int) else Decimal(v)


def of(rows, account):
    """The exchange's rows of an account, whichever way they are told."""
    return [r for r in rows if r.get("account", account) == account]


accounts = [r["account"] for r in db.execute("SELECT account FROM live_state_row")]
for account in accounts:
    there = names.get(account, account)
    orders, trades = of(ledger["orders"], there), of(ledger["trades"], there)
    ids = [o["clientOrderId"] for o in orders if o["clientOrderId"].startswith("ct")]
    rows = {r["id"]: r for r in db.execute("SELECT * FROM order_row WHERE account = ?", [account])}
    wires = {r["id"]: r for r in db.execute("SELECT * FROM wire_row WHERE account = ?", [account])}

    for i in set(ids):
        if ids.count(i) > 1:
            wrong.append(f"{account}: client order id {i} is at the exchange {ids.count(i)} times")
        if i not in rows:
            wrong.append(f"{account}: order {i} is at the exchange and has no row")
    keys = [(r["decision"], r["leg"], r["attempt"]) for r in rows.values()]
    for k in set(keys):
        if keys.count(k) > 1:
            wrong.append(f"{account}: two rows of {k}")
    for i, w in wires.items():
        if w["acked_ms"] is not None and i not in ids:
            wrong.append(f"{account}: order {i} is acknowledged here and not known there")
        if w["acked_ms"] is None and w["status"] == "ended" and i in ids:
            wrong.append(f"{account}: order {i} was given up here and is known there")

    by_id = {o["orderId"]: o for o in orders}
    booked = {}
    for t in db.execute('SELECT "order", side, qty, price, fee, fee_asset FROM trade_row WHERE account = ?', [account]):
        booked.setdefault(t["order"], []).append((t["side"], money(t["qty"]), money(t["price"]), money(t["fee"]), t["fee_asset"]))
    happened = {}
    for t in trades:
        o = by_id[t["orderId"]]
        happened.setdefault(o["clientOrderId"], []).append(
            ("BUY" if t["isBuyer"] else "SELL", Decimal(t["qty"]), Decimal(t["price"]), Decimal(t["commission"]), t["commissionAsset"]))
    for i in sorted(set(booked) | {h for h in happened if h.startswith("ct")}):
        if sorted(booked.get(i, [])) != sorted(happened.get(i, [])) and (rest or len(booked.get(i, [])) > len(happened.get(i, []))):
            wrong.append(f"{account}: trades of {i}: here {booked.get(i)}, there {happened.get(i)}")

    state = db.execute("SELECT * FROM account_state_row WHERE account = ?", [account]).fetchone()
    base = {r["symbol"]: r["base_asset"] for r in db.execute("SELECT symbol, base_asset FROM symbol_row")}
    here = {"USDT": money(state["cash"])}
    for r in db.execute("SELECT symbol, qty FROM position_row WHERE account = ? UNION ALL SELECT symbol, qty FROM dust_row WHERE account = ?",
                        [account, account]):
        here[base[r["symbol"]]] = here.get(base[r["symbol"]], 0) + money(r["qty"])
    for r in db.execute("SELECT asset, qty FROM baseline_row WHERE account = ?", [account]):
        here[r["asset"]] = here.get(r["asset"], 0) + money(r["qty"])
    balances = next(a["balances"] for a in ledger["accounts"] if a["name"] == there)
    unexplained = {r["thing"] for r in db.execute("SELECT thing FROM block_row WHERE account = ? AND status = 'open'", [account])}
    for asset, amount in here.items():
        b = balances.get(asset, {"free": "0", "locked": "0"})
        if rest and amount != Decimal(b["free"]) + Decimal(b["locked"]) and asset not in unexplained:
            wrong.append(f"{account}: {asset}: here {amount}, there {b}")

    if not rest:
        continue
    open_there = {o["clientOrderId"] for o in orders if o["status"] in ("NEW", "PARTIALLY_FILLED", "PENDING_NEW")}
    for i, w in wires.items():
        if w["status"] in ("intent", "sent", "unknown") or (w["status"] == "acked") != (i in open_there):
            wrong.append(f"{account}: order {i} is {w['status']} here, {'open' if i in open_there else 'not open'} there")
    for d in db.execute("SELECT * FROM decision_row WHERE account = ? AND status IN ('approved', 'working')", [account]):
        if d["status"] == "approved" or not any(rows[i]["decision"] == d["id"] for i in open_there if i in rows):
            wrong.append(f"{account}: decision {d['id']} is {d['status']} and nothing is open for it")
    for d in db.execute("SELECT * FROM decision_row WHERE account = ? AND status IN ('failed', 'refused', 'expired') AND why IS NULL", [account]):
        wrong.append(f"{account}: decision {d['id']} ended without a reason")
    for p in db.execute("SELECT * FROM position_row WHERE account = ? AND qty <> 0", [account]):
        legs = {rows[i]["leg"] for i in open_there if i in rows and rows[i]["decision"] == p["decision"]}
        if p["stop_price"] is not None and "stop" not in legs:
            wrong.append(f"{account}: position {p['symbol']} of {p['strategy']} has no stop at the exchange")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
