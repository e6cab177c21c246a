"""Instructions of one request of 1 kB in the child that serves it, by
valgrind's callgrind: nearly the same on a quiet machine and a busy one.

    make -f apxs.mk bench BENCH=instructions
    LLMGW_BUILD=/path/to/another/build make -f apxs.mk bench BENCH=instructions
"""
import http.client
import json
import pathlib
import re
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]

from harness.httpd import Httpd                 # noqa: E402
from harness.upstream import Upstream, answer   # noqa: E402
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


class Counted(Httpd):
    def command(self, *args):
        out = f"{self.root}/callgrind.%p"
        return ["valgrind", "-q", "--tool=callgrind",
                f"--callgrind-out-file={out}", *super().command(*args)]


def run(requests):
    """Instructions of the child after so many requests."""
    up = Upstream()
    up.default = lambda request: answer(ANSWER)
    gw = Counted(root=tempfile.mkdtemp(dir="/var/tmp"), mpm_conf=ONE_CHILD,
                 log_level="warn")
    gw.root.chmod(0o777)
    gw.own_root = True
    try:
        gw.start(300)
        gw.must("PUT", "/upstreams/u", {
            "base_url": up.url + "/v1", "dialect": "openai",
            "credentials": [{"secret": "sk-upstream-secret"}]})
        gw.must("PUT", "/models/bench", {
            "routes": [{"upstream": "u"}], "estimates": "fixed",
            "limit": {"context": 100000, "output": 8000},
            "price": {"currency": "CNY", "tiers": [
                {"input": "1", "output": "2"}]}})
        key = gw.new_key(limits={"requests_per_minute": 10**6})
        client = http.client.HTTPConnection("127.0.0.1", gw.port)
        for _ in range(requests):
            client.request("POST", "/v1/chat/completions", BODY, {
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


def main(few=300, many=1300):
    each = (run(many) - run(few)) / (many - few)
    print(f"instructions  1 kB body, 1 kB answer: {each:.0f} a request")


if __name__ == "__main__":
    main()
