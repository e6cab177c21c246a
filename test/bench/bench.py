"""What the gateway costs beside the ProxyPass of a bare httpd.

    make -f apxs.mk bench [BENCH="json burst ..."] [ROUNDS=7] [SECONDS_EACH=3]

Two httpds are up, one with mod_proxy alone, and one with keys, limits, budget,
ledger and the access log's fields; they are asked in turn.  The figure is the
CPU time of the whole tree, the helper included, a request or an event, and the
median ratio of the rounds.  Wall time on shared machines says little, and a
ratio differs by 0.15 from one run to the next: floor.py counts what is exact.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[i])
                for i in (0, 1)]

import budget  # noqa: E402
import floor         # noqa: E402
import instructions  # noqa: E402
import peers         # noqa: E402
import scale         # noqa: E402
import translation   # noqa: E402
from harness.httpd import TOP, Httpd, free_port  # noqa: E402
from processes import cpu_us  # noqa: E402

OUT = TOP / "build" / "bench"
ROUNDS = int(os.environ.get("ROUNDS", "7"))
SECONDS = float(os.environ.get("SECONDS_EACH", "3"))
MPM = """StartServers 2
ServerLimit 2
ThreadsPerChild 64
ThreadLimit 64
MinSpareThreads 1
MaxSpareThreads 128
MaxRequestWorkers 128
MaxKeepAliveRequests 0
"""

# name: (mode of the upstream, body, connections, per, target ratio)
JSON = ["json", "1000"]
CASES = {
    "json": (JSON, floor.SHORT, 8, "request", 1.30),
    "json-100k": (JSON, floor.long(instructions.TEXT), 8, "request", 1.2),
    "json-100k-chinese": (JSON, floor.long(floor.CHINESE), 8, "request", 1.4),
    "json-100k-escaped": (JSON, floor.escaped(floor.CHINESE), 8, "request",
                          1.5),
    "json-100k-code": (JSON, floor.long(instructions.CODE), 8, "request", 1.3),
    "json-100k-tools": (JSON, floor.tools(), 8, "request", None),
    "json-100k-image": (JSON, floor.image(), 8, "request", None),
    "burst": (["burst", "64"], floor.STREAM, 8, "request", 0.95),
    "burst-differing": (["burst", "-64"], floor.STREAM, 8, "request", 1.0),
    "paced": (["paced", "64", "20"], floor.STREAM, 64, "event", 0.95),
    "paced-differing": (["paced", "-64", "20"], floor.STREAM, 64, "event",
                        1.0),
    "paced-coalesced": (["paced", "64", "20"], floor.STREAM, 64, "event", 0.5),
    "first-event": (["paced", "4", "20"], floor.STREAM, 1, "first", None),
}


def build():
    OUT.mkdir(parents=True, exist_ok=True)
    for name in ("upstream", "load"):
        subprocess.check_call(["gcc", "-O2", "-D_GNU_SOURCE", "-o",
                               OUT / name,
                               pathlib.Path(__file__).parent / f"{name}.c"])


def load(port, path, connections, seconds, body, *headers):
    out = subprocess.check_output(
        [OUT / "load", str(port), path, str(connections), str(seconds),
         str(body), *headers])
    return json.loads(out)


class Bench:
    def __init__(self, mode, server=""):
        self.up_port = free_port()
        self.upstream = subprocess.Popen([OUT / "upstream",
                                          str(self.up_port), *mode])
        time.sleep(0.1)
        base = f"http://127.0.0.1:{self.up_port}/v1"
        self.bare = floor.Bare(conf=f"ProxyPass /v1 {base}",
                               log_level="warn", mpm_conf=MPM).start()
        self.gw = Httpd(log_level="warn", mpm_conf=MPM, server=server).start()
        self.gw.must("PUT", "/upstreams/bench", {
            "base_url": base, "dialect": "openai",
            "credentials": [{"secret": "sk-bench"}]})
        self.gw.must("PUT", "/models/m", {
            "routes": [{"upstream": "bench"}],
            "limit": {"context": 262144, "output": 65536},
            "price": {"currency": "CNY", "tiers": [
                {"up_to": 32000, "input": "2.5", "output": "10",
                 "cache_read": "0.5"},
                {"up_to": 128000, "input": "4", "output": "16"},
                {"input": "7", "output": "28"}]}})
        self.key = self.gw.new_key(limits={
            "requests_per_minute": 1_000_000_000, "concurrency": 100_000},
            budgets=[{"amount": "1000000000", "currency": "CNY",
                      "window": "month"}])

    def close(self):
        for httpd in (self.gw, self.bare):
            httpd.stop()
            httpd.remove()
        self.upstream.kill()
        self.upstream.wait()

    def run(self, variant, connections, seconds, body):
        httpd = self.bare if variant == "plain" else self.gw
        before = cpu_us(httpd.process.pid)
        r = load(httpd.port, "/v1/chat/completions", connections, seconds,
                 body, f"Authorization: Bearer {self.key}")
        time.sleep(0.25)            # the helper's last round
        r["cpu"] = (cpu_us(httpd.process.pid) - before) / 1e6
        assert r["errors"] == 0, (variant, r, self.gw.log()[-2000:])
        return r


def body_file(name, data):
    path = OUT / f"body-{name}.json"
    path.write_bytes(data.replace(b'"bench"', b'"m"', 1))
    return path


def measure(name):
    mode, data, connections, per, target = CASES[name]
    body = body_file(name, data)
    units = abs(int(mode[1])) if per == "event" else 1
    ratios, costs, firsts = [], {"plain": [], "gateway": []}, \
        {"plain": [], "gateway": []}
    bench = Bench(mode, "LLMGatewayCoalesce 50" if "coalesced" in name else "")
    try:
        for variant in costs:       # warm up
            bench.run(variant, connections, 1, body)
        for i in range(ROUNDS):
            order = list(costs) if i % 2 == 0 else list(costs)[::-1]
            one = {}
            for variant in order:
                r = bench.run(variant, connections, SECONDS, body)
                one[variant] = r["cpu"] / r["requests"] / units * 1e6
                costs[variant].append(one[variant])
                firsts[variant].append(r["first_p50"])
            ratios.append(one["gateway"] / one["plain"])
    finally:
        bench.close()
    plain, gateway = (statistics.median(costs[v]) for v in costs)
    first = [statistics.median(firsts[v]) for v in firsts]
    return {"case": name, "per": per, "plain_us": round(plain, 1),
            "gateway_us": round(gateway, 1),
            "ratio": round(statistics.median(ratios), 3), "target": target,
            "first_plain_us": round(first[0]),
            "first_gateway_us": round(first[1])}


def power():
    """What a request waits for with LLMGatewayDurability power."""
    body = body_file("json", floor.SHORT)
    out = {}
    for word in ("process", "power"):
        bench = Bench(JSON, f"LLMGatewayDurability {word}")
        try:
            for connections in (1, 64):
                bench.run("gateway", connections, 1, body)
                r = bench.run("gateway", connections, SECONDS, body)
                out[word, connections] = r
        finally:
            bench.close()
    for (word, connections), r in out.items():
        print(f"durability {word}, {connections} connections: "
              f"{r['end_p50'] / 1000:.2f} ms a request at p50, "
              f"{r['end_p99'] / 1000:.2f} at p99, "
              f"{r['requests'] / SECONDS:.0f} requests a second, "
              f"{r['cpu'] / r['requests'] * 1e6:.0f} µs CPU each")


def main(names):
    build()
    print(f"# {ROUNDS} rounds of {SECONDS:g} s a variant, alternating; CPU "
          "of the whole httpd tree")
    failed = False
    for name in names:
        if name == "budget":
            failed |= budget.main()
            continue
        if name == "floor":
            floor.main(os.environ.get("T", ""))
            continue
        if name in ("instructions", "peers", "scale", "translation"):
            {"instructions": instructions, "peers": peers, "scale": scale,
             "translation": translation}[name].main()
            continue
        if name == "power":
            power()
            continue
        r = measure(name)
        if r["per"] == "first":
            print(f"{name}: p50 plain {r['first_plain_us']} µs, gateway "
                  f"{r['first_gateway_us']} µs, added "
                  f"{(r['first_gateway_us'] - r['first_plain_us']) / 1000:.3f}"
                  " ms (target 0.1 ms)")
            continue
        ok = r["target"] is None or r["ratio"] <= r["target"]
        failed |= not ok
        print(f"{name}: plain {r['plain_us']} µs, gateway "
              f"{r['gateway_us']} µs per {r['per']}, ratio {r['ratio']} "
              f"(target {r['target']}{'' if ok else ', MISSED'})")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [*CASES, "floor", "power", "budget"]))
