"""What an upstream serves by itself: `endpoints`, said or by its vendor."""
import pytest

from harness.checks import costs_nothing, refused
from test_admin_body import nothing_changes

CHAT, EMBED, MESSAGES = "chat/completions", "embeddings", "messages"
IDLE = "serves nothing that its dialect has: mend 'endpoints'"
KNOWN = ("chat/completions", "completions", "embeddings", "responses",
         "messages", "messages/count_tokens")
PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}


@pytest.fixture(scope="module")
def gw(module_gw):
    return module_gw()


def spec(up, **more):
    return dict({"base_url": up.url + "/v1", "dialect": "openai",
                 "auth": "none"}, **more)


def test_it_is_given_back_as_saved(gw, up):
    path = "/upstreams/said"
    assert "endpoints" not in gw.must("PUT", path, spec(up))
    for said in ([CHAT], [EMBED, CHAT], list(KNOWN)):
        made = gw.must("PUT", path, spec(up, endpoints=said))
        assert made["endpoints"] == said and made["serves"] is True
        assert gw.must("GET", path)["endpoints"] == said
        row = gw.must("GET", "/audit?limit=1")["data"][0]
        assert "endpoints" in str(row)
    # other members leave it alone
    assert gw.must("PATCH", path, {"query": "a=1"})["endpoints"] \
        == list(KNOWN)
    assert gw.must("PATCH", path, {"endpoints": [CHAT]})["endpoints"] \
        == [CHAT]
    row, = (u for u in gw.must("GET", "/upstreams?limit=1000")["data"]
            if u["id"] == "said")
    assert row["endpoints"] == [CHAT]
    assert "endpoints" not in gw.must("PATCH", path, {"endpoints": None})


BAD = [
    ([], "endpoints", ""), ("chat/completions", "endpoints", ""),
    ({}, "endpoints", ""), (1, "endpoints", ""), (None, "endpoints", ""),
    ([1], "endpoints[0]", ""), ([CHAT, None], "endpoints[1]", ""),
    (["chat"], "endpoints[0]", KNOWN),
    ([CHAT, "/v1/embeddings"], "endpoints[1]", KNOWN),
    ([CHAT, "Messages"], "endpoints[1]", KNOWN),
]


@pytest.mark.parametrize("value, at, known", BAD, ids=[str(b[0]) for b in BAD])
def test_what_it_cannot_be(gw, up, value, at, known):
    gw.must("PUT", "/upstreams/bad", spec(up))
    with nothing_changes(gw):
        sent = [("", gw.admin("PUT", "/upstreams/bad",
                              spec(up, endpoints=value))),
                ("upstreams[0].", gw.admin("PUT", "/catalog", {
                    "upstreams": [spec(up, id="bad", endpoints=value)]}))]
        if value is not None:       # a patch takes the member away by it
            sent.append(("", gw.admin("PATCH", "/upstreams/bad",
                                      {"endpoints": value})))
        for prefix, r in sent:
            text = refused(r, "invalid_parameter", prefix + at)
            for name in known:
                assert name in text


def test_in_the_catalogue(gw, up):
    doc = {"upstreams": [spec(up, id="cat-1", endpoints=[EMBED, CHAT]),
                         spec(up, id="cat-2")]}
    assert gw.must("PUT", "/catalog", doc)["created"]["upstreams"] \
        == ["cat-1", "cat-2"]
    assert gw.must("PUT", "/catalog", doc)["unchanged"]["upstreams"] \
        == ["cat-1", "cat-2"]
    out = {u["id"]: u for u in gw.must("GET", "/catalog")["upstreams"]}
    assert out["cat-1"]["endpoints"] == [EMBED, CHAT]
    assert "endpoints" not in out["cat-2"]


def served(gw, key, model):
    """Where /v1/model-catalog says it is served; None: it is not there."""
    r = gw.request("GET", "/v1/model-catalog/" + model, key=key)
    return r.json()["endpoints"] if r.status == 200 else None


def test_a_model_is_served_where_its_upstream_says(gw, up):
    key = gw.new_key()
    gw.must("PUT", "/upstreams/where", spec(up))
    gw.must("PUT", "/models/where", {"routes": [{"upstream": "where"}],
                                     "price": PRICE})
    assert CHAT in served(gw, key, "where")
    assert gw.chat(key, model="where").status == 200
    made = gw.must("PATCH", "/upstreams/where", {"endpoints": [MESSAGES]})
    assert (made["serves"], made["why"]) == (False, IDLE)
    assert gw.must("GET", "/models/where")["why"] \
        == f"upstream 'where' {IDLE}"
    assert served(gw, key, "where") is None
    with costs_nothing(gw, up):
        refused(gw.chat(key, model="where"), "upstream_unavailable")
    gw.expect_log("LG0204")
    gw.must("PATCH", "/upstreams/where", {"endpoints": [MESSAGES, CHAT]})
    assert CHAT in served(gw, key, "where")
    assert gw.chat(key, model="where").status == 200
    gw.settled(key, 2)


@pytest.mark.parametrize("vendor", ["openai", "deepseek", "moonshot", "zhipu",
                                    "bailian", "vllm", "anthropic", "nobody",
                                    None])
def test_each_vendor_s_chat_is_served_unless_said(gw, up, vendor):
    key = gw.new_key()
    more = {"vendor": vendor} if vendor else {}
    gw.must("PUT", "/upstreams/vendor", spec(up, **more))
    gw.must("PUT", "/models/vendor", {"routes": [{"upstream": "vendor"}],
                                      "price": PRICE})
    assert CHAT in served(gw, key, "vendor")
    assert gw.chat(key, model="vendor").status == 200
    made = gw.must("PUT", "/upstreams/vendor", spec(up, dialect="anthropic",
                                                    **more))
    assert made["serves"] is True
    assert MESSAGES in served(gw, key, "vendor")
    gw.settled(key)
