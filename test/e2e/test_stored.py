"""What a body may not point at: things that are stored at the upstream, where
all callers share one account."""
import json

import pytest

from harness.checks import costs_nothing, refused
from harness.shapes import plain
from harness.upstream import answer

CHAT = "/v1/chat/completions"
USER = {"role": "user", "content": "hello"}


def parts(*content):
    return {"messages": [{"role": "system", "content": "x"},
                         {"role": "user", "content": list(content)}]}


# name: where it stands, and what is sent
POINTERS = {
    "file": ("messages[1].content[0].file.file_id", parts(
        {"type": "file", "file": {"file_id": "file-abc"}})),
    "input_file": ("messages[1].content[1].file_id", parts(
        {"type": "text", "text": "x"},
        {"type": "input_file", "file_id": "file-abc"})),
    "source": ("messages[1].content[0].source.file_id", parts(
        {"type": "document", "source": {"type": "file", "file_id": "f"}})),
    "deep": ("messages[1].content[0].a[1].b.File_Id", parts(
        {"type": "text", "text": "x", "a": [1, {"b": {"File_Id": "f"}}]})),
    "in a message": ("messages[0].file_ids", {
        "messages": [dict(USER, file_ids=["f"])]}),
    "attachments": ("attachments[0].file_id", {
        "attachments": [{"file_id": "f", "tools": []}]}),
    "speech": ("messages[0].audio.id", {"messages": [
        {"role": "assistant", "audio": {"id": "audio_1"}}, USER]}),
    "item": ("input[0].type", {
        "input": [{"type": "item_reference", "id": "msg_1"}]}),
    "container": ("container", {"container": "cntr_1"}),
    "a tool's container": ("tools[0].container", {"tools": [
        {"type": "code_interpreter", "container": {"type": "auto"}}]}),
    "stores": ("tools[1].vector_store_ids", {"tools": [
        {"type": "function", "function": {"name": "f"}},
        {"type": "file_search", "vector_store_ids": ["vs_1"]}]}),
    "tool_resources": ("tool_resources.file_search.vector_store_ids", {
        "tool_resources": {"file_search": {"vector_store_ids": ["v"]}}}),
    "mcp": ("mcp", {"mcp": {"url": "https://x"}}),
    "mcp_servers": ("mcp_servers", {
        "mcp_servers": [{"type": "url", "url": "https://x"}]}),
    "an mcp tool": ("tools[0].type", {"tools": [
        {"type": "mcp", "server_url": "https://x"}]}),
    "cached": ("extra_body.google.cached_content", {
        "extra_body": {"google": {"cached_content": "cachedContents/1"}}}),
    "knowledge": ("tools[0].retrieval.knowledge_id", {"tools": [
        {"type": "retrieval", "retrieval": {"knowledge_id": "1"}}]}),
    "oss": ("messages[1].content[0].image_url.url", parts(
        {"type": "image_url", "image_url": {"url": "oss://bucket/x"}})),
    "ms": ("messages[1].content[0].video_url.url", parts(
        {"type": "video_url", "video_url": {"url": "ms://file-1"}})),
    "frames": ("messages[1].content[0].video[1]", parts(
        {"type": "video", "video": ["https://x/1.jpg", "gs://x/2.jpg"]})),
}
STATE = {
    "previous_response_id": {"previous_response_id": "resp_1"},
    "conversation": {"conversation": {"id": "conv_1"}},
    "prompt": {"prompt": {"id": "pmpt_1"}},
}
FILEIDS = {
    "a string": ("messages[0].content", [
        {"role": "system", "content": "fileid://file-fe-abc"}]),
    "of a user": ("messages[1].content", [USER, {
        "role": "user", "content": "fileid://a,fileid://b"}]),
    "a part": ("messages[0].content[1].text", [
        {"role": "system", "content": [
            {"type": "text", "text": "x"},
            {"type": "text", "text": "fileid://file-fe-abc"}]}]),
    "blanks and capitals": ("messages[0].content", [
        {"role": "system", "content": " \n\u3000FileId://file-fe-abc"}]),
}
OWN = [     # the client's own JSON, whatever its names are
    {"metadata": {"file_id": "x", "container": "y"}},
    {"tools": [{"type": "function", "function": {
        "name": "f", "parameters": {"properties": {
            "file_id": {"type": "string"}, "container": {}}}}}]},
    {"response_format": {"type": "json_schema", "json_schema": {
        "name": "x", "schema": {"properties": {"mcp": {}}}}}},
    {"messages": [{"role": "assistant", "tool_calls": [{
        "id": "c", "type": "function", "function": {
            "name": "f", "arguments": "{\"file_id\":1}"}}]}]},
    {"mcp_servers": [], "container": None, "file_ids": [], "mcp": False},
    {"messages": [{"role": "user", "content": "is fileid://x a file id?"}]},
    parts({"type": "image_url", "image_url": {"url": "https://x/oss://y"}}),
]


def body(more):
    return dict({"model": "keeper", "max_tokens": 5, "messages": [USER]},
                **more)


@pytest.fixture
def keeper(gw, up):
    """Set up the upstreams `keepers` of the model `keeper`; the first is
    tried first."""
    def make(**upstreams):
        for name, spec in upstreams.items():
            gw.must("PUT", f"/upstreams/{name}", dict(
                {"base_url": up.url + "/v1", "dialect": "openai",
                 "credentials": [{"secret": "sk-" + name}]}, **spec))
        gw.must("PUT", "/models/keeper", {
            "routes": [{"upstream": name, "priority": i}
                       for i, name in enumerate(upstreams)],
            "limit": {"context": 9000, "output": 500},
            "price": {"currency": "CNY", "tiers": [{"input": "1",
                                                    "output": "1"}]}})
    make(shared={})
    up.default = lambda request: answer(plain(usage={
        "prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 10}))
    return make


@pytest.mark.parametrize("name", POINTERS)
def test_what_points_at_the_upstream_s_store_is_refused(gw, up, key, keeper,
                                                        name):
    """Fault 2.1: another team's file id was forwarded as it was."""
    path, more = POINTERS[name]
    with costs_nothing(gw, up):
        r = gw.request("POST", CHAT, body(more), key)
        refused(r, "unsupported_parameter", path, f"'{path}' points at")


@pytest.mark.parametrize("name", STATE)
def test_state_at_the_upstream_is_refused(gw, up, key, keeper, name):
    with costs_nothing(gw, up):
        r = gw.request("POST", CHAT, body(STATE[name]), key)
        refused(r, "unsupported_parameter", name, f"'{name}' points at")


@pytest.mark.parametrize("name", FILEIDS)
def test_bailian_s_file_texts_are_refused(gw, up, key, keeper, name):
    """Fault 2.1: a system text `fileid://` under a budget of 0.1 was charged
    0.45."""
    path, messages = FILEIDS[name]
    keeper(files={"vendor": "bailian"})
    with costs_nothing(gw, up):
        r = gw.request("POST", CHAT, body({"messages": messages}), key)
        refused(r, "unsupported_parameter", path, f"'{path}' points at")
    keeper(shared={})       # elsewhere it is but a text
    assert gw.request("POST", CHAT, body({"messages": messages}),
                      key).status == 200
    gw.settled(key)


def test_the_client_s_own_json_is_not_looked_into(gw, up, key, keeper):
    keeper(files={"vendor": "bailian"})
    for more in OWN:
        text = json.dumps(body(more)).encode()
        r = gw.request("POST", CHAT, text, key)
        assert r.status == 200, (more, r)
        assert up.requests[-1].body == text
    gw.settled(key, len(OWN))


def test_an_upstream_may_allow_it(gw, up, keeper):
    """Fault 2.1: for an account that one team owns; the reserve is the
    model's context then."""
    keeper(own={"vendor": "bailian", "stored_ids": "allow"})
    key = gw.new_key(budgets=[{"amount": "0.0094", "currency": "CNY",
                               "window": "total"}])
    bodies = [body(more) for _, more in POINTERS.values()]
    bodies += [body(more) for more in STATE.values()]
    bodies += [body({"messages": m}) for _, m in FILEIDS.values()]
    for one in bodies:
        # 9000 and 500 tokens at 1 CNY a million are too much
        r = gw.request("POST", CHAT, dict(one, max_tokens=500), key)
        assert r.status == 429 and "may cost up to 0.0095" in \
            r.json()["error"]["message"], r
    key = gw.new_key()
    for one in bodies:
        text = json.dumps(one).encode()
        assert gw.request("POST", CHAT, text, key).status == 200
        assert up.requests[-1].body == text
    gw.settled(key, len(bodies))


def test_routes_that_allow_it_are_taken(gw, up, key, keeper):
    """Fault 2.1: of several upstreams only those."""
    keeper(shared={}, own={"stored_ids": "allow"})
    for more, who in ((POINTERS["file"][1], "sk-own"), ({}, "sk-shared")):
        assert gw.request("POST", CHAT, body(more), key).status == 200
        assert up.requests[-1].header("Authorization") == "Bearer " + who
    gw.settled(key, 2)


def test_nothing_is_stored_for_others_to_find(gw, up, key, keeper):
    """Fault 2.1: `store` goes on as false, unless the account is one's
    own."""
    for value in (True, "yes", 1, {"a": 1}):
        gw.request("POST", CHAT, body({"store": value}), key)
        assert up.requests[-1].json() == body({"store": False})
    for value in (None, False):
        gw.request("POST", CHAT, body({"store": value}), key)
        assert up.requests[-1].json() == body({"store": value})
    keeper(own={"stored_ids": "allow"})
    gw.request("POST", CHAT, body({"store": True}), key)
    assert up.requests[-1].json() == body({"store": True})
    gw.settled(key, 7)


def test_background_is_never_let_pass(gw, up, key, keeper):
    keeper(own={"stored_ids": "allow"})
    with costs_nothing(gw, up):
        refused(gw.request("POST", CHAT, body({"background": True}), key),
                "unsupported_parameter", "background")


def test_the_setting_is_judged(gw):
    r = gw.admin("PUT", "/upstreams/x", {
        "base_url": "https://x", "dialect": "openai", "stored_ids": True})
    refused(r, "invalid_parameter", "stored_ids")
