"""conf/catalog.json: one call imports it, its routes work, and its prices give
the bills that the vendors' own examples name."""
import json
import re

import pytest

from harness.docs import TREE
from harness.upstream import answer

STARTER = TREE / "conf/catalog.json"
DOC = json.loads(STARTER.read_text())
PRESETS = {"bailian-cn", "bailian-intl", "bailian-cn-anthropic",
           "bailian-intl-anthropic", "openai", "deepseek", "anthropic",
           "gemini", "zhipu", "moonshot", "xai"}

# every model that Alibaba's page on the OpenAI-compatible API names
LISTED = """
qwen-max qwen-max-latest qwen-max-2025-01-25 qwen-plus qwen-plus-latest
qwen-plus-2025-04-28 qwen-plus-2025-01-25 qwen-turbo qwen-turbo-latest
qwen-turbo-2025-04-28 qwen-turbo-2024-11-01 qwq-32b qwen3-235b-a22b qwen3-32b
qwen3-30b-a3b qwen3-14b qwen3-8b qwen3-4b qwen3-1.7b qwen3-0.6b
qwen2.5-14b-instruct-1m qwen2.5-7b-instruct-1m qwen2.5-72b-instruct
qwen2.5-32b-instruct qwen2.5-14b-instruct qwen2.5-7b-instruct
qwen2-72b-instruct qwen2-7b-instruct qwen1.5-110b-chat qwen1.5-72b-chat
qwen1.5-32b-chat qwen1.5-14b-chat qwen1.5-7b-chat""".split()


@pytest.fixture(scope="module")
def cgw(module_gw):
    """A gateway with one model of its own, into which the file was put."""
    gw = module_gw(models={"of-ours": {"free": True}})
    r = gw.request("PUT", "/llmgw/admin/v1/catalog", STARTER.read_bytes(),
                   gw.admin_key())
    assert r.status == 200, r
    report = r.json()
    assert report["errors"] == []
    assert len(report["created"]["models"]) == len(DOC["models"])
    return gw


@pytest.fixture
def sgw(cgw, up):
    """... with the secrets and addresses that an administrator adds."""
    for u in DOC["upstreams"]:
        cgw.must("PATCH", "/upstreams/" + u["id"], {
            "base_url": f"{up.url}/{u['id']}",
            "credentials": [{"secret": "sk-of-" + u["id"]}]})
    cgw.new_log_lines()
    return cgw


# ---- what is in it ----

def test_it_has_what_a_start_needs():
    assert PRESETS <= {u["id"] for u in DOC["upstreams"]}
    models = {m["id"]: m for m in DOC["models"]}
    assert len(models) == len(DOC["models"])
    priced = [m for m in DOC["models"] if "price" in m]
    assert len(priced) >= 20
    assert len({m["owned_by"] for m in priced}) >= 4
    assert any(len(m["price"]["tiers"]) > 2 for m in priced)
    for m in priced:
        assert set(m["limit"]) >= {"context"}, m["id"]
        assert m["modalities"]["input"] and m["modalities"]["output"]
        # prices are data: where from, and of when
        assert m["metadata"]["price_source"], m["id"]
        assert re.match(r"2026-\d\d", m["metadata"]["price_as_of"])
    assert set(LISTED) <= set(models)
    for m in DOC["models"]:
        has_price = "price" in m or m.get("free") is True
        assert has_price != bool(m.get("disabled")), m["id"]
    assert "credentials" not in STARTER.read_text()


def test_what_thinks_and_what_sees_says_how_much():
    """Fault 2.1, 3.7: no image model had image_tokens, no model said whether
    it thinks, Gemini's upstream not how it counts."""
    ways = {"enable_thinking", "thinking_budget", "thinking",
            "reasoning_effort"}
    named = re.compile("thinking|qwq|kimi-k[23]|glm-[45]|gemini-|gpt-5|grok-")
    for m in DOC["models"]:
        takes = {p["name"] for p in m.get("parameters", ())}
        if ways & takes or named.search(m["id"]):
            assert m["thinking"]["can"] is True, m["id"]
            assert isinstance(m["thinking"]["default"], bool), m["id"]
        elif not m.get("disabled"):
            assert "thinking" not in m, m["id"]
        if "price" in m and "image" in m["modalities"]["input"]:
            assert m["limit"]["image_tokens"] > 0, m["id"]
            assert m["metadata"]["image_tokens_source"], m["id"]
    upstreams = {u["id"]: u for u in DOC["upstreams"]}
    for name in ("gemini", "xai"):
        assert upstreams[name]["usage"]["output"] == "total"
    for name in ("bailian-cn", "bailian-intl"):
        other = upstreams[name + "-anthropic"]
        assert other["base_url"] == upstreams[name]["base_url"].replace(
            "/compatible-mode/v1", "/apps/anthropic/v1")
        assert other["dialect"] == "anthropic"


def test_the_matrix_says_more_than_names():
    """And where from: no figure without its source."""
    models = {m["id"]: m for m in DOC["models"]}
    for m in DOC["models"]:
        rows = {p["name"]: p for p in m.get("parameters", ())}
        if any(set(p) > {"name"} for p in rows.values()):
            assert m["metadata"]["parameters_source"], m["id"]
        if "thinking_budget" in rows:
            assert rows["thinking_budget"] == {
                "name": "thinking_budget", "min": 1,
                "max": m["limit"]["thinking"],
                "excludes": ["reasoning_effort"]}, m["id"]
    only = {m["id"]: p["only"] for m in DOC["models"]
            for p in m.get("parameters", ()) if "only" in p}
    assert only == {"qwen3-235b-a22b": "stream", "qwen3-32b": "stream"}
    plus = {p["name"]: p for p in models["qwen-plus"]["parameters"]}
    assert (plus["n"]["min"], plus["n"]["max"]) == (1, 4)
    assert plus["seed"]["max"] == 2**31 - 1
    assert any(p["name"] == "response_format.json_schema"
               for p in models["gpt-5"]["parameters"])


def test_it_comes_out_as_it_went_in(cgw):
    out = cgw.must("GET", "/catalog")
    assert [m["id"] for m in out["models"]] == sorted(
        ["of-ours", *(m["id"] for m in DOC["models"])])
    r = cgw.admin("PUT", "/catalog?dry_run=true", out).json()
    assert r["errors"] == []
    assert not any(r[k][kind] for k in ("created", "updated")
                   for kind in ("upstreams", "models"))
    # the file again: no price gets another version
    before = cgw.query("SELECT count(*) AS n FROM price")[0]["n"]
    assert cgw.admin("PUT", "/catalog", DOC).status == 200
    assert cgw.query("SELECT count(*) AS n FROM price")[0]["n"] == before


def test_without_a_price_a_model_is_not_seen(sgw):
    cgw, key = sgw, sgw.new_key()
    seen = {m["id"] for m in cgw.request("GET", "/v1/models",
                                         key=key).json()["data"]}
    hidden = {m["id"] for m in DOC["models"] if m.get("disabled")}
    assert hidden
    assert seen == {"of-ours", *(m["id"] for m in DOC["models"])} - hidden
    assert {"qwen-plus", "qwen3-32b"} <= seen
    assert cgw.chat(key, model="qwen1.5-7b-chat").status == 404


def test_a_hidden_model_is_one_patch_away(sgw, up):
    key = sgw.new_key()
    sgw.must("PATCH", "/models/qwq-32b", {"disabled": False, "price": {
        "currency": "CNY", "tiers": [{"input": "2", "output": "6"}]}})
    assert sgw.chat(key, model="qwq-32b").status == 200
    assert up.requests[-1].path == "/bailian-cn/chat/completions"
    sgw.settled(key)
    sgw.must("PATCH", "/models/qwq-32b", {"disabled": True})


def test_every_model_that_is_seen_answers(sgw, up):
    """Each is sent to its vendor, under the vendor's name and secret."""
    key = sgw.new_key()
    models = [m for m in DOC["models"] if not m.get("disabled")]
    for m in models:
        route = m["routes"][0]
        r = sgw.chat(key, model=m["id"])
        assert r.status == 200, (m["id"], r)
        seen = up.requests[-1]
        assert seen.path == f"/{route['upstream']}/chat/completions"
        assert seen.json()["model"] == route.get("model", m["id"])
        assert seen.header("Authorization") \
            == "Bearer sk-of-" + route["upstream"]
    sgw.settled(key, len(models))


# ---- bills ----

def usage(prompt, completion, cached=0, reasoning=0, **details):
    out = {"prompt_tokens": prompt, "completion_tokens": completion,
           "total_tokens": prompt + completion}
    if cached or details:
        out["prompt_tokens_details"] = dict(details, cached_tokens=cached)
    if reasoning:
        out["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return out


EXPLICIT = {"cache_type": "ephemeral"}
BILLS = [       # model, usage, amount, currency
    ("qwen3-max", usage(50000, 2000), "0.232", "CNY"),
    ("qwen3-max", usage(32000, 0), "0.08", "CNY"),
    ("qwen3-max", usage(32001, 0), "0.128004", "CNY"),
    ("qwen3-max", usage(128001, 1000), "0.924007", "CNY"),
    ("qwen3-max", usage(50000, 2000, 40000), "0.104", "CNY"),
    ("qwen3-max", usage(2059, 201, cache_creation_input_tokens=2048,
                        **EXPLICIT), "0.0084375", "CNY"),
    ("qwen3-max", usage(2059, 201, 2048, cache_creation_input_tokens=0,
                        **EXPLICIT), "0.0025495", "CNY"),
    ("qwen-plus", usage(1000, 500, reasoning=300), "0.0048", "CNY"),
    ("qwen-plus", usage(1000, 500), "0.0018", "CNY"),
    ("glm-4.7", usage(10000, 199), "0.021592", "CNY"),
    ("glm-4.7", usage(10000, 200), "0.0328", "CNY"),
    # through Anthropic's OpenAI layer: all cached tokens count for the tier
    ("claude-sonnet-4-5", usage(200001, 100, 199001), "0.1276506", "USD"),
    ("gemini-2.5-flash", usage(5000, 400, audio_tokens=3000), "0.0046",
     "USD"),
    ("gpt-5.1", usage(12000, 1000, 10000), "0.01375", "USD"),
    ("deepseek-v4-pro", usage(1000, 1000), "0.036", "CNY"),
    ("kimi-k2.6", usage(1000, 100, 600), "0.00596", "CNY"),
    ("glm-4.7-flash", usage(1000, 1000), "0", "XXX"),
]


@pytest.mark.parametrize("model, counts, amount, currency", BILLS)
def test_the_bill(sgw, up, model, counts, amount, currency):
    key = sgw.new_key()
    up.script(answer({"model": model, "usage": counts, "choices": [{
        "index": 0, "finish_reason": "stop", "message": {
            "role": "assistant", "content": "x"}}]}))
    r = sgw.chat(key, model=model)
    assert r.status == 200
    row, = sgw.settled(key)
    receipt = sgw.request("GET", "/v1/receipts/" + r.headers["x-request-id"],
                          key=key).json()
    assert (receipt["amount"], receipt["currency"]) == (amount, currency)
    assert receipt["state"] == ("free" if currency == "XXX" else "settled")
