"""Many clients at once, and what has to be true of each of their requests
whoever was killed meanwhile.

    crowd = Crowd(gw, up, seed=1)
    with crowd:                 # they ask all the time
        ...                     # kill somebody
    crowd.check()               # when all is quiet

Each client has a key of its own and asks one thing after the other, so the
time in a row's id says which of its requests the row is.  What the upstream
saw it saw with the request's marker, the member `user`.
"""
import http.client
import os
import random
import re
import signal
import subprocess
import threading
import time

from . import messages
from .checks import wait_quiet
from .client import Stream
from .shapes import chunk, pico, plain, usage_chunk
from .upstream import answer, body, close, end, event, head, silence
from .wait import PATIENCE, until

MODEL = {
    "limit": {"context": 4096, "output": 512},
    "price": {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]},
}
# kinds of requests: plain, a stream, refused after its place was taken, the
# first upstream fails, both fail, the stream is cut, the client leaves, the
# second upstream is sent a translation that may cost more
KINDS = ["plain"] * 4 + ["stream"] * 4 + ["nobody", "retry", "fail", "cut",
                                          "leave", "grow", "grow"]
ESTIMATED, SETTLED = 2, 1
REPORTED, KILLED = 1, 0x10
BROKEN = (OSError, http.client.HTTPException, ValueError, AssertionError)


# children come and go
CHILDREN = ("StartServers 4\nServerLimit 8\nThreadsPerChild 8\n"
            "ThreadLimit 8\nMinSpareThreads 16\nMaxSpareThreads 64\n"
            "MaxRequestWorkers 64\nMaxKeepAliveRequests 3\n")


class Ask:
    """One request of a client, and what it got."""

    def __init__(self, marker, kind):
        self.marker, self.kind = marker, kind
        self.began = time.time()
        self.ended = self.id = self.status = None
        self.whole = False      # the client saw the end of it

    def __repr__(self):
        return (f"<{self.marker} {self.began:.6f}-{self.ended:.6f} "
                f"{self.status} {self.id} whole={self.whole}>")


def messages_of(request):
    """Who is asked for chats fails."""
    if request.path != messages.PATH:
        return answer({"error": {"message": "no"}}, 500, reason="No")
    if not request.json().get("stream"):
        return answer(messages.document())
    return [head(), *(body(e) for e in messages.stream()), end()]


def upstream_of(seen):
    """What the upstream does with a request, by its marker."""
    def steps(request):
        b = request.json()
        marker = b.get("user") or b.get("metadata", {}).get("user_id", "")
        if "-" not in marker:       # none of ours: what makes it longer
            marker = "x-0-plain"
        kind = marker.split("-")[2]
        with seen.lock:
            number = seen.count[marker] = seen.count.get(marker, 0) + 1
        if kind == "fail" or kind == "retry" and number == 1:
            return answer({"error": {"message": "no"}}, 500, reason="No")
        if kind == "grow":
            return messages_of(request)
        if not b.get("stream"):
            return answer(plain())
        steps = [head(), event(chunk("")), event(chunk("Hi")),
                 event(chunk(" there"))]
        if kind == "cut":
            return steps + [close()]
        return steps + [event(chunk(finish="stop")), event(usage_chunk()),
                        body(b"data: [DONE]\n\n"), end()]
    return steps


class Seen:
    def __init__(self):
        self.lock = threading.Lock()
        self.count = {}


class Crowd:
    def __init__(self, gw, up, seed=1, clients=8, places=2):
        self.gw, self.up, self.seed, self.places = gw, up, seed, places
        self.seen = Seen()
        up.default = upstream_of(self.seen)
        for name, dialect in (("one", "openai"), ("two", "openai"),
                              ("three", "anthropic")):
            gw.must("PUT", "/upstreams/" + name, {
                "base_url": up.url + "/v1", "dialect": dialect,
                "credentials": [{"secret": "sk-upstream-secret"}]})
        for model, second in (("crowd", "two"), ("crowd-grow", "three")):
            gw.must("PUT", "/models/" + model, dict(
                MODEL, estimates="fixed", abort={"stream": "cancel",
                                                 "plain": "cancel"},
                routes=[{"upstream": "one", "priority": 0},
                        {"upstream": second, "priority": 1}]))
        gw.must("PUT", "/teams/crowd", {
            "limits": dict(self.limits(), concurrency=places * clients),
            "budgets": self.budgets()})
        self.keys = [gw.new_key(team="crowd", budgets=self.budgets(),
                                limits=self.limits()) for _ in range(clients)]
        self.asked = [[] for _ in self.keys]
        self.written = []       # admin writes: (key, live or None: not known)
        self.stop = threading.Event()
        self.errors = []
        self.number = 0
        self.admin = True       # somebody writes all the time, too
        self.checked = 0        # the id of the last row that was
        self.total = {"requests": 0, "rows": 0, "killed": 0, "reached": 0}

    def limits(self):
        return {"concurrency": self.places, "requests_per_second": 10**6,
                "requests_per_day": 10**9, "tokens_per_minute": 10**10}

    @staticmethod
    def budgets():
        return [{"amount": "100000", "currency": "CNY", "window": w}
                for w in ("day", "total")]

    # ---- asking ----

    def __enter__(self):
        self.stop.clear()
        self.threads = [threading.Thread(target=self.guard,
                                         args=(self.run, i))
                        for i in range(len(self.keys))]
        if self.admin:
            self.threads.append(threading.Thread(target=self.guard,
                                                 args=(self.administer, 0)))
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *exc):
        self.stop.set()
        for t in self.threads:
            t.join()

    def guard(self, fn, i):
        try:
            fn(i)
        except Exception as e:      # shown by check()
            self.errors.append(e)
            raise

    def run(self, i):
        rnd = random.Random(self.seed * 1000 + i + self.number)
        while not self.stop.is_set():
            kind = rnd.choice(KINDS)
            ask = Ask(f"{i}-{self.next_number()}-{kind}", kind)
            try:
                self.one(ask, self.keys[i], rnd)
            except BROKEN:
                self.stop.wait(0.005)   # perhaps nobody listens now
            ask.ended = time.time()
            self.asked[i].append(ask)

    def next_number(self):
        with self.seen.lock:
            self.number += 1
            return self.number

    def one(self, ask, key, rnd):
        stream = ask.kind in ("stream", "cut", "leave") \
            or ask.kind in ("retry", "fail", "grow") and rnd.random() < 0.5
        sent = {"model": {"nobody": "nobody", "grow": "crowd-grow"}.get(
                    ask.kind, "crowd"),
                "messages": [{"role": "user", "content": "hello"}],
                "max_tokens": 100, "user": ask.marker, "stream": stream}
        with Stream(self.gw.port, "/v1/chat/completions", sent, key,
                    timeout=PATIENCE) as s:
            s.head()
            ask.status, ask.id = s.status, s.headers.get("x-request-id")
            if ask.kind == "leave":
                s.event()
                return
            s.rest()
            ask.whole = s.ended and s.status == 200 \
                and (not stream or b"[DONE]" in s.body)

    def administer(self, _):
        """Keys come, are used, change and go; prices and teams change."""
        n = 0
        while not self.stop.is_set():
            n += 1
            try:
                self.write(n)
            except BROKEN:
                self.stop.wait(0.005)

    def write(self, n):
        r = self.gw.admin("POST", "/keys", {
            "name": "short", "team": "crowd", "limits": self.limits(),
            "budgets": self.budgets()})
        if r.status != 201:
            return
        key = r.json()["key"]
        entry = [key, True]
        self.written.append(entry)
        self.gw.chat(key, model="crowd", user=f"a-{n}-plain")
        self.gw.admin("PATCH", "/keys/" + key[7:17], {
            "limits": {"requests_per_hour": 10**6}})
        self.gw.admin("PATCH", "/teams/crowd", {
            "limits": {"requests_per_hour": 10**8 + n}})
        self.gw.admin("PATCH", "/models/crowd", {"name": f"Crowd {n}"})
        if n % 2:
            entry[1] = None
            r = self.gw.admin("DELETE", "/keys/" + key[7:17])
            if r.status in (200, 204):
                entry[1] = False
                assert self.gw.chat(key).status != 200, "a revoked key"

    def count(self):
        return sum(len(a) for a in self.asked)

    def more(self, n):
        """Wait until so many more requests have ended.  Patience is for a
        hundred of them."""
        have = self.count()
        for want in [*range(have, have + n, 100), have + n]:
            until(lambda: self.count() >= want, "the clients do not get on")

    # ---- afterwards ----

    def check(self):
        """When nobody asks: all that was asked since the last time."""
        gw = self.gw
        assert not self.errors, self.errors
        wait_quiet(gw)
        last = gw.query("SELECT ifnull(max(id), 0) FROM ledger")[0][0]
        for key, asked in zip(self.keys, self.asked):
            self.match(key, asked, gw.query(
                "SELECT l.* FROM ledger l JOIN key k ON k.id = l.key_id WHERE "
                "k.public_id = ? AND l.id > ? ORDER BY l.id",
                key[7:17], self.checked))
            self.spent(key)
            asked.clear()
        for key, live in self.written:
            self.as_written(key, live)
        self.written.clear()
        self.up.requests.clear()
        self.seen.count.clear()
        self.checked = last
        r = gw.admin("GET", "/fsck")
        assert r.status == 200 and r.json()["ok"], r
        gw.check_books()
        return self.total

    def match(self, key, asked, rows):
        at = 0
        for ask, after in zip(asked, [a.began for a in asked[1:]] + [9e9]):
            mine = []
            while at < len(rows) and began(rows[at]) < after:
                assert began(rows[at]) >= ask.began - 1e-6, \
                    (key, ask, dict(rows[at]))
                mine.append(rows[at])
                at += 1
            self.judge(ask, mine, self.seen.count.get(ask.marker, 0))
            self.total["requests"] += 1
            self.total["rows"] += len(mine)
            self.total["reached"] += bool(self.seen.count.get(ask.marker))
            self.total["killed"] += sum(bool(r["flags"] & KILLED)
                                        for r in mine)
        assert at == len(rows), f"{len(rows) - at} rows are nobody's"

    @staticmethod
    def judge(ask, rows, seen):
        said = (ask, seen, [dict(r) for r in rows])
        assert len(rows) <= 1, said
        if seen:
            assert len(rows) == 1 and rows[0]["reached"], said
        for row in rows:
            if not seen:
                assert row["amount"] == 0 or row["state"] == ESTIMATED, said
            if row["flags"] & KILLED:
                assert row["state"] != SETTLED, said
        if ask.whole:
            row, = rows
            assert (row["state"], row["source"]) == (SETTLED, REPORTED), said
            assert row["amount"] == 1000 * 2500000 + 50 * 10000000, said

    def spent(self, key):
        """The live counter is the sum of the rows, and nothing is held."""
        b = self.gw.request("GET", "/v1/key", key=key).json()["budgets"]
        want = self.gw.query(
            "SELECT ifnull(sum(amount), 0) FROM ledger l JOIN key k "
            "ON k.id = l.key_id WHERE k.public_id = ?", key[7:17])[0][0]
        for budget in b:
            assert pico(budget["reserved"]) == 0, (key, budget)
            assert pico(budget["spent"]) == want, (key, budget, want)

    def as_written(self, key, live):
        """A key is what the database says, also if nobody heard so."""
        row, = self.gw.query("SELECT revoked_ms FROM key WHERE public_id = ?",
                             key[7:17])
        if live is not None:
            assert bool(row["revoked_ms"]) != live, (key, live)
        status = self.gw.request("GET", "/v1/models", key=key).status
        assert status == (401 if row["revoked_ms"] else 200), (key, status)

    def places_are_free(self):
        """Each key, and the team, has all of its places, and no more."""
        spare = self.gw.new_key(team="crowd")
        want = {"model": "crowd", "stream": True, "max_tokens": 100,
                "messages": [{"role": "user", "content": "hello"}]}
        held = []
        try:
            for key in self.keys:
                for _ in range(self.places):
                    s = self.hold(want, key, held)
                    assert s.status == 200, (key, s.status, s.rest())
                if key is not self.keys[-1]:
                    s = self.hold(want, key)
                    assert s.status == 429, (key, s.status)
            s = self.hold(want, spare)
            assert s.status == 429, ("the team", s.status)
        finally:
            for s in held:
                s.close()
        wait_quiet(self.gw)
        self.checked = self.gw.query("SELECT max(id) FROM ledger")[0][0]

    def hold(self, want, key, held=None):
        if held is not None:
            self.up.script(head(), event(chunk("Hi")), silence())
        s = Stream(self.gw.port, "/v1/chat/completions", want, key)
        if held is not None:
            held.append(s)
        return s.head()


def began(row):
    return (row["id"] >> 8) / 1e6


# ---- killing ----

def labels(top):
    """Every crash point of the source, in the order of the files."""
    found = []
    for folder in ("mod_llmgw", "admin"):
        for path in sorted((top / folder).rglob("*.c")):
            found += re.findall(r'GW_CRASH\("(\w+)"\)', path.read_text())
    return found


class Killer:
    """Kills at a label: the process that stands there (`self`), the helper
    while it stands there, or everything (`tree`)."""

    # passed by the helper when it settles what a dead child left
    AFTER_DEATH = ("orphaned", "sweeping")
    RARE = ("refusals",)        # once a second

    def __init__(self, gw, flag, rnd):
        self.gw, self.flag, self.rnd = gw, flag, rnd
        self.done = []

    def strike(self, label, victim):
        """0: nobody came to this label in time."""
        n = self.rnd.choice((1, 1, 2, 3, 7))
        if label in self.AFTER_DEATH + self.RARE:
            n = 1
        return self.strike_at(label, victim, n, 6) \
            or self.strike_at(label, victim, 1, PATIENCE)

    def strike_at(self, label, victim, n, seconds):
        self.aim(label, n, "" if victim == "self" else "stop")
        if not self.wait_gone(seconds, label in self.AFTER_DEATH):
            return 0
        if victim == "tree":
            self.gw.kill_tree()
            self.gw.process = None
            self.gw.start()
        elif victim == "helper":
            self.kill_helper()
        self.done.append((label, victim, n))
        return 1

    def aim(self, label, n, word):
        """What crash.c reads, there at once as a whole."""
        new = self.flag.with_suffix(".new")
        new.write_text(f"{label} {n:06d} {word}")
        new.chmod(0o666)
        new.rename(self.flag)

    def wait_gone(self, seconds=PATIENCE, after_death=False):
        """Wait until somebody was at the label."""
        stop, turn = time.monotonic() + seconds, 0
        while self.flag.exists():
            if after_death and turn % 400 == 0:
                self.kill_one_child()
            turn += 1
            if time.monotonic() > stop:
                try:
                    self.flag.unlink()
                    return False
                except FileNotFoundError:
                    return True
            time.sleep(0.002)
        return True

    def processes(self):
        out = subprocess.run(["ps", "--ppid", str(self.gw.process.pid), "-o",
                              "pid=,stat="], capture_output=True,
                             text=True).stdout
        return [(int(line.split()[0]), line.split()[1])
                for line in out.splitlines()]

    def kill_one_child(self):
        os.kill(self.rnd.choice(self.gw.children()), signal.SIGKILL)

    def kill_helper(self):
        helper = self.gw.helper_pid()
        if helper:
            os.kill(helper, signal.SIGKILL)
        self.gw.wait_helper(helper)
        for pid, state in self.processes():
            if state.startswith("T"):
                os.kill(pid, signal.SIGCONT)
