"""Many streams at once, and how the cost of a request grows.

    make -f apxs.mk bench BENCH=scale [AT="2000 10000"] [JSON=file]

Streams have 15 events, one each 2 s, ours beside a bare httpd with as many
threads.  Memory is PSS of the httpd tree less what it had when idle; memory
in the kernel is not counted.  CPU is the tree's, of 12 s in the middle, when
all streams should run: where some are unfinished they began late, the machine
was too busy, and CPU an event is too low.  10 000 need as many threads: a
system that gives fewer ends the run.
Growth is CPU of the tree a request of 1 kB, one thing made larger at a time;
medians of three rounds.  CPU hangs on what else the machine does.
"""
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[i])
                for i in (0, 1)]

from floor import Bare                          # noqa: E402
from harness.httpd import TOP, Httpd, free_port          # noqa: E402
from processes import cpu_us, tree              # noqa: E402

OUT = TOP / "build" / "bench"
EVENTS, EACH_MS, WINDOW = 15, 2000, 12
PRICE = {"currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}


def pss_kb(pid):
    total = 0
    for p in tree(pid):
        with contextlib.suppress(OSError):
            text = pathlib.Path(f"/proc/{p}/smaps_rollup").read_text()
            total += sum(int(line.split()[1]) for line in text.splitlines()
                         if line.startswith("Pss:"))
    return total


def mpm(children, threads):
    return (f"StartServers {children}\nServerLimit {children}\n"
            f"ThreadsPerChild {threads}\nThreadLimit {threads}\n"
            f"MinSpareThreads 1\nMaxSpareThreads {children * threads}\n"
            f"MaxRequestWorkers {children * threads}\n"
            "MaxKeepAliveRequests 0\nListenBacklog 4096\n")


@contextlib.contextmanager
def upstream(*mode):
    port = free_port()
    process = subprocess.Popen([OUT / "upstream", str(port), *mode])
    time.sleep(.1)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def served(kind, port, lines, server="ExtendedStatus Off"):
    """(httpd, headers of a request)."""
    base = f"http://127.0.0.1:{port}/v1"
    bare = issubclass(kind, Bare)
    gw = kind(log_level="warn", mpm_conf=lines, server=server,
              conf=f"ProxyPass /v1 {base}" if bare else "")
    gw.start(300)
    try:
        yield gw, [] if bare else [prepare(gw, base)]
    finally:
        gw.stop(300)
        gw.remove()


def prepare(gw, base):
    gw.must("PUT", "/upstreams/u", {
        "base_url": base, "dialect": "openai",
        "credentials": [{"secret": "sk-upstream-secret"}]})
    gw.must("PUT", "/models/m", model())
    key = gw.new_key(limits={"requests_per_minute": 10**9,
                             "concurrency": 100_000})
    return f"Authorization: Bearer {key}"


def model():
    return {"routes": [{"upstream": "u"}], "price": PRICE,
            "limit": {"context": 2_000_000, "output": 8000}}


def body_file(size, stream):
    path = OUT / f"scale-{size}-{stream}.json"
    path.write_text(json.dumps({
        "model": "m", "stream": stream, "max_tokens": 64,
        "messages": [{"role": "user", "content": "hello " * (size // 6)}]}))
    return path


def load(port, connections, seconds, body, headers):
    return subprocess.Popen(
        [OUT / "load", str(port), "/v1/chat/completions", str(connections),
         str(seconds), str(body), *headers], stdout=subprocess.PIPE)


# ---- many streams ----

def streams(kind, count):
    lines = mpm(-(-count * 5 // 4 // 640) or 1, 640)
    life = EVENTS * EACH_MS / 1000
    with upstream("paced", str(EVENTS), str(EACH_MS)) as port, \
            served(kind, port, lines) as (gw, headers):
        time.sleep(3)               # all children are there
        pid = gw.process.pid
        idle = pss_kb(pid)
        client = load(gw.port, count, life + 8, body_file(900, True), headers)
        time.sleep(10)
        before = cpu_us(pid)
        time.sleep(WINDOW)
        spent = cpu_us(pid) - before
        full = pss_kb(pid)
        said = json.loads(client.communicate()[0])
        assert "unable to create worker" not in gw.log(), gw.log()[-600:]
    return {"kb": (full - idle) / count,
            "event_us": spent / (count * WINDOW * 1000 / EACH_MS),
            "first_p50": said["first_p50"], "first_p99": said["first_p99"],
            "errors": said["errors"],
            "unfinished": max(0, count - said["requests"])}


# ---- growth ----

def cost(connections=8, children=2, size=900, fill=None, kind=Httpd):
    """CPU of a request, in microseconds."""
    found = []
    with upstream("json", "1000") as port, \
            served(kind, port, mpm(children, 64)) as (gw, headers):
        if fill:
            fill(gw)
        for seconds in (1, 2, 2, 2):
            before = cpu_us(gw.process.pid)
            client = load(gw.port, connections, seconds,
                          body_file(size, False), headers)
            said = json.loads(client.communicate()[0])
            # the event MPM closes idle connections when threads are short
            assert said["errors"] < said["requests"] / 1000, said
            time.sleep(.25)         # the helper's last round
            found.append((cpu_us(gw.process.pid) - before)
                         / said["requests"])
    return statistics.median(found[1:])     # the first was to get warm


def keys(count):
    return lambda gw: [gw.new_key(name=f"k{i}") for i in range(count)]


def models(count):
    return lambda gw: [gw.must("PUT", f"/models/m{i}", model())
                       for i in range(count)]


def rows(seconds):
    """The ledger is filled by asking."""
    def fill(gw):
        key = gw.new_key(limits={"requests_per_minute": 10**9})
        load(gw.port, 8, seconds, body_file(900, False),
             [f"Authorization: Bearer {key}"]).communicate()
    return fill


GROWTH = {
    "as it is": {},
    "2000 keys": {"fill": keys(2000)},
    "500 models": {"fill": models(500)},
    "rows of 20 s": {"fill": rows(20)},
    "1 connection": {"connections": 1},
    "100 connections": {"connections": 100},
    "1 child": {"children": 1},
    "8 children": {"children": 8},
    "body of 10 kB": {"size": 10_000},
    "body of 100 kB": {"size": 100_000},
    "body of 1 MB": {"size": 1_000_000},
}


def main():
    found = {}
    for count in map(int, os.environ.get("AT", "2000 10000").split()):
        for name, kind in ("plain", Bare), ("gateway", Httpd):
            r = found[f"{count} streams, {name}"] = streams(kind, count)
            print(f"{count} streams, {name:7}: {r['kb']:.1f} kB a stream, "
                  f"{r['event_us']:.1f} µs CPU an event, first event "
                  f"{r['first_p50'] / 1000:.2f} ms at p50, "
                  f"{r['first_p99'] / 1000:.2f} at p99, {r['errors']} errors,"
                  f" {r['unfinished']} unfinished", flush=True)
    word = os.environ.get("T", "")
    for name, what in GROWTH.items():
        if word in name:
            r = found[name] = cost(**what)
            floor = cost(**{k: v for k, v in what.items() if k != "fill"},
                         kind=Bare)
            print(f"{name:15} plain {floor:8.1f}  gateway {r:8.1f} µs CPU a "
                  f"request  {r / floor:.2f}", flush=True)
    if os.environ.get("JSON"):
        pathlib.Path(os.environ["JSON"]).write_text(
            json.dumps(found, indent=1) + "\n")
