"""Completions, embeddings and ranks: the bytes both ways, what is billed, what
is refused."""
import json

import pytest

from harness import inputs as i9
from harness import ledger
from harness.checks import costs_nothing, refused, request_id
from harness.httpd import public_id
from harness.shapes import bill, text_of
from harness.upstream import (answer, body, done, end, event, gate, head,
                              pieces)


@pytest.fixture(scope="module")
def served(session_gw, session_upstream):
    i9.set_up(session_gw, session_upstream)
    return session_gw


@pytest.fixture
def gw(served, gw):
    return gw


def post(gw, key, path, text, headers=None):
    return gw.request("POST", path, text, key, headers)


# ---- what is billed ----

LONG = "hello " * 900           # its tokens are fewer than its bytes
COMPLETE = {"model": "davinci", "prompt": LONG, "max_tokens": 100}
EMBED = {"model": "embedder", "input": "hello"}
RANK = {"model": "ranker", "query": "what?", "documents": ["this", "that"]}
MANY = dict(RANK, documents=["this"] * 201)     # of three search units
V = i9.vector()

# path, body, answer, bill
ANSWERS = {
    # 1000 x 1 500 000 + 50 x 2 000 000
    "completion": (i9.COMPLETIONS, COMPLETE, i9.completion("Hi"),
                   "settled/reported 1600000000: input 1000, output 50"),
    "prompts": (i9.COMPLETIONS, dict(COMPLETE, prompt=[LONG] * 2, n=2),
                i9.completion("1", "2", "3", "4", usage=i9.counts(7000, 4)),
                "settled/reported 10508000000: input 7000, output 4"),
    # 10 x 20 000
    "embedding": (i9.EMBEDDINGS, EMBED, i9.embeddings(
        V, usage=i9.counts(10)), "settled/reported 200000: input 10"),
    # the second tier is by all of a request: 40 000 x 10 000
    "embeddings": (i9.EMBEDDINGS, dict(EMBED, input=[LONG] * 9), i9.embeddings(
        *[[0.25, -1e-3]] * 9, usage=i9.counts(40000)),
        "settled/reported 400000000: input 40000"),
    "total alone": (i9.EMBEDDINGS, EMBED, i9.embeddings(
        V, usage={"total_tokens": 10}), "settled/reported 200000: input 10"),
    "usage first": (i9.EMBEDDINGS, EMBED, dict(
        {"usage": i9.counts(10)}, **i9.embeddings(V)),
        "settled/reported 200000: input 10"),
    # 30 x 500 000 + 2 000 000 000
    "ranks": (i9.RERANK, RANK, i9.ranks(0.9, 0.1, usage={"total_tokens": 30}),
              "settled/reported 2015000000: input 30"),
    "ranks as data": (i9.RERANK, RANK, {
        "object": "list", "data": [{"index": 0, "relevance_score": 1}],
        "usage": {"total_tokens": 30}},
        "settled/reported 2015000000: input 30"),
    "ranks with meta": (i9.RERANK, RANK, i9.ranks(0.9, 0.1, meta={
        "billed_units": {"input_tokens": 30, "output_tokens": 0},
        "tokens": {"input_tokens": 30}}),
        "settled/reported 2015000000: input 30"),
    # 3 x 2 000 000 000
    "search units": (i9.RERANK, MANY, i9.ranks(
        0.9, 0.1, usage={"search_units": 3}),
        "settled/reported 6000000000: search_units 3"),
    "search units in meta": (i9.RERANK, MANY, i9.ranks(0.9, 0.1, meta={
        "api_version": {"version": "2"}, "billed_units": {"search_units": 3}}),
        "settled/reported 6000000000: search_units 3"),
    "no tokens beside units": (i9.RERANK, MANY, i9.ranks(0.9, 0.1, meta={
        "billed_units": {"input_tokens": 0, "search_units": 3}}),
        "settled/reported 6000000000: search_units 3"),
    "tokens beside units": (i9.RERANK, RANK, i9.ranks(
        0.9, 0.1, usage={"total_tokens": 30, "search_units": 3}),
        "settled/reported 2015000000: input 30"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_bill_to_the_digit(gw, up, key, name):
    path, sent, document, billed = ANSWERS[name]
    whole = i9.text(document)
    up.script(answer(whole))
    r = post(gw, key, path, i9.text(sent))
    assert r.status == 200 and r.body == whole
    assert up.requests[0].path == path
    assert up.requests[0].body == i9.text(sent)
    row, = gw.settled(key)
    assert bill(row) == billed
    told = gw.must("GET", "/requests/" + request_id(r))
    assert told["endpoint"] == path.removeprefix("/v1/")
    assert told["repriced"]["equal"]
    assert told["usage"].get("search_units", 0) == row["search_units"]


def test_a_stream(gw, up, key):
    """Usage is asked for, and its chunk hidden from who did not ask."""
    chunks = [i9.piece("Hel"), i9.piece("lo"), i9.piece("", "stop")]
    up.script(head(), *map(event, chunks),
              event(i9.piece(usage=i9.counts(1000, 50))), done(), end())
    with gw.stream(key, dict(COMPLETE, stream=True), i9.COMPLETIONS) as s:
        got = s.rest()
    assert got == b"".join(b"data: " + json.dumps(c).encode() + b"\n\n"
                           for c in chunks) + b"data: [DONE]\n\n"
    sent = up.requests[0].json()
    assert sent["stream_options"] == {"include_usage": True}
    row, = gw.settled(key)
    assert bill(row) == ANSWERS["completion"][3] and row["stream"] == 1


@pytest.mark.parametrize("size", [1, 7, 64])
def test_bytes_in_any_cut(gw, up, key, size):
    for path, sent, document, billed in ANSWERS.values():
        whole = i9.text(document)
        up.script(head(content_type="application/json",
                       length=len(whole)), *pieces(whole, size), end())
        r = post(gw, key, path, i9.text(sent))
        assert r.body == whole
    assert [bill(row) for row in gw.settled(key, len(ANSWERS))] \
        == [billed for *_, billed in ANSWERS.values()]


def test_a_large_answer_flows(gw, up, key):
    """Nothing of it is kept: its beginning arrives before its end is sent."""
    many = i9.text(i9.embeddings(*[i9.vector(3072)] * 300,
                                 usage=i9.counts(600)))
    gate_, half = f"embeddings-{key[-6:]}", len(many) // 2
    up.script(head(content_type="application/json", length=len(many)),
              body(many[:half]), gate(gate_), body(many[half:]), end())
    with gw.stream(key, dict(EMBED, input=["a"] * 300), i9.EMBEDDINGS) as s:
        s.more_body(half)
        assert s.body == many[:half]
        up.open(gate_)
        s.rest()
        assert s.body == many and s.ended
    row, = gw.settled(key)
    assert bill(row) == "settled/reported 12000000: input 600"


def test_without_usage_the_prompt_is_estimated(gw, up, key):
    up.script(answer(i9.embeddings(V)))
    assert post(gw, key, i9.EMBEDDINGS, EMBED).status == 200
    row, = gw.settled(key)
    assert row["state"] == 2 and row["input"] > 0 and row["output"] == 0


# ---- what goes upstream ----

def test_a_bound_of_ours(gw, up):
    """It goes into completions, under the one name they have; where nothing
    is generated there is none."""
    key = gw.new_key(limits={"max_output_tokens": 200})
    gw.must("PUT", "/upstreams/named", {
        "base_url": up.url + "/v1", "dialect": "openai", "vendor": "openai",
        "credentials": [{"secret": "sk-x"}]})
    gw.must("PUT", "/models/named", dict(
        i9.MODELS["davinci"], routes=[{"upstream": "named", "model": "d"}]))
    up.script(answer(i9.completion("Hi")))
    assert post(gw, key, i9.COMPLETIONS, {
        "model": "named", "prompt": LONG}).status == 200
    up.script(answer(i9.embeddings(V, usage=i9.counts(1))))
    assert post(gw, key, i9.EMBEDDINGS, EMBED).status == 200
    up.script(answer(i9.ranks(1, usage={"total_tokens": 3})))
    assert post(gw, key, i9.RERANK, RANK).status == 200
    assert [r.json() for r in up.requests] == [
        {"model": "d", "prompt": LONG, "max_tokens": 200}, EMBED, RANK]
    with costs_nothing(gw, up):
        refused(post(gw, key, i9.COMPLETIONS, dict(COMPLETE, max_tokens=201)),
                "max_tokens_exceeded", "max_tokens")
    gw.settled(key, 3)


@pytest.mark.parametrize("sent, goes", [
    # only chats know it: who does not would go on without end
    ({"max_completion_tokens": 5}, {"max_tokens": 5}),
    ({"max_completion_tokens": 5, "max_tokens": 7}, {"max_tokens": 7}),
    # nothing but the prompt again, with its logprobs
    ({"max_tokens": 0, "echo": True}, {"max_tokens": 0, "echo": True}),
    ({"max_tokens": 0}, {"max_tokens": 200}),
    ({"max_tokens": None, "echo": True}, {"max_tokens": 200, "echo": True})])
def test_a_bound_of_theirs(gw, up, sent, goes):
    key = gw.new_key(limits={"max_output_tokens": 200})
    base = {"model": "davinci", "prompt": LONG}
    up.script(answer(i9.completion("Hi", usage=i9.counts(1000, 0))))
    assert post(gw, key, i9.COMPLETIONS, dict(base, **sent)).status == 200
    assert up.requests[0].json() == dict(base, **goes)
    gw.settled(key)


def test_a_stream_of_many_prompts(gw, up, key):
    """More choices than are told apart: it is whole by [DONE] alone, and one
    of them that has finished finishes no other."""
    chunks = [event(i9.piece("a", "stop" if i else None, index=i))
              for i in range(130)]
    sent = dict(COMPLETE, prompt=[LONG] * 130, stream=True)
    up.script(head(), *chunks, end())
    with gw.stream(key, sent, i9.COMPLETIONS) as s:
        assert b'"code":"upstream_unavailable"' in s.rest()
    gw.expect_log("LG0071")
    up.script(head(), *chunks, event(i9.piece(usage=i9.counts(9000, 130))),
              done(), end())
    with gw.stream(key, sent, i9.COMPLETIONS) as s:
        assert s.rest().endswith(b"data: [DONE]\n\n")
    cut, whole = gw.settled(key, 2)
    assert cut["state"] == 2
    assert bill(whole) == "settled/reported 13760000000: input 9000, " \
        "output 130"


def test_switches_of_ours_do_not_leave(gw, up, key):
    for path, sent, document, _ in (ANSWERS["completion"],
                                    ANSWERS["embedding"], ANSWERS["ranks"]):
        up.script(answer(document))
        assert post(gw, key, path, dict(
            sent, llmgw_thinking=True, enable_context_caching=True,
            store=True)).status == 200
        assert up.requests[-1].json() == dict(sent, store=False)
    gw.settled(key, 3)


def test_ids_of_tokens(gw, up, key):
    ids = [[1, 2, 3], [4, 5]]
    up.script(answer(i9.embeddings(V, V, usage=i9.counts(5))))
    assert post(gw, key, i9.EMBEDDINGS, dict(EMBED, input=ids)).status == 200
    up.script(answer(i9.completion("a", usage=i9.counts(3, 1))))
    assert post(gw, key, i9.COMPLETIONS,
                dict(COMPLETE, prompt=ids[0])).status == 200
    assert [r.json().get("input") or r.json()["prompt"]
            for r in up.requests] == [ids, ids[0]]
    gw.settled(key, 2)


# ---- what may not be ----

WRONG = [
    (i9.COMPLETIONS, {}, "prompt"),
    (i9.COMPLETIONS, {"prompt": None}, "prompt"),
    (i9.COMPLETIONS, {"prompt": []}, "prompt"),
    (i9.COMPLETIONS, {"prompt": {"a": 1}}, "prompt"),
    (i9.COMPLETIONS, {"prompt": 5}, "prompt"),
    (i9.COMPLETIONS, {"prompt": ["a", 1]}, "prompt[1]"),
    (i9.COMPLETIONS, {"prompt": [{"text": "a"}]}, "prompt[0]"),
    (i9.COMPLETIONS, {"prompt": [None]}, "prompt[0]"),
    (i9.COMPLETIONS, {"prompt": [[1], [2, "b"]]}, "prompt[1][1]"),
    (i9.COMPLETIONS, {"prompt": [[[1]]]}, "prompt[0][0]"),
    (i9.EMBEDDINGS, {}, "input"),
    (i9.EMBEDDINGS, {"input": None}, "input"),
    (i9.EMBEDDINGS, {"input": []}, "input"),
    (i9.EMBEDDINGS, {"input": {"text": "a"}}, "input"),
    (i9.EMBEDDINGS, {"input": ["a", {"text": "b"}]}, "input[1]"),
    (i9.EMBEDDINGS, {"input": [1, [2]]}, "input[1]"),
    (i9.EMBEDDINGS, {"input": [[1], []]}, "input[1]"),
    (i9.EMBEDDINGS, {"input": [True]}, "input[0]"),
    (i9.EMBEDDINGS, {"input": "a", "stream": True}, "stream"),
    (i9.RERANK, {"documents": ["a"]}, "query"),
    (i9.RERANK, {"documents": ["a"], "query": 5}, "query"),
    (i9.RERANK, {"query": "a"}, "documents"),
    (i9.RERANK, {"query": "a", "documents": "b"}, "documents"),
    (i9.RERANK, {"query": "a", "documents": []}, "documents"),
    (i9.RERANK, {"query": "a", "documents": ["a", 5]}, "documents[1]"),
    (i9.RERANK, {"query": "a", "documents": [["b"]]}, "documents[0]"),
    (i9.RERANK, {"query": "a", "documents": ["a"], "stream": True},
     "stream"),
]


@pytest.mark.parametrize("path, members, param", WRONG)
def test_what_is_refused(gw, up, key, path, members, param):
    name = {i9.COMPLETIONS: "davinci", i9.EMBEDDINGS: "embedder",
            i9.RERANK: "ranker"}[path]
    there = param.split("[")[0] in members
    with costs_nothing(gw, up):
        refused(post(gw, key, path, dict(members, model=name)),
                "invalid_parameter" if there else "missing_parameter", param,
                f"'{param}' must be" if there else f"'{param}' is missing")


@pytest.mark.parametrize("path, members, param", [
    (i9.EMBEDDINGS, {"input": [{"type": "file", "file_id": "f-1"}]},
     "input[0].file_id"),
    (i9.EMBEDDINGS, {"input": "a", "background": True}, "background"),
    (i9.RERANK, {"query": "a", "documents": [{"file_id": "f-1"}]},
     "documents[0].file_id"),
    (i9.COMPLETIONS, {"prompt": "a", "service_tier": "priority"},
     "service_tier"),
    (i9.COMPLETIONS, {"prompt": "a", "previous_response_id": "r"},
     "previous_response_id"),
    (i9.COMPLETIONS, {"prompt": "a", "prompt_embeds": ["AA=="]},
     "prompt_embeds"),
    (i9.COMPLETIONS, {"prompt": "a", "extra_body": {"prompt": ["b", "c"]}},
     "extra_body.prompt"),
    (i9.EMBEDDINGS, {"input": "a", "extra_body": {"input": ["b", "c"]}},
     "extra_body.input")])
def test_what_would_pass_unpriced(gw, up, key, path, members, param):
    name = {i9.COMPLETIONS: "davinci", i9.EMBEDDINGS: "embedder",
            i9.RERANK: "ranker"}[path]
    with costs_nothing(gw, up):
        refused(post(gw, key, path, dict(members, model=name)),
                "unsupported_parameter", param)


def test_served_elsewhere(gw, up, key):
    """A model whose upstream has but one endpoint."""
    gw.must("PUT", "/upstreams/one", {
        "base_url": up.url + "/v1", "dialect": "openai",
        "endpoints": ["embeddings"], "credentials": [{"secret": "sk-x"}]})
    gw.must("PUT", "/models/one", dict(i9.MODELS["embedder"],
                                       routes=[{"upstream": "one"}]))
    with costs_nothing(gw, up):
        refused(gw.chat(key, model="one"), "model_not_found", "model",
                "is not served at /v1/chat/completions, but at "
                "/v1/embeddings")
        refused(post(gw, key, i9.RERANK, dict(RANK, model="one")),
                "model_not_found", "model", "but at /v1/embeddings")


def test_another_path_of_ranks(gw, up, key):
    """Bailian has them beside its compatible mode."""
    gw.must("PUT", "/upstreams/pathed", {
        "base_url": up.url + "/compatible-mode/v1", "dialect": "openai",
        "vendor": "bailian", "endpoints": ["rerank"],
        "paths": {"rerank": up.url + "/compatible-api/v1/reranks"},
        "credentials": [{"secret": "sk-x"}]})
    gw.must("PUT", "/models/pathed", dict(
        i9.MODELS["ranker"], routes=[{"upstream": "pathed"}]))
    up.script(answer(i9.ranks(1, usage={"total_tokens": 3})))
    assert post(gw, key, i9.RERANK, dict(RANK, model="pathed")).status == 200
    assert up.requests[0].path == "/compatible-api/v1/reranks"
    gw.settled(key)


# ---- budgets ----

GREEDY = [
    (i9.COMPLETIONS, {"model": "davinci", "prompt": ["ab"] * 1000, "n": 2,
                      "best_of": 3, "max_tokens": 5}, 1000 * 3 * 5),
    (i9.COMPLETIONS, {"model": "davinci", "prompt": [[1, 2]] * 50,
                      "max_tokens": 7}, 50 * 7),
    (i9.EMBEDDINGS, {"model": "embedder", "input": ["\u4f60\u597d" * 40] * 90},
     0),
    (i9.EMBEDDINGS, {"model": "embedder", "input": [
        {"image": "https://example.com/a.png"}] * 3}, 0),
    (i9.RERANK, {"model": "ranker", "query": "q" * 300,
                 "documents": ["d" * 10] * 200}, 0)]


@pytest.mark.parametrize("path, sent, output", GREEDY)
def test_a_budget_holds(gw, up, path, sent, output):
    """An upstream takes all that it may of a body: a token for each byte, the
    query beside each document, every choice to its end."""
    key = gw.new_key(budgets=[{"amount": "1", "currency": "USD",
                               "window": "total"}])
    texts = sent.get("prompt") or sent.get("input") or sent["documents"]
    prompt = sum(1000 if isinstance(t, dict) else len(t) if isinstance(t, list)
                 else len(t.encode()) for t in texts)
    prompt += len(texts) * len(sent.get("query", ""))
    usage = i9.counts(prompt, output if "prompt" in sent else None)
    document = {i9.COMPLETIONS: lambda: i9.completion("a", usage=usage),
                i9.EMBEDDINGS: lambda: i9.embeddings(V, usage=usage),
                i9.RERANK: lambda: i9.ranks(1, usage=usage)}[path]()
    up.script(answer(document))
    assert post(gw, key, path, sent).status == 200
    row, = gw.settled(key)
    assert row["flags"] == 0 and row["input"] == prompt
    assert row["output"] == output


BUDGET = {"currency": "USD", "window": "total"}


def most_units(query, documents):
    """What Cohere's rule comes to for texts with a token for each byte."""
    room = 500 - min(len(query), 256)
    chunks = sum(max(1, -(-len(d) // room) if len(query) + len(d) > 500 else 1)
                 for d in documents)
    return -(-chunks // 100)


@pytest.mark.parametrize("query, documents", [
    ("q" * 30, ["d" * 5000] * 1000), ("q" * 2000, ["d" * 600] * 300),
    ("q", ["d"] * 1000)])
def test_a_budget_holds_all_search_units(gw, up, query, documents):
    """All that long documents can be split into is reserved."""
    units = most_units(query, documents)
    key = gw.new_key(budgets=[dict(BUDGET, amount="10")])
    up.script(answer(i9.ranks(1, usage={"search_units": units})))
    sent = {"model": "unit-ranker", "query": query, "documents": documents}
    assert post(gw, key, i9.RERANK, sent).status == 200
    row, = gw.settled(key)
    assert bill(row) == \
        f"settled/reported {units * 2 * 10**9}: search_units {units}"
    less = gw.new_key(budgets=[dict(
        BUDGET, amount=text_of(units * 2 * 10**9 - 1))])
    with costs_nothing(gw, up):
        refused(post(gw, less, i9.RERANK, sent), "insufficient_quota")


def test_fsck_knows_search_units(gw, up, key):
    """A row of which one was taken away comes to less."""
    up.script(answer(i9.ranks(1, usage={"search_units": 3})))
    assert post(gw, key, i9.RERANK, MANY).status == 200
    row, = gw.settled(key)
    assert gw.must("GET", "/fsck")["ok"]
    taken = "UPDATE ledger SET search_units = search_units - ? WHERE id = ?"
    ledger.change(gw, taken, 1, row["id"])
    found, = gw.must("GET", "/fsck")["findings"]
    assert found["check"] == "price"
    assert found["detail"].endswith("its usage comes to 0.004, tier 1")
    ledger.change(gw, taken, -1, row["id"])
    assert gw.must("GET", "/fsck")["ok"]


def test_explain_reserves_a_unit(gw, key):
    told = gw.must("POST", "/explain", {
        "key": public_id(key), "model": "unit-ranker", "prompt_tokens": 1000,
        "endpoint": "rerank"})
    assert told["allowed"] and told["reserve"] == "0.002"


def test_units_teach_no_estimate(gw, up, key):
    """Tokens that nobody counted are not none."""
    up.script(answer(i9.ranks(1, usage={"search_units": 1})))
    assert post(gw, key, i9.RERANK, dict(
        RANK, model="unit-ranker")).status == 200
    gw.settled(key)
    assert gw.must("GET", "/models/unit-ranker")["calibration"]["rows"] == 0
