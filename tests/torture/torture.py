#!/usr/bin/env python3
"""torture.py BIN [--seed N] [--steps N] [--accounts N] [--kills N] [--fault P] [--copies] [--restore] [--trade] [--seconds N]

Trades several accounts at a simulated exchange that fails in every way it can, while the programs are killed at random
moments; in the end the books must agree with the exchange to the last digit (audit.py). Beside the steps, and while the
prices move between them, ct-exec watch looks after what rests, and is killed too. BIN is the folder of the
programs; it works in the current folder. The seed is printed first: with it, what is asked for, and what fails, is the
same again (where in a program a kill strikes is the machine's). Interrupted, it ends what it has started."""
import argparse
import atexit
import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
from audit import audit

ap = argparse.ArgumentParser()
ap.add_argument("bin")
ap.add_argument("--seed", type=int, default=int(time.time()))
ap.add_argument("--steps", type=int, default=60)
ap.add_argument("--accounts", type=int, default=3)
ap.add_argument("--kills", type=int, default=500, help="how many programs are killed at least, over all steps")
ap.add_argument("--fault", type=float, default=0.7, help="how many of the steps have faults")
ap.add_argument("--copies", action="store_true", help="every job runs twice at once")
ap.add_argument("--restore", action="store_true", help="half-way the database is replaced by an earlier backup")
ap.add_argument("--trade", action="store_true", help="the steps are ct-trade's, and any of its processes is killed, or all")
ap.add_argument("--seconds", type=float, default=0, help="stop after so long; 0: all steps")
a = ap.parse_args()
HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(a.seed)
moments = random.Random(a.seed)  # how often these are drawn is the machine's: they are not the run's
between = random.Random(a.seed)  # what happens between the steps
print(f"seed {a.seed}", flush=True)

T0, BAR = 1714521600000, 14400000
PAIRS = ["AAAUSDT", "BBBUSDT", "CCCUSDT"]
KINDS = ["reset", "cut", "500", "502", "503", "504", "html", "empty", "truncate", "garbage", "429", "delay", "skew", "2013", "maintenance", "partial",
         "twice"]
os.environ.update(CT_CONFIG=os.path.abspath("conf"), CT_DB=os.path.abspath("ct.db"), XDG_STATE_HOME=os.path.abspath("state"))
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"  # looking for leaks is a process of its own: killed alone, its program would wait for ever
kills = commands = faults = done = 0
looks = caught = watch_kills = 0  # watches that were started, entries that they found filled, and how many were killed
started = []  # leaders of the sessions that still may have processes
watching = []
took = {}  # seconds that a program and verb took when nothing disturbed it, as of late
began = time.time()


def program(name):
    return os.path.join(a.bin, name)


def get(path, method="GET", body=None):
    r = urllib.request.Request(url + path, method=method, data=body and body.encode())
    try:
        return urllib.request.urlopen(r, timeout=30).read().decode()
    except (OSError, http.client.HTTPException) as e:
        time.sleep(1)
        check_server()
        sys.exit(f"seed {a.seed}: ct-sim does not answer {path}: {e}")


def check_server():
    """The exchange serves until it is told to stop; nothing that is asked of it may end it."""
    code = sim.poll()
    if code is not None:
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit {code}" + (" as after SIGTERM or SIGINT" if code == 0 else "")
        sys.exit(f"seed {a.seed}: ct-sim has ended ({how}) after {time.time() - began:.0f} s; it said: {open('sim.log').read()[-4000:] or 'nothing'}")


def stop_server():
    sim.terminate()
    if sim.wait(20) != 0 or open("sim.log").read():
        sys.exit(f"seed {a.seed}: ct-sim ends with {sim.returncode}: {open('sim.log').read()[-4000:]}")


def make_market():
    bars = {}
    os.makedirs("market", exist_ok=True)
    for p in PAIRS:
        price, rows = 100.0, []
        for k in range(a.steps + 3):
            o = price
            moves = [rng.gauss(0, 1.2) for _ in range(3)]
            c = max(20.0, o + moves[0])
            h, l = max(o, c) + abs(moves[1]), min(o, c) - abs(moves[2])
            v = 0 if 2 < k < a.steps and rng.random() < 0.02 else rng.randint(20, 90)
            if v == 0:
                h = l = c = o
            price = c
            rows.append([T0 + k * BAR] + [f"{x:.2f}" for x in (o, h, l, c)] + [f"{v + (0.125 if k == 0 else 0):.3f}", T0 + (k + 1) * BAR - 1, "1000", 5, "1", "1", "0"])
            price = float(rows[-1][4])
        bars[p] = rows
        with open(f"market/{p}-4h.csv", "w") as f:
            f.writelines(",".join(map(str, r)) + "\n" for r in rows)
    return bars


def candle(p, r):
    return json.dumps({"kind": "candle", "v": 1, "market": "spot", "symbol": p, "interval": "4h", "open_time": r[0], "open": r[1], "high": r[2],
                       "low": r[3], "close": r[4], "volume": r[5], "close_time": r[6], "quote_volume": r[7], "trades": r[8],
                       "taker_buy_volume": None, "taker_buy_quote_volume": None}) + "\n"


def wish(p, k, close, strategy):
    """A random signal at the close of bar k."""
    action = rng.choices(["HOLD", "BUY", "SELL"], [4, 5, 2])[0]
    kind = rng.choices(["MARKET", "LIMIT", "STOP", "LIMIT_MAKER"], [5, 2, 2, 2])[0] if action == "BUY" else "MARKET"
    price = close * {"MARKET": 1, "LIMIT": 0.995, "STOP": 1.005, "LIMIT_MAKER": 0.998}[kind]
    offset = lambda most: f"{rng.uniform(0.5, most):.2f}" if rng.random() < 0.8 else None
    return json.dumps({
        "kind": "signal", "v": 1, "market": "spot", "symbol": p, "interval": "4h", "strategy": strategy, "open_time": T0 + k * BAR,
        "t_ms": T0 + (k + 1) * BAR, "action": action, "exposure": 0 if action == "SELL" else 1, "price": f"{close:.2f}", "entry": kind,
        "entry_price": None if kind == "MARKET" else f"{price:.2f}", "entry_bars": None if kind == "MARKET" else rng.randint(1, 3),
        "stop_offset": offset(4), "target_offset": offset(4), "trail_offset": offset(5) if rng.random() < 0.4 else None,
        "max_hold_bars": rng.randint(1, 6) if rng.random() < 0.4 else None, "strength": None, "lower": None, "middle": None, "upper": None,
        "buy_mark": None, "sell_mark": None, "distance_pct": None, "waits_for": None, "why": "torture"}) + "\n"


def setup():
    os.makedirs("conf/strategies", exist_ok=True)
    os.makedirs("conf/risk", exist_ok=True)
    for s, own in (("one", {"method": "donchian", "lookback": 2}),
                   ("two", {"method": "zscore", "lookback": 4, "lower_k": 0.5, "upper_k": 0.5, "entry": "stop", "entry_offset_pct": 0.2, "entry_bars": 3})):
        json.dump({"strategy": "channel", "stop_pct": 2, **own}, open(f"conf/strategies/{s}.json", "w"))
    json.dump({"sizing": "quote", "size": "60", "collar_bps": "100"}, open("conf/risk/test.json", "w"))
    accounts = []
    for i in range(a.accounts):
        name, key = f"acc{i}", f"{i:064d}"
        with open(os.open(f"conf/key{i}", os.O_CREAT | os.O_WRONLY, 0o600), "w") as f:
            f.write(f"{key}\nsecret{i}\n")
        accounts.append({"name": name, "mode": "demo", "manage_interval": None, "base_url": url, "key": f"file:key{i}", "anchor": "2024-05-01",
                         "interval": "4h", "capital": "1000", "risk": "test", "slippage_bps": "0", "strategies": [{"file": s, "symbols": PAIRS} for s in ("one", "two")]})
    json.dump({"accounts": accounts}, open("conf/accounts.json", "w"))


def start_exchange():
    sims = [{"name": f"acc{i}", "taker_bps": "10", "maker_bps": "10", "slippage_bps": "0", "balances": {"USDT": "1500", "AAA": "0.5"},
             "keys": [{"api_key": f"{i:064d}", "secret": f"secret{i}"}]} for i in range(a.accounts)]
    json.dump({"spread_ticks": 0, "fill_parts": 2, "accounts": sims}, open("accounts.sim", "w"))
    p = subprocess.Popen([program("ct-sim"), "--data", "market", "--accounts", "accounts.sim", "--clock", str(T0 + BAR),
                          "--weight-limit", "1000000", "--exit-with-parent"], stdout=subprocess.PIPE, stderr=open("sim.log", "w"), text=True)
    atexit.register(p.kill)
    line = p.stdout.readline()
    if not line:
        sys.exit(f"ct-sim does not start: exit {p.wait()}\n{open('sim.log').read()}")
    return p, json.loads(line)["url"]


def session(leader):
    """The processes that a program has started, itself among them."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                state, _, _, of = f.read().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of) == leader and state != "Z":
            found.append(int(pid))
    return found


def end_all():
    """Nothing that was started outlives this program, however it ends."""
    for leader in started:
        while left := session(leader):
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.01)


class Interrupted:
    """A signal ends this program; while another is being started, as soon as that can be ended with it."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    waits, number = False, 0

    def __init__(self):
        for s in self.signals:
            signal.signal(s, self.take)

    def take(self, number, _):
        self.number = number
        if not self.waits:
            self.end()

    def end(self):
        for s in self.signals:
            signal.signal(s, signal.SIG_IGN)
        sys.exit(128 + self.number)

    def __enter__(self):
        self.waits = True

    def __exit__(self, *_):
        self.waits = False
        if self.number:
            self.end()


def launch(command, text=""):
    """A session of its own, so that whatever it starts can be found and killed with it."""
    with interrupted:
        p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open("errors.log", "a"), text=True, start_new_session=True)
        started.append(p.pid)
    try:
        p.stdin.write(text)
        p.stdin.close()
    except BrokenPipeError:
        pass
    p.stdin = None
    return p


def kill_some(leader):
    """All processes of a session, or one of them. Whether one was there to be killed."""
    alive = session(leader)
    if len(alive) > 1 and moments.random() < 0.6:
        alive = [moments.choice(alive)]
    for pid in alive:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return bool(alive)


def what(command):
    """The program and its verb."""
    return os.path.basename(command[0]), command[-1]


def once(command, text, may_kill):
    """Runs a command, or two copies of it; a killed one has no exit code that counts. The moment of a kill lies inside the
    run, however busy the machine is: it follows what such a run took of late."""
    global kills, commands
    out, start, usual = "", time.time(), took.get(what(command), 0.02)
    running = [launch(command, text) for _ in range(2 if a.copies else 1)]
    commands += len(running)
    if may_kill:
        time.sleep(moments.uniform(0, usual))
    hit = [may_kill and kill_some(p.pid) for p in running]
    for p in running:
        o = p.communicate()[0]
        out = o if p.returncode == 0 else out
        started.remove(p.pid)
    kills += sum(hit)
    codes = [-9 if h and p.returncode else p.returncode for p, h in zip(running, hit)]
    if not may_kill:
        took[what(command)] = (usual + min(time.time() - start, 1)) / 2
    elif not all(hit):
        took[what(command)] = usual * 0.8  # it was over before
    return codes, out


def behind():
    """Whether fewer were killed than there should have been by this step."""
    return kills < a.kills * (done + 1) / a.steps


def run(command, text="", may_kill=True, accept=(0,)):
    """Until it has ended well: as cron would, again and again."""
    for i in range(200):
        codes, out = once(command, text, may_kill and i < 8 and moments.random() < (0.9 if behind() else 0.2))
        bad = [c for c in codes if c not in (-9, 69, 75, 76) and c not in accept]
        if bad:
            sys.exit(f"seed {a.seed}: {' '.join(command)}: exit {bad}\n{open('errors.log').read()[-2000:]}")
        if any(c in accept for c in codes):
            return out
        if i >= 10 and 75 in codes:
            return out  # something waits for the next bar: nobody trades in this one
        check_server()
    sys.exit(f"seed {a.seed}: {' '.join(command)} does not end well\n{open('errors.log').read()[-2000:]}")


class Watch:
    """One ct-exec watch, or two, that may be killed at any moment until it is left."""

    def __init__(self, account, now):
        global looks
        command = [program("ct-exec"), "-A", account, "--now", now, "--absence", "1s", "watch", "--every", "1s", "--for", "1m"]
        self.running = [launch(command) for _ in range(2 if a.copies else 1)]
        looks += len(self.running)
        self.killed = set()
        self.timer = threading.Timer(moments.choice([0.1, 1]) * moments.random(), self.kill)
        self.timer.daemon = True
        if moments.random() < 0.7:
            self.timer.start()

    def kill(self):
        for p in self.running:
            if p.poll() is None:
                self.killed.add(p.pid)
                p.kill()

    def leave(self):
        """It ends with its look, unless it was killed. Half of them are."""
        global watch_kills
        self.timer.cancel()
        if moments.random() < 0.5:
            self.kill()
        for p in self.running:
            if p.poll() is None:
                p.terminate()
        for p in self.running:
            try:
                p.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                sys.exit(f"seed {a.seed}: ct-exec watch goes on after SIGTERM")
            started.remove(p.pid)
            code = p.returncode
            if code not in (0, 69, 75, 76, -signal.SIGTERM) and not (code == -9 and p.pid in self.killed):
                sys.exit(f"seed {a.seed}: {' '.join(p.args)}: exit {code}\n{open('errors.log').read()[-2000:]}")
        watch_kills += len(self.killed)


def watch(accounts, now):
    """Beside whatever is done until leave_watching."""
    watching.extend(Watch(n, now) for n in accounts)


def leave_watching():
    while watching:
        watching.pop().leave()


def resting():
    """Accounts with an entry at the exchange that nobody but watch looks after between two steps."""
    return rows("SELECT DISTINCT o.account FROM order_row AS o JOIN wire_row AS w ON w.id = o.id "
                "WHERE o.leg = 'entry' AND o.type <> 'MARKET' AND w.status = 'acked' ORDER BY 1")


def pass_bar(k):
    """Bar k is over at the exchange, and no step knows yet: what watches find is protected, or the next one finds it."""
    global caught
    accounts, before = resting(), rows("SELECT count(*) FROM trade_row")[0]
    watch(accounts, str(T0 + k * BAR))
    time.sleep(moments.uniform(0, 0.1))
    get(f"/sim/clock?t={T0 + (k + 1) * BAR}", "POST")
    if accounts and between.random() < a.fault:
        some_faults(between.randint(1, 3), between)
    for _ in range(2 if accounts else 0):
        watch([n for n in accounts if moments.random() < 0.6], str(T0 + (k + 1) * BAR))
        time.sleep(moments.uniform(0, 0.3))
    leave_watching()
    get("/sim/fault", "DELETE")
    caught += rows("SELECT count(*) FROM trade_row")[0] - before


def some_faults(n, rng=rng):
    global faults
    rules = []
    for _ in range(n):
        kind = rng.choice(KINDS)
        rule = {"route": rng.choice(["*", "order", "order", "oco", "orderList", "myTrades", "openOrders", "account"]), "kind": kind,
                "count": rng.randint(1, 3), "probability": round(rng.uniform(0.3, 1), 2)}
        if kind in ("reset", "500", "502", "503", "504", "html", "empty", "garbage"):
            rule["processed"] = rng.random() < 0.5
        if kind in ("delay", "partial"):
            rule["delay_ms"] = rng.randint(10, 400)
        if kind == "skew":
            rule["skew_ms"] = rng.choice([-9000, 5000, 20000])
        if kind == "429":
            rule["retry_after_s"] = 1
        rules.append(rule)
    faults += n
    get("/sim/fault", "POST", json.dumps(rules))


def compare(rest=False):
    """The books and the exchange; at rest, nothing of what ct did itself may be left unexplained either."""
    ledger = json.loads(get("/sim/ledger"))
    wrong = audit("ct.db", ledger, rest, {})
    if rest:
        wrong += rows("SELECT account || ': unexplained: ' || message FROM block_row WHERE status = 'open'")
        wrong += rows("SELECT account || ': halted: ' || halt_why FROM account_state_row WHERE halted")
    if wrong:
        open("ledger.json", "w").write(json.dumps(ledger))
        sys.exit(f"seed {a.seed}: the books do not agree:\n" + "\n".join(wrong))
    return ledger


def rows(sql):
    """The first column of a query."""
    db = sqlite3.connect("file:ct.db?mode=ro", uri=True)
    try:
        return [r[0] for r in db.execute(sql)]
    finally:
        db.close()


def restore():
    """Every program stands still; the database becomes the backup that was made of it."""
    for end in ("", "-wal", "-shm"):
        if os.path.exists("ct.db" + end):
            os.remove("ct.db" + end)
    shutil.copy("old.db", "ct.db")


def restored():
    return rows("SELECT count(*) FROM event_row WHERE code = 'desk.restored'")[0]


def step(k, bars, last, old=False):
    """One bar. old: when all is done, the database is one from before the decisions, and they are made again."""
    now = str(T0 + (k + 1) * BAR)
    if not last:
        pass_bar(k)
    else:
        get(f"/sim/clock?t={now}", "POST")
    if not last and rng.random() < a.fault:
        some_faults(rng.randint(1, 4))
    if a.trade:
        run([program("ct-trade"), "--now", now])
    run([program("ct-store"), "put"], "".join(candle(p, bars[p][k]) for p in PAIRS))
    names = [f"acc{i}" for i in range(a.accounts)]
    watch([n for n in resting() if not last and not old], now)
    exec_ = {n: [program("ct-exec"), "-A", n, "--now", now, "--absence", "1s"] for n in names}
    wishes = {n: "".join(wish(p, k, float(bars[p][k][4]), s) for p in PAIRS for s in ("one", "two") if rng.random() < 0.7) for n in names}
    for n in names:
        run(exec_[n] + ["sync"])
    for _ in range(100 if not last else 0):
        if behind():
            once(exec_[moments.choice(names)] + [moments.choice(["sync", "pending"])], "", True)
    if old:  # of just now: what was booked since would be decided on anew without it
        if os.path.exists("old.db"):
            os.remove("old.db")
        run([program("ct-store"), "backup", "old.db"], may_kill=False)
    for again in (False, True) if old else (False,):
        if again:
            restore()
        for n in names:
            if not last and not a.trade:
                run(exec_[n], run([program("ct-risk"), "-A", n, "--now", now], wishes[n]))
            run(exec_[n] + ["pending"])
    leave_watching()
    get("/sim/fault", "DELETE")
    compare()


atexit.register(end_all)
interrupted = Interrupted()
bars = make_market()
sim, url = start_exchange()
os.environ.update(CT_BINANCE_URL=url, PATH=a.bin + ":" + os.environ["PATH"], CT_SHARE=os.path.join(HERE, "../../share"))
setup()
run([program("ct-store"), "init"], may_kill=False)
run([program("ct-store"), "put"], run([program("ct-fetch"), "symbols", "--base-url", url] + PAIRS, may_kill=False))
k, old = 0, a.restore
for k in range(a.steps):
    half = k >= a.steps // 2 or 0 < a.seconds / 2 < time.time() - began
    step(k, bars, False, old and half)
    done = k + 1
    old = old and not restored()
    if 0 < a.seconds < time.time() - began and not old:
        break
wanted, a.kills = a.kills * done // a.steps, 0
while any(float(bars[p][k + 1][5]) == 0 for p in PAIRS):
    k += 1  # an exit that is due would wait for ever where nobody trades
    step(k, bars, True)
for i in range(3):
    get(f"/sim/clock?t={T0 + (k + 1) * BAR}", "POST")
    step(k, bars, True)
if old:
    sys.exit(f"seed {a.seed}: no database was replaced that had anything to heal")
if kills < wanted:
    sys.exit(f"seed {a.seed}: {kills} programs were killed in {done} steps: {wanted} were wanted")
ledger = compare(rest=True)
stop_server()
print(f"{k + 1} steps, {commands} programs, {kills} killed, {faults} faults, {looks} watches ({watch_kills} killed, {caught} trades booked), {len(ledger['orders'])} orders, {len(ledger['trades'])} trades: "
      f"{restored()} orders met again, the books agree ({time.time() - began:.0f} s)")
