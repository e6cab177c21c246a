"""1000 concurrent streams against a budget that covers 10.

    build/venv/bin/python test/bench/budget.py [STREAMS=1000]

All clients are connected before the first one asks; the upstream holds its
answers until all have been let in or refused.  Printed: how many were let in,
the most that was ever spent and reserved at once, what was spent in the end.
"""
import asyncio
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.httpd import Httpd  # noqa: E402
from harness.upstream import Upstream, done, event, gate, head  # noqa: E402

STREAMS = int(os.environ.get("STREAMS", "1000"))
COVERS = 10
MPM = """StartServers 16
ServerLimit 16
ThreadsPerChild 80
ThreadLimit 80
MinSpareThreads 1
MaxSpareThreads 1280
MaxRequestWorkers 1280
"""
PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}
BODY = json.dumps({"model": "m", "stream": True, "max_tokens": 1000,
                   "messages": [{"role": "user", "content": "hello"}]})
# its bytes + 512 + 16 a message, and 1000 tokens out: pico-units
PROMPT = len(BODY) + 512 + 16
RESERVE = PROMPT * 2_500_000 + 1000 * 10_000_000


def pico(text):
    whole, _, part = text.partition(".")
    return int(whole) * 10**12 + int((part + "0" * 12)[:12])


def steps(request):
    return [head(), event({"choices": [{"index": 0, "delta": {
        "role": "assistant"}}]}), gate("go"), event({"choices": [
            {"index": 0, "delta": {"content": "x"},
             "finish_reason": "stop"}]}),
        event({"choices": [], "usage": {
            "prompt_tokens": PROMPT, "completion_tokens": 1000,
            "total_tokens": PROMPT + 1000}}), done()]


async def client(gw, key, connected, ask):
    reader, writer = await asyncio.open_connection("127.0.0.1", gw.port)
    connected.append(1)
    await ask.wait()
    writer.write(f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n"
                 f"Authorization: Bearer {key}\r\nConnection: close\r\n"
                 f"Content-Length: {len(BODY)}\r\n\r\n{BODY}".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


async def sample(gw, key, seen):
    loop = asyncio.get_running_loop()
    r = await loop.run_in_executor(None, gw.request, "GET", "/v1/key", None,
                                   key)
    b = r.json()["budgets"][0]
    seen.append((pico(b["spent"]), pico(b["reserved"])))


async def run(gw, key, up):
    connected, ask, seen = [], asyncio.Event(), []
    tasks = [asyncio.create_task(client(gw, key, connected, ask))
             for _ in range(STREAMS)]
    while len(connected) < STREAMS:
        await asyncio.sleep(0.01)
    began = time.monotonic()
    ask.set()
    while sum(t.done() for t in tasks) < STREAMS - COVERS:
        await sample(gw, key, seen)
    took = time.monotonic() - began
    up.open("go")
    while not all(t.done() for t in tasks):
        await sample(gw, key, seen)
    await sample(gw, key, seen)
    return [t.result() for t in tasks], seen, took


def main():
    up = Upstream()
    up.default = steps
    limit = COVERS * RESERVE
    with Httpd(mpm_conf=MPM, log_level="warn") as gw:
        gw.must("PUT", "/upstreams/u", {
            "base_url": up.url + "/v1", "dialect": "openai",
            "credentials": [{"secret": "sk-bench"}]})
        gw.must("PUT", "/models/m", {
            "routes": [{"upstream": "u"}], "price": PRICE,
            "limit": {"context": 262144, "output": 65536}})
        key = gw.new_key(budgets=[{
            "amount": f"{limit // 10**12}.{limit % 10**12:012d}",
            "currency": "CNY", "window": "total"}])
        statuses, seen, took = asyncio.run(run(gw, key, up))
        rows = gw.wait_rows(statuses.count(200), key)
        fsck = gw.admin("GET", "/fsck").json()
    up.stop()
    most = max(spent + held for spent, held in seen)
    print(f"budget: {STREAMS} streams at once against a budget for {COVERS}: "
          f"{statuses.count(200)} let in, {statuses.count(429)} refused in "
          f"{took:.2f} s; at {len(seen)} samples at most "
          f"{most / limit:.6f} of the budget was spent or reserved; spent in "
          f"the end {seen[-1][0]} of {limit} pico-units, overshoot "
          f"{max(0, seen[-1][0] - limit)}; {len(rows)} rows, fsck "
          f"{'ok' if fsck['ok'] else fsck}")
    return not (statuses.count(200) == COVERS == len(rows) and most <= limit
                and statuses.count(429) == STREAMS - COVERS and fsck["ok"])


if __name__ == "__main__":
    sys.exit(main())
