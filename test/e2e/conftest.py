"""Fixtures of the end-to-end tests.

`gw` is a gateway (event MPM, plain HTTP) that lives for the whole session,
with an upstream `mock` and the models below.  A test takes a key of its own
with `new_key()` and looks at that key's rows.  Tests that need another
configuration make one with `make_gw(...)`.

After each test the books are checked (rows = rollups) and the error log must
hold no line from `warn` up but those that the test announced with
`gw.expect_log("LG0071")`.
"""
import contextlib
import itertools
import pathlib
import re
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import client, httpd, mock, shapes, upstream  # noqa: E402
from harness.wait import until                              # noqa: E402

NUMBERS = itertools.count(1)
BAD_LINE = re.compile(r"\[[a-z_0-9]*:(warn|error|crit|alert|emerg)\]")
# What httpd says of itself and its machine, whatever the gateway does:
HARMLESS = (
    "AH03092",  # event, stopping, has closed a connection that lingers
    "AH03093",  # event, stopping, closes a connection that just became idle
    "AH00468",  # ... closes a socket that its worker closes just then
    "AH00045",  # a child takes three seconds to stop; AH00046 kills it
    "AH00161",  # no more children: a test holds each of them busy
    "AH00549", "AH00557", "AH00558",    # a name that does not resolve here
    "AH01882",  # mod_ssl was built with a newer OpenSSL than the machine's
    "LG0040",   # a key was refused: many tests send wrong ones
)

MODELS = {
    # the prices of BILLING's cases
    "qwen3-max": {
        "limit": {"context": 262144, "output": 65536},
        "caching": {"implicit": True},
        "price": {"currency": "CNY", "tiers": [
            {"up_to": 32000, "input": "2.5", "output": "10",
             "cache_read": "0.5"},
            {"up_to": 128000, "input": "4", "output": "16",
             "cache_read": "0.8"},
            {"up_to": 252000, "input": "7", "output": "28",
             "cache_read": "1.4"}]}},
    "qwen-plus": {
        "limit": {"context": 1000000, "output": 32768, "thinking": 81920},
        "price": {"currency": "CNY", "tiers": [
            {"up_to": 128000, "input": "0.8", "output": "2",
             "output_thinking": "8"},
            {"up_to": 256000, "input": "2.4", "output": "20",
             "output_thinking": "24"},
            {"up_to": 1000000, "input": "4.8", "output": "48",
             "output_thinking": "64"}]}},
    "free-model": {"free": True},
    "org/with/slashes": {
        "price": {"currency": "USD",
                  "tiers": [{"input": "1", "output": "2"}]}},
}


class Gateway(httpd.Httpd):
    """An httpd that knows what its log may say."""
    model = "qwen3-max"         # what chats ask for that name none
    books = True                # fsck at the end; not where a test broke them
    size = 200                  # bytes that chats are padded to: estimates of
                                # their prompts are 200 x 250 / 1000 + 8

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.expected = set()

    def expect_log(self, *tags):
        """Lines with these tags may come in this test, and have to."""
        self.expected.update(tags)

    def set_up(self, up, models=None):
        """The upstream `mock` at up, and models routed to it."""
        self.must("PUT", "/upstreams/mock", {
            "base_url": up.url + "/v1", "dialect": "openai",
            "credentials": [{"secret": "sk-upstream-secret"}]})
        for name, spec in (models or MODELS).items():
            # what a test's estimate is may not hang on the tests before it
            self.must("PUT", "/models/" + name.replace("/", "%2F"),
                      dict({"estimates": "fixed"}, **spec,
                           routes=[{"upstream": "mock"}]))

    def chat(self, key, model=None, stream=False, headers=None,
             messages=None, **more):
        body = dict(model=model or self.model, messages=messages or [
            {"role": "user", "content": "hello"}], **more)
        if stream:
            body["stream"] = True
        return self.request("POST", "/v1/chat/completions",
                            shapes.padded(body, self.size), key, headers)

    def stream(self, key, body=None, path="/v1/chat/completions", **more):
        """A streamed chat, read event by event."""
        if body is None:
            body = dict({"model": self.model, "stream": True, "messages": [
                {"role": "user", "content": "hello"}]}, **more)
            body = shapes.padded(body, self.size)
        return client.Stream(self.port, path, body, key)

    def settled(self, key, count=1):
        """The key's rows, once there are `count` of them."""
        return self.wait_rows(count, key)

    def attempts(self, row):
        """The failed attempts of a row: (upstream, status, reason)."""
        return [(r["name"], r["status"], shapes.REASONS[r["reason"]])
                for r in self.query(
                    """SELECT u.name, a.status, a.reason FROM attempt a
                       JOIN upstream u ON u.id = a.upstream_id
                       WHERE a.ledger_id = ? ORDER BY a.number""",
                    row["id"])]

    def wait_ended(self, request):
        """Wait until the request of this id has ended for httpd, too: the
        access log has it."""
        until(lambda: any(request in line for line in self.access_log()),
              f"{request} does not end")

    def wait_drain(self, count=1):
        """Wait until, in this test, so many clients were missed whose
        upstream is read on."""
        until(lambda: self.log()[self._log_read:].count("LG0061") >= count,
              "nobody missed the client")

    def finish(self, up):
        """Let end what a test has left under way at its upstream.  Where the
        client has the whole answer, that takes a second or two of the
        gateway's; on a clock that stands still they never pass, and what a
        later test does to the upstream would break it, in its log."""
        if up.over():
            return
        with self.clock.ticking() if self.clock else contextlib.nullcontext():
            up.wait_over()

    def judge_log(self, text):
        """The lines of text that nobody expected, and the tags that somebody
        did and that are missing."""
        bad, met = [], set()
        for line in text.splitlines():
            if not BAD_LINE.search(line) or any(h in line for h in HARMLESS):
                continue
            tags = [t for t in self.expected if t in line]
            met.update(tags)
            if not tags:
                bad.append(line)
        return bad, self.expected - met

    def check_log(self):
        """What is expected may come after the client has its whole answer:
        it is waited for while httpd runs."""
        def all_there():
            return self.process is None \
                or not self.judge_log(self.log()[self._log_read:])[1]

        with contextlib.suppress(AssertionError):
            until(all_there)
        bad, missing = self.judge_log("\n".join(self.new_log_lines()))
        self.expected = set()
        assert not bad, "unexpected in the error log:\n" + "\n".join(bad)
        assert not missing, f"expected in the error log, but not there: " \
            f"{missing}"

    def check_books(self):
        """Every row gives its amount again, all sums are the sums of the
        rows, and the live counters are what cells and ledger say."""
        r = self.admin("GET", "/fsck")
        assert r.status == 200 and r.json()["ok"], r


def quick(request):
    """The mock, as fast as it can."""
    return mock.chat(request, delay=0)


@pytest.fixture(scope="session")
def session_upstream():
    up = upstream.Upstream()
    up.default = quick
    yield up
    up.stop()


@pytest.fixture(scope="session")
def session_gw(session_upstream):
    gateway = Gateway()
    gateway.start()
    gateway.set_up(session_upstream)
    yield gateway
    gateway.stop()
    problems = sanitizer_reports(gateway)
    gateway.remove()
    assert not problems, problems


def sanitizer_reports(gateway):
    found = []
    for path in (gateway.root / "logs").glob("*san.*"):
        found.append(path.read_text(errors="replace")[:4000])
    return "\n".join(found)


@pytest.fixture
def up(session_upstream):
    session_upstream.clear()
    session_upstream.default = quick
    yield session_upstream
    session_upstream.clear()


@pytest.fixture(scope="module")
def module_second():
    """An upstream beside `up`, for the tests of a file."""
    server = upstream.Upstream()
    yield server
    server.stop()


@pytest.fixture
def gw(session_gw, up):
    session_gw.new_log_lines()
    yield session_gw
    session_gw.finish(up)
    session_gw.check_log()
    session_gw.check_books()


@pytest.fixture
def fresh(gw):
    """gw, whose chats ask for a model that no test has taught anything: its
    reserves are those of the rules."""
    gw.model = f"fresh-{next(NUMBERS)}"
    gw.must("PUT", "/models/" + gw.model, dict(
        MODELS["qwen3-max"], estimates="fixed",
        routes=[{"upstream": "mock", "model": "qwen3-max"}]))
    yield gw
    del gw.model


@pytest.fixture
def key(gw):
    return gw.new_key()


# Models of the tests of what comes back: one price, several ways to end.
ANSWER_MODELS = {
    "qwen3-max": MODELS["qwen3-max"],
    "free-model": MODELS["free-model"],
    "canceller": dict(MODELS["qwen3-max"],
                      abort={"stream": "cancel", "plain": "cancel"}),
    "drainer": dict(MODELS["qwen3-max"],
                    abort={"stream": "drain", "plain": "drain"}),
    "late": dict(MODELS["qwen3-max"], deadlines={"first_byte": 1}),
    "idle": dict(MODELS["qwen3-max"], deadlines={"idle": 1}),
    "bounded": dict(MODELS["qwen3-max"], deadlines={"total": 1}),
}

# one child: what it pools, all requests find
ONE_CHILD = ("StartServers 1\nServerLimit 4\nThreadsPerChild 64\n"
             "MinSpareThreads 1\nMaxSpareThreads 256\n"
             "MaxRequestWorkers 64\n")


@pytest.fixture(scope="session")
def session_agw(session_upstream):
    gateway = Gateway(mpm_conf=ONE_CHILD, clock="still")
    gateway.start()
    gateway.set_up(session_upstream, ANSWER_MODELS)
    yield gateway
    gateway.stop()
    problems = sanitizer_reports(gateway)
    gateway.remove()
    assert not problems, problems


@pytest.fixture
def agw(session_agw, up):
    """The gateway of the tests of what comes back: one child, ANSWER_MODELS,
    and a steady clock that only agw.clock moves."""
    session_agw.new_log_lines()
    yield session_agw
    session_agw.finish(up)
    session_agw.check_log()
    session_agw.check_books()


@pytest.fixture
def shared_path():
    """A directory that httpd's User may write to, whatever becomes of
    pytest's own."""
    path = httpd.reachable_dir("llmgw-shared-")
    path.chmod(0o777)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def make_gw(up):
    """make_gw(conf=..., mpm=..., models=...): a started gateway with the
    upstream set up; set_up=False leaves that to the test."""
    made = []

    def make(set_up=True, models=None, start=True, **kwargs):
        gateway = Gateway(**kwargs)
        made.append(gateway)
        if start:
            gateway.start()
        if start and set_up:
            gateway.set_up(up, models)
        return gateway

    yield make
    try:
        for gateway in made:
            if gateway.process is not None and gateway.books \
                    and gateway.on == "LLMGateway On":
                gateway.check_books()
            if gateway.process is not None:
                gateway.stop()
            gateway.check_log()
            assert not sanitizer_reports(gateway)
    finally:
        for gateway in made:
            if gateway.process is not None:
                gateway.kill_tree()
            gateway.remove()


@pytest.fixture(scope="module")
def module_gw(session_upstream):
    """module_gw(...): like make_gw, for all tests of a file."""
    made = []

    def make(models=None, **kwargs):
        gateway = Gateway(**kwargs)
        gateway.start()
        made.append(gateway)
        gateway.set_up(session_upstream, models)
        return gateway

    yield make
    try:
        for gateway in made:
            gateway.check_books()
            gateway.stop()
            gateway.check_log()
            assert not sanitizer_reports(gateway)
    finally:
        for gateway in made:
            if gateway.process is not None:
                gateway.kill_tree()
            gateway.remove()
