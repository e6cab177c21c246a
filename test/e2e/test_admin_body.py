"""Bodies of admin requests: what is refused, where, and that nothing changed."""
import contextlib
import gzip
import json

import pytest

from harness.checks import refused
from harness.raw import Raw, chunked

TABLES = ("key", "secret", "upstream", "credential", "model", "alias",
          "route", "currency", "price", "audit", "team")
KEYS, UP, MODEL = "/keys", "/upstreams/u1", "/models/m1"
GOOD = {KEYS: {"name": "x"},
        UP: {"base_url": "http://x", "dialect": "openai"},
        MODEL: {"routes": [{"upstream": "mock"}]}}


@contextlib.contextmanager
def nothing_changes(gw):
    """No row of any table that admin writes to."""
    def state():
        return {t: [tuple(r) for r in gw.query(f"SELECT * FROM {t}")]
                for t in TABLES}
    before = state()
    yield
    assert state() == before


def send(gw, path, body, **more):
    return gw.admin("POST" if path == KEYS else "PUT", path, body, **more)


def raw_send(gw, path, body, headers=None):
    return gw.request("POST" if path == KEYS else "PUT",
                      "/llmgw/admin/v1" + path, body, gw.admin_key(), headers)


NOT_JSON = [
    (b"", "JSON"), (b"{", "ends"), (b"[]", "object"), (b'"x"', "object"),
    (b"null", "object"), (b"1", "object"), (b"{}{}", "after"),
    (b'{"name":"x",}', "not valid JSON"), (b'{"name":"\xff"}', "UTF-8"),
    (b'{"name":"x\ny"}', "control"), (b'{"na\\u0000me":"x"}', "NUL"),
    (b'{"name":"x","name":"y"}', "twice"),
    (b'{"name":"x","metadata":{"a":{"b":1,"b":1}}}', "twice"),
    (b'{"name":"x","n\\u0061me":"y"}', "twice"),
    (b'{"name":"x","metadata":' + b'{"a":' * 64 + b"1" + b"}" * 65, "deeper"),
    (b'{"name":"x","metadata":[' + b"1" * 65 + b"]}", "longer"),
]


@pytest.mark.parametrize("path", [KEYS, UP, MODEL])
def test_what_is_not_json_is_refused(gw, path):
    with nothing_changes(gw):
        for body, message in NOT_JSON:
            refused(raw_send(gw, path, body), "invalid_json",
                    message=message)


@pytest.mark.parametrize("path", [KEYS, UP, MODEL])
def test_large_compressed_and_broken_bodies(gw, path):
    good = json.dumps(GOOD[path]).encode()
    big = good[:-1] + b" " * ((1 << 20) + 1 - len(good)) + b"}"
    method = "POST" if path == KEYS else "PUT"
    with nothing_changes(gw):
        refused(raw_send(gw, path, big), "request_too_large",
                message="1048576 bytes")
        with Raw(gw.port) as c:
            c.send(f"{method} /llmgw/admin/v1{path} HTTP/1.1\r\nHost: x\r\n"
                   f"x-api-key: {gw.admin_key()}\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n")
            c.send(chunked(big))
            refused(c.response(), "request_too_large")
        refused(raw_send(gw, path, gzip.compress(big),
                         {"Content-Encoding": "gzip"}),
                "request_too_large", message="1048576 bytes")
        refused(raw_send(gw, path, gzip.compress(good)[:-1],
                         {"Content-Encoding": "gzip"}), "invalid_encoding")
        refused(raw_send(gw, path, good, {"Content-Encoding": "br"}),
                "unsupported_encoding")
    assert raw_send(gw, path, big[:-2] + b"}").status in (200, 201)
    assert raw_send(gw, path, gzip.compress(big[:-2] + b"}"),
                    {"Content-Encoding": "gzip"}).status in (200, 201)
    gw.new_log_lines()


def test_what_is_taken_can_be_read_back(gw):
    """As deep as it may be; one more level is refused."""
    value, taken = {"x": [1]}, 0
    while True:
        r = send(gw, KEYS, {"name": "x", "metadata": value})
        if r.status != 201:
            break
        taken += 1
        made = r.json()
        assert gw.must("GET", "/keys/" + made["id"])["metadata"] == value
        assert gw.request("GET", "/v1/models", key=made["key"]).status == 200
        value = {"a": value}
    refused(r, "invalid_json", message="deeper than 32 levels")
    assert 20 < taken < 32


LONG = "x" * 201
KEY_ERRORS = [      # param, members beside a good name
    ("name", {"name": None}), ("name", {"name": 1}), ("name", {"name": ""}),
    ("name", {"name": LONG}), ("name", {"name": "a\nb"}),
    ("Name", {"Name": "x"}), ("model", {"model": ["x"]}),
    ("team", {"team": "no-such-team"}), ("team", {"team": 1}),
    ("scope", {"scope": "root"}), ("scope", {"scope": None}),
    ("scope", {"scope": ["admin"]}),
    ("models", {"models": "x"}), ("models[1]", {"models": ["a", 1]}),
    ("models[0]", {"models": [""]}), ("models[0]", {"models": [LONG]}),
    ("models", {"models": ["x"] * 257}), ("models", {"models": None}),
    ("deny_models[0]", {"deny_models": [None]}),
    ("endpoints", {"endpoints": []}), ("endpoints", {"endpoints": "x"}),
    ("endpoints[0]", {"endpoints": ["/v1/chat/completions"]}),
    ("endpoints[1]", {"endpoints": ["messages", "chat"]}),
    ("addresses", {"addresses": []}),
    ("addresses[0]", {"addresses": ["host.example"]}),
    ("addresses[0]", {"addresses": ["10.0.0.0/33"]}),
    ("addresses[0]", {"addresses": ["10.0.0.0/0"]}),
    ("addresses[1]", {"addresses": ["::1", 1]}),
    ("expires_at", {"expires_at": "2020-01-01T00:00:00Z"}),
    ("expires_at", {"expires_at": "tomorrow"}),
    ("expires_at", {"expires_at": 1900000000}),
    ("expires_at", {"expires_at": "2030-01-01"}),
    ("expires_at", {"expires_at": "2030-01-01 00:00:00Z"}),
    ("expires_at", {"expires_at": "2030-02-30T00:00:00Z"}),
    ("expires_at", {"expires_at": "2030-13-01T00:00:00Z"}),
    ("expires_at", {"expires_at": "2030-01-01T25:00:00Z"}),
    ("expires_at", {"expires_at": "2030-01-01T00:00:00"}),
    ("expires_at", {"expires_at": "2030-01-01T00:00:00.Z"}),
    ("expires_at", {"expires_at": "2030-01-01T00:00:00+0800"}),
    ("limits", {"limits": []}), ("limits", {"limits": None}),
    ("limits.requests_per_minute", {"limits": {"requests_per_minute": 0}}),
    ("limits.requests_per_minute", {"limits": {"requests_per_minute": -1}}),
    ("limits.requests_per_minute", {"limits": {"requests_per_minute": 1.0}}),
    ("limits.requests_per_minute", {"limits": {"requests_per_minute": "5"}}),
    ("limits.requests_per_minute", {"limits": {"requests_per_minute": None}}),
    ("limits.requests_per_minute",
     {"limits": {"requests_per_minute": 10**12 + 1}}),
    ("limits.concurrency", {"limits": {"concurrency": 10**30}}),
    ("limits.concurrency", {"limits": {"concurrency": True}}),
    ("limits.request_per_minute", {"limits": {"request_per_minute": 5}}),
    ("metadata", {"metadata": []}), ("metadata", {"metadata": "x"}),
    ("metadata", {"metadata": {"x": "y" * 17000}}),
    ("key", {"key": "sk-gtw-mine"}), ("id", {"id": "mine"}),
]
BUDGET = {"amount": "10", "currency": "CNY", "window": "month"}
BUDGET_ERRORS = [
    ("amount", {"amount": 10}), ("amount", {"amount": "0"}),
    ("amount", {"amount": "0.000000000000"}), ("amount", {"amount": "-1"}),
    ("amount", {"amount": "1.0000000000001"}), ("amount", {"amount": "1e3"}),
    ("amount", {"amount": "1000000000000.000000000001"}),
    ("amount", {"amount": ""}), ("amount", {"amount": None}),
    ("currency", {"currency": "cny"}), ("currency", {"currency": "CNYX"}),
    ("currency", {"currency": 1}), ("currency", {"currency": ""}),
    ("window", {"window": "week"}), ("window", {"window": None}),
    ("zone", {"zone": "+8"}), ("zone", {"zone": "+08:10"}),
    ("zone", {"zone": 8}), ("zone", {"zone": "+15:00"}),
    ("soft", {"soft": "10.000000000001"}), ("soft", {"soft": 5}),
    ("spent", {"spent": "0"}),
]


def test_a_key_that_cannot_be(gw):
    with nothing_changes(gw):
        for param, more in KEY_ERRORS:
            r = send(gw, KEYS, dict(GOOD[KEYS], **more))
            refused(r, "invalid_parameter", param, f"'{param}'"
                    if param != "team" or more["team"] == 1 else "team")
        refused(send(gw, KEYS, {}), "missing_parameter", "name",
                "'name' is missing")


def test_a_budget_that_cannot_be(gw):
    with nothing_changes(gw):
        for name, more in BUDGET_ERRORS:
            path = f"budgets[1].{name}"
            r = send(gw, KEYS, dict(GOOD[KEYS], budgets=[
                dict(BUDGET, window="day"), dict(BUDGET, **more)]))
            refused(r, "invalid_parameter", path, f"'{path}'")
        for name in BUDGET:
            less = {n: v for n, v in BUDGET.items() if n != name}
            refused(send(gw, KEYS, dict(GOOD[KEYS], budgets=[less])),
                    "missing_parameter", f"budgets[0].{name}", "is missing")
        refused(send(gw, KEYS, dict(GOOD[KEYS], budgets=[BUDGET, BUDGET])),
                "invalid_parameter", "budgets[1]", "as another budget")
        refused(send(gw, KEYS, dict(GOOD[KEYS], budgets=[
            dict(BUDGET, zone=f"+0{i}:00") for i in range(9)])),
            "invalid_parameter", "budgets", "at most 8")
        refused(send(gw, KEYS, dict(GOOD[KEYS], budgets=BUDGET)),
                "invalid_parameter", "budgets", "'budgets'")


UPSTREAM_ERRORS = [
    ("base_url", {"base_url": None}), ("base_url", {"base_url": "x"}),
    ("base_url", {"base_url": "ftp://x"}), ("base_url", {"base_url": 1}),
    ("base_url", {"base_url": "http://"}),
    ("base_url", {"base_url": "http:///x"}),
    ("base_url", {"base_url": "http://x:x@x/"}),
    ("base_url", {"base_url": "http://x/?a=b"}),
    ("base_url", {"base_url": "http://x/?"}),
    ("base_url", {"base_url": "http://x/#f"}),
    ("base_url", {"base_url": "http://x/a b"}),
    ("base_url", {"base_url": "http://x/\r\nHost: y"}),
    ("base_url", {"base_url": "http://x/é"}),
    ("base_url", {"base_url": "http://x:0/"}),
    ("base_url", {"base_url": "http://x:70000/"}),
    ("base_url", {"base_url": "http://x:port/"}),
    ("base_url", {"base_url": "http://x/" + "y" * 2100}),
    ("dialect", {"dialect": "cohere"}), ("dialect", {"dialect": None}),
    ("vendor", {"vendor": ""}), ("vendor", {"vendor": "x" * 65}),
    ("auth", {"auth": "basic"}),
    ("headers", {"headers": ["x"]}), ("headers.X-A", {"headers": {"X-A": 1}}),
    ("headers.X A", {"headers": {"X A": "1"}}),
    ("headers.X:A", {"headers": {"X:A": "1"}}),
    ("headers.", {"headers": {"": "1"}}),
    ("headers.X-A", {"headers": {"X-A": "1\r\nX-B: 2"}}),
    ("headers.X-A", {"headers": {"X-A": "\t"}}),
    ("headers.X-A", {"headers": {"X-A": "y" * 4097}}),
    ("headers.content-length", {"headers": {"content-length": "1"}}),
    ("headers.Transfer-Encoding", {"headers": {"Transfer-Encoding": "x"}}),
    ("headers.Connection", {"headers": {"Connection": "close"}}),
    ("headers.Authorization", {"headers": {"Authorization": "Bearer x"}}),
    ("headers.X-Api-Key", {"headers": {"X-Api-Key": "x"}}),
    ("headers", {"headers": {f"x-{i}": "1" for i in range(33)}}),
    ("query", {"query": 1}), ("query", {"query": "a b"}),
    ("query", {"query": "a\r\nb"}), ("query", {"query": "a#b"}),
    ("query", {"query": "x" * 1025}),
    ("paths.chat", {"paths": {"chat": "http://x"}}),
    ("paths.messages", {"paths": {"messages": "/v1"}}),
    ("usage", {"usage": "auto"}), ("usage.cache", {"usage": {"cache": "x"}}),
    ("usage.output", {"usage": {"output": 1}}),
    ("usage.input", {"usage": {"input": "auto"}}),
    ("include_usage", {"include_usage": True}),
    ("credentials", {"credentials": None}),
    ("credentials", {"credentials": {"secret": "x"}}),
    ("credentials[0]", {"credentials": ["sk-x"]}),
    ("credentials[0].secret", {"credentials": [{"secret": ""}]}),
    ("credentials[0].secret", {"credentials": [{"secret": "a\r\nX: y"}]}),
    ("credentials[0].secret", {"credentials": [{"secret": "sk-x\n"}]}),
    ("credentials[1].secret", {"credentials": [{"secret": "x"},
                                               {"secret": 1}]}),
    ("credentials[0].id", {"credentials": [{"secret": "x", "id": 1}]}),
    ("deadlines.connect", {"deadlines": {"connect": 0}}),
    ("deadlines.connect", {"deadlines": {"connect": 601}}),
    ("deadlines.idle", {"deadlines": {"idle": "5"}}),
    ("deadlines.read", {"deadlines": {"read": 5}}),
    ("url", {"url": "http://x"}), ("models", {"models": []}),
]


def test_an_upstream_that_cannot_be(gw):
    with nothing_changes(gw):
        for param, more in UPSTREAM_ERRORS:
            refused(send(gw, UP, dict(GOOD[UP], **more)),
                    "invalid_parameter", param, f"'{param}'")
        for name in ("base_url", "dialect"):
            body = {k: v for k, v in GOOD[UP].items() if k != name}
            refused(send(gw, UP, body), "missing_parameter", name)
        refused(send(gw, UP, dict(GOOD[UP], credentials=[{}])),
                "missing_parameter", "credentials[0].secret")


MODEL_ERRORS = [
    ("routes", {"routes": None}), ("routes", {"routes": {}}),
    ("routes[0]", {"routes": ["mock"]}),
    ("routes[0].upstream", {"routes": [{"upstream": "no-such"}]}),
    ("routes[1].upstream", {"routes": [{"upstream": "mock"},
                                       {"upstream": "Mock"}]}),
    ("routes[0].upstream", {"routes": [{"upstream": 1}]}),
    ("routes[0].model", {"routes": [{"upstream": "mock", "model": ""}]}),
    ("routes[0].prio", {"routes": [{"upstream": "mock", "prio": 1}]}),
    ("routes[0].priority", {"routes": [{"upstream": "mock",
                                        "priority": -1}]}),
    ("routes[0].priority", {"routes": [{"upstream": "mock",
                                        "priority": 1001}]}),
    ("routes[0].weight", {"routes": [{"upstream": "mock", "weight": 0}]}),
    ("routes[0].thinking", {"routes": [{"upstream": "mock",
                                        "thinking": True}]}),
    ("routes[0].thinking", {"routes": [{"upstream": "mock",
                                        "thinking": "auto"}]}),
    ("aliases", {"aliases": "x"}), ("aliases[0]", {"aliases": [""]}),
    ("aliases[0]", {"aliases": ["a\tb"]}),
    ("aliases", {"aliases": ["qwen3-max"]}), ("aliases", {"aliases": ["m1"]}),
    ("aliases", {"aliases": ["twice", "twice"]}),
    ("name", {"name": ""}), ("owned_by", {"owned_by": 1}),
    ("created", {"created": -1}), ("created", {"created": "2026"}),
    ("modalities.input[0]", {"modalities": {"input": ["smell"]}}),
    ("modalities.output[0]", {"modalities": {"output": ["video"]}}),
    ("modalities.inputs", {"modalities": {"inputs": []}}),
    ("endpoints", {"endpoints": []}), ("endpoints[0]", {"endpoints": ["x"]}),
    ("limit.context", {"limit": {"context": 0}}),
    ("limit.output", {"limit": {"output": 10**8 + 1}}),
    ("limit.input", {"limit": {"input": 5}}),
    ("caching.explicit", {"caching": {"explicit": "yes"}}),
    ("caching.min_tokens", {"caching": {"min_tokens": -1}}),
    ("parameters[0]", {"parameters": [1]}),
    ("abort.stream", {"abort": {"stream": "stop"}}),
    ("deadlines.total", {"deadlines": {"total": 90000}}),
    ("free", {"free": "yes"}), ("free", {"free": None}),
    ("cost", {"cost": {}}),
]


def test_a_model_that_cannot_be(gw):
    with nothing_changes(gw):
        for param, more in MODEL_ERRORS:
            refused(send(gw, MODEL, dict(GOOD[MODEL], **more)),
                    "invalid_parameter", param, f"'{param}'")
        refused(send(gw, MODEL, {}), "missing_parameter", "routes")
        refused(send(gw, MODEL, {"routes": [{}]}), "missing_parameter",
                "routes[0].upstream")


@pytest.mark.parametrize("name, why", [
    ("%FF", "must be UTF-8"), ("a%0Ab", "control characters"),
    ("a%22b", "must not hold any of"), ("a%5Cb", "must not hold any of"),
    ("%C0%AF", "must be UTF-8"), ("x" * 201, "must have at most"),
    ("%ED%A0%80", "must be UTF-8")])
def test_ids_that_would_break_lists_and_logs(gw, name, why):
    with nothing_changes(gw):
        for path in ("/models/", "/upstreams/"):
            body = GOOD[UP if path == "/upstreams/" else MODEL]
            refused(gw.admin("PUT", path + name, body), "invalid_parameter",
                    "id", why)
