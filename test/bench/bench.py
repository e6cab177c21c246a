"""What the gateway costs beside a plain ProxyPass in the same httpd.

    make -f apxs.mk bench [BENCH="json burst ..."] [ROUNDS=7] [SECONDS_EACH=3]

Both variants run in one httpd, alternating, with keys, limits and ledger on
for the gateway; the figure is the CPU time of the whole httpd tree, helper
included, per request or per event, and its median ratio over the rounds.
Wall time on shared machines says little: read ratios.
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
import translation   # noqa: E402
from harness.httpd import TOP, Httpd, free_port  # noqa: E402

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

# name: (mode of the upstream, body bytes, connections, per, target ratio)
CASES = {
    "json": (["json", "1000"], 900, 8, "request", 1.35),
    "json-100k": (["json", "1000"], 100_000, 8, "request", 1.30),
    "burst": (["burst", "64"], 900, 8, "request", 1.15),
    "paced": (["paced", "64", "20"], 900, 64, "event", 1.00),
    "first-event": (["paced", "4", "20"], 900, 1, "first", None),
}


def build():
    OUT.mkdir(parents=True, exist_ok=True)
    for name in ("upstream", "load"):
        subprocess.check_call(["gcc", "-O2", "-D_GNU_SOURCE", "-o",
                               OUT / name,
                               pathlib.Path(__file__).parent / f"{name}.c"])


def tree(pid):
    """pid and its children."""
    out = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="],
                         capture_output=True, text=True).stdout
    return [pid] + [int(p) for p in out.split()]


def cpu_seconds(pid):
    ticks = 0
    for p in tree(pid):
        try:
            stat = pathlib.Path(f"/proc/{p}/stat").read_text()
            f = stat.rsplit(")", 1)[1].split()
            ticks += int(f[11]) + int(f[12])
        except OSError:
            pass
    return ticks / os.sysconf("SC_CLK_TCK")


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
        self.gw = Httpd(conf=f"ProxyPass /plain {base}", log_level="warn",
                        mpm_conf=MPM, server=server).start()
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
            "requests_per_minute": 1_000_000_000, "concurrency": 100_000})

    def close(self):
        self.gw.stop()
        self.gw.remove()
        self.upstream.kill()
        self.upstream.wait()

    def run(self, variant, connections, seconds, body):
        path = "/plain/chat/completions" if variant == "plain" \
            else "/v1/chat/completions"
        before = cpu_seconds(self.gw.process.pid)
        r = load(self.gw.port, path, connections, seconds, body,
                 f"Authorization: Bearer {self.key}")
        time.sleep(0.25)            # the helper's last round
        r["cpu"] = cpu_seconds(self.gw.process.pid) - before
        assert r["errors"] == 0, (variant, r, self.gw.log()[-2000:])
        return r


def body_file(size, stream):
    path = OUT / f"body-{size}-{stream}.json"
    text = "All work and no play makes Jack a dull boy. "
    path.write_text(json.dumps({
        "model": "m", "stream": stream,
        "messages": [{"role": "user",
                      "content": (text * (size // len(text) + 1))[:size]}]}))
    return path


def measure(name):
    mode, size, connections, per, target = CASES[name]
    stream = mode[0] != "json"
    body = body_file(size, stream)
    units = int(mode[1]) if per == "event" else 1
    ratios, costs, firsts = [], {"plain": [], "gateway": []}, \
        {"plain": [], "gateway": []}
    bench = Bench(mode)
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


def syscalls():
    """System calls of a child per request, one keep-alive connection."""
    result = {}
    bench = Bench(["json", "1000"])
    body = body_file(900, False)
    try:
        for variant in ("plain", "gateway"):
            bench.run(variant, 1, 0.5, body)
            traces = [subprocess.Popen(
                ["strace", "-f", "-c", "-o", OUT / f"strace.{pid}", "-p",
                 str(pid)], stderr=subprocess.DEVNULL)
                for pid in bench.gw.children()]
            time.sleep(0.5)
            r = bench.run(variant, 1, 2, body)
            for t in traces:
                t.terminate()
                t.wait()
            counts = {}
            for pid in bench.gw.children():
                for line in (OUT / f"strace.{pid}").read_text().splitlines():
                    f = line.split()
                    if len(f) >= 5 and f[-1] not in ("total", "syscall") \
                            and f[3].isdigit():
                        counts[f[-1]] = counts.get(f[-1], 0) + int(f[3])
            counts.pop("futex", None)
            result[variant] = {k: round(v / r["requests"], 2)
                               for k, v in sorted(counts.items())
                               if v / r["requests"] > 0.05}
    finally:
        bench.close()
    return result


def power():
    """What a request waits for with LLMGatewayDurability power."""
    body = body_file(900, False)
    out = {}
    for word in ("process", "power"):
        bench = Bench(["json", "1000"], f"LLMGatewayDurability {word}")
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
        if name in ("instructions", "translation"):
            {"instructions": instructions,
             "translation": translation}[name].main()
            continue
        if name == "power":
            power()
            continue
        if name == "syscalls":
            for variant, counts in syscalls().items():
                print(f"syscalls/request {variant}: "
                      f"{sum(counts.values()):.1f}  {counts}")
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
    sys.exit(main(sys.argv[1:] or [*CASES, "syscalls", "power", "budget"]))
