"""Instructions in the child that serves, by valgrind's callgrind: nearly the
same on a quiet machine and a busy one.  Of a request of 1 kB, of one of
100 kB (Chinese, code, escapes, a tool), and of an event of a stream, of a
chat's, of one of Messages and of one of Responses.

    make -f apxs.mk bench BENCH=instructions
    make -f apxs.mk bench BENCH=translation     (translation.py)
    LLMGW_BUILD=/path/to/another/build make -f apxs.mk bench BENCH=instructions
"""
import http.client
import json
import pathlib
import re
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]

from harness import messages as m               # noqa: E402
from harness import responses                   # noqa: E402
from harness.httpd import Httpd                 # noqa: E402
from harness.upstream import Upstream, answer, head, raw   # noqa: E402
from harness.wait import until                  # noqa: E402

ONE_CHILD = ("StartServers 1\nServerLimit 1\nThreadsPerChild 2\n"
             "MinSpareThreads 1\nMaxSpareThreads 2\nMaxRequestWorkers 2\n"
             "MaxKeepAliveRequests 0\n")
TEXT = "The quick brown fox jumps over the lazy dog. "
ANSWER = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1,
          "model": "m", "choices": [{"index": 0, "finish_reason": "stop",
                                     "message": {"role": "assistant",
                                                 "content": TEXT * 16}}],
          "usage": {"prompt_tokens": 200, "completion_tokens": 160,
                    "total_tokens": 360}}
BODY = json.dumps({"model": "bench", "max_tokens": 500, "messages": [
    {"role": "user", "content": TEXT * 18}]})

# what coding agents and chats in Chinese send
CODE = ("static int find(const char *p)\n{\n\treturn p[0] == '\\\\' ? 1 : 0;"
        "  /* \"quoted\" */\n}\n")
CHINESE = "云计算平台按令牌计费，余额不足时请求会被拒绝。"
TOOL = {"type": "function", "function": {
    "name": "edit_file", "description": "Replace a text in a file.",
    "parameters": {"type": "object", "required": ["path", "old", "new"],
                   "properties": {n: {"type": "string", "description": CODE}
                                  for n in ("path", "old", "new")}}}}
LONG = json.dumps({"model": "bench", "max_tokens": 500, "tools": [TOOL],
                   "messages": [
    {"role": "system", "content": CODE * 570},
    {"role": "user", "content": CHINESE * 400},
    {"role": "assistant", "content": "ESCAPED"},
    {"role": "user", "content": TEXT * 200}]}, ensure_ascii=False)
# some clients write every other letter as an escape of six bytes
LONG = LONG.replace("ESCAPED", json.dumps(CHINESE * 100)[1:-1])

STREAMED = json.dumps({"model": "bench", "max_tokens": 500, "stream": True,
                       "messages": [{"role": "user", "content": TEXT}]})
STREAMED_RESPONSE = json.dumps({"model": "bench", "max_output_tokens": 500,
                                "stream": True, "input": TEXT})


def said(i):
    """Texts, escapes and lengths differ from chunk to chunk."""
    words = (TEXT.split(), CHINESE, CODE.splitlines())[i % 3]
    return words[i % len(words)] + " "


def chunk_text(i):
    return json.dumps({
        "id": "chatcmpl-1", "object": "chat.completion.chunk",
        "created": 1700000000, "model": "m", "choices": [
            {"index": 0, "finish_reason": None,
             "delta": {"content": said(i)}}]},
        ensure_ascii=i % 2 == 0)


def stream(count):
    """An answer of so many chunks, in one write."""
    last = [json.dumps({"id": "chatcmpl-1", "choices": [
        {"index": 0, "finish_reason": "stop", "delta": {}}]}),
        json.dumps({"id": "chatcmpl-1", "choices": [],
                    "usage": ANSWER["usage"]}), "[DONE]"]
    events = [*map(chunk_text, range(count)), *last]
    data = "".join(f"data: {text}\n\n" for text in events).encode()
    return lambda request: [head(length=len(data)), raw(data)]


def messages(count):
    """The same as events of Messages."""
    events = [m.start(), m.block(), *(m.delta(said(i)) for i in range(count)),
              m.stop(), m.last(), m.end()]
    data = b"".join(events)
    return lambda request: [head(length=len(data)), raw(data)]


def response(count):
    """... and of Responses."""
    data = b"".join(responses.stream(*(said(i) for i in range(count))))
    return lambda request: [head(length=len(data)), raw(data)]


class Counted(Httpd):
    def command(self, *args):
        out = f"{self.root}/callgrind.%p"
        return ["valgrind", "-q", "--tool=callgrind",
                f"--callgrind-out-file={out}", *super().command(*args)]


def plain(request):
    return answer(ANSWER)


CHAT = ("/v1/chat/completions", "openai")    # where to, and what is upstream
MESSAGES = (m.PATH, "anthropic")
RESPONSES = (responses.PATH, "openai")


def set_up(gw, up, dialect="openai"):
    gw.must("PUT", "/upstreams/u", {
        "base_url": up.url + "/v1", "dialect": dialect,
        "credentials": [{"secret": "sk-upstream-secret"}]})
    gw.must("PUT", "/models/bench", {
        "routes": [{"upstream": "u"}], "estimates": "fixed",
        "limit": {"context": 100000, "output": 8000},
        "price": {"currency": "CNY", "tiers": [
            {"input": "1", "output": "2"}]}})


def run(requests, body, reply, route=CHAT):
    """Instructions of the child after so many requests."""
    path, dialect = route
    up = Upstream()
    up.default = reply
    gw = Counted(root=tempfile.mkdtemp(dir="/var/tmp"), mpm_conf=ONE_CHILD,
                 log_level="warn")
    gw.root.chmod(0o777)
    gw.own_root = True
    try:
        gw.start(300)
        set_up(gw, up, dialect)
        key = gw.new_key(limits={"requests_per_minute": 10**6})
        client = http.client.HTTPConnection("127.0.0.1", gw.port)
        for _ in range(requests):
            client.request("POST", path, body.encode(), {
                "Authorization": "Bearer " + key,
                "Content-Type": "application/json"})
            r = client.getresponse()
            r.read()
            assert r.status == 200
        client.close()
        until(lambda: len(gw.rows(key)) == requests)
        child, = gw.children()
        gw.stop(300)
        text = (gw.root / f"callgrind.{child}").read_text()
        return int(re.search(r"^(?:summary|totals): (\d+)", text, re.M)[1])
    finally:
        if gw.process is not None:
            gw.kill_tree()
        gw.remove()
        up.stop()


def each(few, many, body, reply, route=CHAT):
    """Of one request: without what starting and stopping take."""
    return (run(many, body, reply, route)
            - run(few, body, reply, route)) / (many - few)


def main():
    print(f"instructions  1 kB body, 1 kB answer: "
          f"{each(300, 1300, BODY, plain):.0f} a request", flush=True)
    print(f"instructions  {len(LONG.encode()) // 1000} kB body, 1 kB answer: "
          f"{each(50, 150, LONG, plain):.0f} a request", flush=True)
    for route, body, reply, what in (
            (CHAT, STREAMED, stream, "a stream"),
            (MESSAGES, STREAMED, messages, "Messages"),
            (RESPONSES, STREAMED_RESPONSE, response, "Responses")):
        short, long = (each(50, 150, body, reply(n), route)
                       for n in (40, 440))
        print(f"instructions  an event of {what}: {(long - short) / 400:.0f}",
              flush=True)


if __name__ == "__main__":
    main()
