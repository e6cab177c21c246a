"""What the gateway costs beside the floor: a bare httpd of its own, with the
same MPM lines and an access log, whose ProxyPass leads to the same upstream.

    make -f apxs.mk bench BENCH=floor [T=word] [JSON=file]

Instructions in user mode of the child that serves, by valgrind's callgrind, as
the difference of a long run and a short one; system calls (futex too) of a
child, by strace.  Both hardly depend on what else the machine does.  Upstreams
answer in chunks, an event in each.  With JSON= the figures go to a file;
`python test/bench/floor.py compare A B` says what changed by more than 1 %.
"""
import base64
import collections
import http.client
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[i])
                for i in (0, 1)]

import instructions as known                    # noqa: E402
from harness.httpd import MODULES, Httpd, run_user          # noqa: E402
from harness.upstream import Upstream, end, head, raw       # noqa: E402
from harness.wait import until                  # noqa: E402

CHINESE = "所有工作没有娱乐使杰克成为一个迟钝的男孩。"
MIXED = "请用 Python 写一个函数（fibonacci），并解释 O(log n) 的算法。Привет, мир! 😀 "
PATH = "/v1/chat/completions"


# ---- what is asked ----

def body(text, **more):
    return json.dumps(dict({"model": "bench", "max_tokens": 500, "messages": [
        {"role": "user", "content": text}]}, **more),
        ensure_ascii=False).encode()


def long(text, size=100_000):
    n = len(text.encode())
    return body(text * (size // n))


def escaped(text, size=100_000):
    """As Python's json.dumps writes it if nobody says otherwise."""
    data = json.dumps({"model": "bench", "max_tokens": 500, "messages": [
        {"role": "user", "content": text * (size // len(text) // 6)}]})
    return data.encode()


def tools():
    return body("Which files are here?", tools=[
        {"type": "function", "function": dict(
            known.TOOL["function"], name=f"tool_{i}")} for i in range(180)])


def image():
    data = base64.b64encode(random.Random(1).randbytes(75_000)).decode()
    return json.dumps({"model": "bench", "max_tokens": 500, "messages": [
        {"role": "user", "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {
                "url": "data:image/png;base64," + data}}]}]}).encode()


# ---- what is answered ----

def plain(request):
    return known.answer(known.ANSWER)


def event(i, **more):
    return dict({"id": "chatcmpl-1", "object": "chat.completion.chunk",
                 "created": 1700000000, "model": "m", "choices": [
                     {"index": 0, "finish_reason": None,
                      "delta": {"content": f" word{i % 10}"}}]}, **more)


def alike(i):
    return event(i)


def differing(i):
    """A time that counts on, and escapes."""
    return event(i, created=1700000000 + i, choices=[
        {"index": 0, "finish_reason": None,
         "delta": {"content": known.said(i)}}])


def call(i):
    """As a coding agent's tool call."""
    part = json.dumps({"path": f"src/{i}.c", "new": "\treturn \"x\";\n"})
    return event(i, choices=[{"index": 0, "finish_reason": None, "delta": {
        "tool_calls": [{"index": 0, "function": {"arguments": part}}]}}])


def counting(i):
    return event(i, usage={"prompt_tokens": 20, "completion_tokens": i,
                           "total_tokens": 20 + i})


def logprobs(i):
    return event(i, choices=[{
        "index": 0, "finish_reason": None, "delta": {"content": f" w{i}"},
        "logprobs": {"content": [{
            "token": f" w{i}", "logprob": -i / 7, "bytes": [32, 119, i % 256],
            "top_logprobs": []}], "refusal": None}}])


def chunk(o):
    text = o if isinstance(o, str) else json.dumps(
        o, ensure_ascii=o["created"] % 2 == 0)
    data = f"data: {text}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


LAST = b"".join(map(chunk, (
    json.dumps({"id": "chatcmpl-1", "choices": [
        {"index": 0, "finish_reason": "stop", "delta": {}}]}),
    json.dumps({"id": "chatcmpl-1", "choices": [],
                "usage": known.ANSWER["usage"]}), "[DONE]")))


def burst(shape, count):
    data = b"".join(chunk(shape(i)) for i in range(count)) + LAST
    return lambda request: [head(), raw(data), end()]


def until_read(c):
    """... and httpd has gone on with it."""
    until(lambda: c.unread() == 0)
    time.sleep(.002)


def paced(shape, count):
    """Each event in a write of its own, once the one before was read."""
    steps = [head()]
    for i in range(count):
        steps += [raw(chunk(shape(i))), until_read]
    return lambda request: [*steps, raw(LAST), end()]


# ---- the two httpds ----

class Bare(Httpd):
    """The same modules but ours, a log as everybody has it, and ProxyPass."""
    def config(self):
        load = "".join(f"LoadModule {m}_module {MODULES}/mod_{m}.so\n"
                       for m in ("mpm_event", *self.modules))
        user = run_user()
        who = f"User {user}\nGroup {user}\n" if os.geteuid() == 0 else ""
        return f"""
ServerRoot "{self.root}"
ServerName 127.0.0.1
PidFile "{self.root}/run/httpd.pid"
DefaultRuntimeDir "{self.root}/run"
Listen 127.0.0.1:{self.port}
{load}{who}{self.mpm_conf}
ErrorLog "{self.log_path}"
LogLevel warn
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog "{self.root}/logs/access.log" combined
Timeout 600
KeepAliveTimeout 600
{self.conf}
"""

    def helper_pid(self):
        return 0


class Counted:
    def command(self, *args):
        return ["valgrind", "-q", "--tool=callgrind",
                f"--callgrind-out-file={self.root}/callgrind.%p",
                *super().command(*args)]


class CountedBare(Counted, Bare):
    pass


class CountedHttpd(Counted, Httpd):
    pass


def start(kind, up):
    """(httpd, headers of a request); kind: a class of httpd."""
    gw = kind(root=tempfile.mkdtemp(dir="/var/tmp"), log_level="warn",
              mpm_conf=known.ONE_CHILD,
              conf=f"ProxyPass / {up.url}/" if issubclass(kind, Bare) else "")
    gw.root.chmod(0o777)
    gw.own_root = True
    headers = {"Content-Type": "application/json"}
    gw.start(300)
    if not issubclass(kind, Bare):
        known.set_up(gw, up)
        key = gw.new_key(limits={"requests_per_minute": 10**6,
                                 "concurrency": 1000},
                         budgets=[{"amount": "1000000", "currency": "CNY",
                                   "window": "month"}])
        headers["Authorization"] = "Bearer " + key
    return gw, headers


def ask(client, data, headers):
    client.request("POST", PATH, data, headers)
    r = client.getresponse()
    r.read()
    assert r.status == 200


def clean(gw, up):
    if gw.process is not None:
        gw.kill_tree()
    gw.remove()
    up.stop()


def counted(kind, data, reply, requests):
    """Instructions of the child after so many requests."""
    up = Upstream()
    up.default = reply
    gw, headers = start(kind, up)
    try:
        client = http.client.HTTPConnection("127.0.0.1", gw.port)
        for _ in range(requests):
            ask(client, data, headers)
        client.close()
        child, = gw.children()
        gw.stop(300)
        text = (gw.root / f"callgrind.{child}").read_text()
        return int(re.search(r"^(?:summary|totals): (\d+)", text, re.M)[1])
    finally:
        clean(gw, up)


def of_request(kind, data, reply, few, many):
    return (counted(kind, data, reply, many)
            - counted(kind, data, reply, few)) / (many - few)


def of_event(kind, data, shape, few=20, many=220, requests=3):
    """One that comes alone, as most do."""
    return (counted(kind, data, paced(shape, many), requests)
            - counted(kind, data, paced(shape, few), requests)) \
        / (many - few) / requests


CALL = re.compile(r"^\d+ +(\w+)\(", re.M)


def calls(kind, data, reply, requests, units):
    """System calls of a child, of one request or one unit of it."""
    up = Upstream()
    up.default = reply
    gw, headers = start(kind, up)
    out = gw.root / "strace"
    try:
        client = http.client.HTTPConnection("127.0.0.1", gw.port)
        ask(client, data, headers)
        trace = subprocess.Popen(["strace", "-f", "-o", out, "-p",
                                  str(gw.children()[0])],
                                 stderr=subprocess.PIPE, text=True)
        trace.stderr.readline()         # it is attached
        for _ in range(requests):
            ask(client, data, headers)
        client.close()
        trace.terminate()
        trace.wait()
        found = collections.Counter(CALL.findall(out.read_text()))
        return {"all": sum(found.values()) / requests / units, **{
            k: round(n / requests / units, 2) for k, n in
            found.most_common() if n / requests / units > .05}}
    finally:
        clean(gw, up)


# ---- the table ----

SHORT, STREAM = body("hello " * 150), body("hello " * 150, stream=True)
CASES = {
    "1 kB": lambda k: of_request(k, SHORT, plain, 200, 1200),
    "100 kB, ASCII": lambda k: of_request(
        k, long(known.TEXT), plain, 20, 120),
    "100 kB, Chinese": lambda k: of_request(k, long(CHINESE), plain, 20, 120),
    "100 kB, mixed scripts": lambda k: of_request(
        k, long(MIXED), plain, 20, 120),
    "100 kB, \\u escapes": lambda k: of_request(
        k, escaped(CHINESE), plain, 20, 120),
    "100 kB, code": lambda k: of_request(k, long(known.CODE), plain, 20, 120),
    "100 kB, tool schemas": lambda k: of_request(k, tools(), plain, 20, 120),
    "100 kB, an image": lambda k: of_request(k, image(), plain, 20, 120),
    **{f"burst of 64 events, {name}": lambda k, s=shape: of_request(
        k, STREAM, burst(s, 64), 20, 120) for name, shape in (
            ("alike", alike), ("differing", differing), ("tool calls", call),
            ("usage in each", counting), ("logprobs", logprobs))},
    "a stream of one event": lambda k: of_request(
        k, STREAM, burst(alike, 1), 50, 250),
    "a paced event, alike": lambda k: of_event(k, STREAM, alike),
    "a paced event, differing": lambda k: of_event(k, STREAM, differing),
}
CALLS = {
    "1 kB": (SHORT, plain, 40, 1),
    "burst of 64 events": (STREAM, burst(alike, 64), 20, 1),
    "a stream of one event": (STREAM, burst(alike, 1), 20, 1),
    "a paced event": (STREAM, paced(alike, 200), 1, 200),
}


def main(word=""):
    found = {}
    for name, case in CASES.items():
        if word not in name:
            continue
        floor, ours = case(CountedBare), case(CountedHttpd)
        found["instructions, " + name] = [floor, ours]
        print(f"instructions  {name:30} plain {floor:9.0f}  gateway "
              f"{ours:9.0f}  {ours / floor:5.2f}", flush=True)
    for name, case in CALLS.items():
        if word not in name:
            continue
        floor, ours = (calls(kind, *case) for kind in (Bare, Httpd))
        found["system calls, " + name] = [floor["all"], ours["all"]]
        print(f"system calls  {name:30} plain {floor['all']:9.1f}  gateway "
              f"{ours['all']:9.1f}  {ours['all'] / floor['all']:5.2f}",
              f"\n    plain {floor}\n    gateway {ours}", flush=True)
    if os.environ.get("JSON"):
        pathlib.Path(os.environ["JSON"]).write_text(
            json.dumps(found, indent=1) + "\n")


def compare(a, b):
    one, two = (json.loads(pathlib.Path(f).read_text()) for f in (a, b))
    for name in one.keys() & two.keys():
        was, now = one[name][1], two[name][1]
        if abs(now - was) > was / 100:
            print(f"{name:45} {was:10.1f} {now:10.1f}  {now / was - 1:+.1%}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["compare"]:
        compare(*sys.argv[2:4])
    else:
        main(*sys.argv[1:2])
