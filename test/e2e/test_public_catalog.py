"""LLMGatewayPublicCatalog: the catalogue for everybody, as JSON and as a page
of HTML that a person reads."""
import base64
import hashlib
import html.parser
import re
import urllib.parse

import pytest

from harness.checks import costs_nothing, refused, request_id

CATALOG = "/v1/model-catalog"
BROWSER = ("text/html,application/xhtml+xml,application/xml;q=0.9,"
           "image/avif,image/webp,*/*;q=0.8")
EVIL = "<script>alert(1)</script>&'x"
NAME = "\"><img src=x onerror='alert(2)'>&amp; \u4e2d"
NOTE = "</td></table><svg onload=alert(3)> 1 < 2 & \"q\" 'q'"
TIERS = [
    {"up_to": 32000, "output_up_to": 200, "input": "2", "output": "8",
     "cache_read": "0.4"},
    {"up_to": 32000, "input": "3", "output": "14", "output_thinking": "15.5"},
    {"up_to": 166000, "input": "4", "output": "16", "per_request": "0.01"},
    {"input": "5", "output": "20"}]
MODELS = {
    "a1": {"price": {"currency": "CNY", "from": "2026-01-02T03:04:05Z",
                     "tiers": TIERS},
           "name": "Model A", "owned_by": "vendor-of-a",
           "aliases": ["a-latest"], "metadata": {"inner": "only-for-admins"},
           "modalities": {"input": ["text", "image"], "output": ["text"]},
           "limit": {"context": 1048576, "output": 65536, "thinking": 999,
                     "image_tokens": 1280},
           "thinking": {"can": True, "default": True},
           "caching": {"implicit": True, "explicit": False,
                       "min_tokens": 1024},
           "parameters": [
               {"name": "top_k", "min": 0, "max": 1.50, "note": NOTE},
               {"name": "enable_thinking", "only": "stream",
                "excludes": ["reasoning_effort", "n"]},
               {"name": "response_format.json_schema", "supported": False,
                "only": "plain"},
               {"name": "n", "min": 1}, {"name": "seed", "max": 2147483647}]},
    "a2": {"free": True},
    "b1": {"free": True},
    EVIL: {"free": True, "name": NAME, "owned_by": NAME,
           "aliases": ["<b>alias</b>"],
           "parameters": [{"name": "x", "note": NOTE}]},
    "org/with:odd names": {"free": True},
}
CONF = """
<Location "/open">
LLMGateway On
LLMGatewayPublicCatalog On
LLMGatewayModels a*
</Location>
<Location "/open/deeper">
LLMGateway On
</Location>
<Location "/open/shut">
LLMGateway On
LLMGatewayPublicCatalog Off
</Location>
<Location "/nothing">
LLMGateway On
LLMGatewayModels zzz*
</Location>
<Location "/shut">
LLMGateway On
LLMGatewayPublicCatalog Off
</Location>
<If "%{HTTP:X-Shut} == 'yes'">
LLMGatewayPublicCatalog Off
</If>
"""
# nothing of this may be seen without an administrator's key
HIDDEN = ["inner-upstream", "model-there", "only-for-admins", "sk-hidden",
          "X-Inner", "inner-header", "inner-query", "base_url", "credential",
          "routes", "priority", "hidden-model", "127.0.0.1", "mock"]


@pytest.fixture(scope="module")
def gate(module_gw, session_upstream):
    gw = module_gw(models={"b1": MODELS["b1"]}, conf=CONF,
                   on="LLMGateway On\nLLMGatewayPublicCatalog On")
    upstream = {"base_url": session_upstream.url, "dialect": "openai",
                "headers": {"X-Inner": "inner-header"}, "query": "inner-query",
                "credentials": [{"secret": "sk-hidden-one"}]}
    gw.must("PUT", "/upstreams/inner-upstream", upstream)
    gw.must("PUT", "/upstreams/off-upstream", dict(upstream, disabled=True))
    route = {"upstream": "inner-upstream", "model": "model-there"}
    for name, spec in MODELS.items():
        gw.must("PUT", "/models/" + urllib.parse.quote(name, safe=""),
                dict(spec, routes=[route]))
    for name, more in (("hidden-model-1", {"disabled": True, "free": True}),
                       ("hidden-model-2", {}),
                       ("hidden-model-3", {"free": True, "routes": [
                           {"upstream": "off-upstream"}]}),
                       ("hidden-model-4", {"price": {
                           "currency": "CNY", "from": "2099-01-01T00:00:00Z",
                           "tiers": [{"input": "1", "output": "2"}]}})):
        gw.must("PUT", "/models/" + name, dict({"routes": [route]}, **more))
    gw.new_log_lines()
    return gw


def get(gw, path=CATALOG, key=None, method="GET", **headers):
    return gw.request(method, path, key=key,
                      headers={k.replace("_", "-"): v
                               for k, v in headers.items()})


def ids(r):
    assert r.status == 200, r
    assert r.headers["Content-Type"] == "application/json"
    return [m["id"] for m in r.json()["data"]]


def vary(r):
    return set(re.split(", ?", ",".join(r.headers.get_all("Vary"))))


class Page(html.parser.HTMLParser):
    """A page that must be balanced, and hold nothing but plain elements."""
    TAGS = {"html", "head", "title", "style", "body", "main", "h1", "h2",
            "h3", "p", "a", "code", "section", "dl", "dt", "dd", "div",
            "table", "caption", "thead", "tbody", "tr", "th", "td"}
    VOID = {"meta"}
    ATTRIBUTES = {"lang", "charset", "name", "content", "class", "id", "href",
                  "scope"}

    def __init__(self, r, status=200):
        super().__init__(convert_charrefs=True)
        assert r.status == status, r
        assert r.headers["Content-Type"] == "text/html; charset=utf-8"
        self.open, self.ids, self.links = [], [], []
        self.tables, self.terms, self.texts, self.headings = [], {}, [], []
        self.style = self.term = None
        text = r.body.decode()
        assert text.startswith("<!DOCTYPE html>\n<html lang=\"en\">")
        assert "width=device-width" in text
        self.feed(text)
        self.close()
        assert not self.open
        assert len(self.ids) == len(set(self.ids))
        for link in self.links:
            assert link.startswith("?") or link[1:] in self.ids, link

    def handle_starttag(self, tag, attrs):
        assert tag in self.TAGS | self.VOID, tag
        assert {a for a, _ in attrs} <= self.ATTRIBUTES, (tag, attrs)
        self.ids += [v for a, v in attrs if a == "id"]
        self.links += [v for a, v in attrs if a == "href"]
        if tag in self.VOID:
            return
        self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style = data
            return
        if not data.strip():
            return
        self.texts.append(data)
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data
        elif self.open[-1] == "dt":
            self.term = data
        elif self.open[-1] == "dd":
            self.terms[self.term] = data
        elif self.open[-1] in ("h1", "h2"):
            self.headings.append(data)

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_pi = unknown_decl = handle_comment


# ---- who may see it ----

def test_nobody_without_a_key_by_default(gw):
    for path in (CATALOG, CATALOG + "/qwen-plus", CATALOG + "?format=html"):
        for accept in (BROWSER, "*/*"):
            r = get(gw, path, Accept=accept)
            refused(r, "missing_api_key")
            assert r.headers["Cache-Control"] == "no-store"


def test_where_it_is_on(gate, up):
    everywhere = sorted(MODELS, key=lambda n: n.encode())
    assert ids(get(gate)) == everywhere
    assert ids(get(gate, "/open" + CATALOG)) == ["a1", "a2"]
    # what a section does not say it has from those around it
    assert ids(get(gate, "/open/deeper" + CATALOG)) == ["a1", "a2"]
    with costs_nothing(gate, up):
        for path in ("/shut", "/open/shut"):
            refused(get(gate, path + CATALOG), "missing_api_key")
            refused(get(gate, path + CATALOG + "/a1"), "missing_api_key")
        refused(get(gate, X_Shut="yes"), "missing_api_key")
        for path in ("/v1/key", "/v1/usage", "/v1/receipts"):
            refused(get(gate, path, Accept=BROWSER), "missing_api_key")
        refused(get(gate, "/llmgw/admin/v1/models"), "missing_api_key")


def test_a_key_is_still_judged(gate, up):
    key = gate.new_key(models=["a1", "b*"])
    assert ids(get(gate, key=key)) == ["a1", "b1"]
    assert ids(get(gate, "/open" + CATALOG, key=key)) == ["a1"]
    page = Page(get(gate, key=key, Accept=BROWSER))
    assert page.headings[1:] == ["Model A", "b1"]
    refused(get(gate, CATALOG + "/a2", key=key), "model_not_found", "model")
    r = get(gate, key=key)
    assert r.headers["Cache-Control"] == "no-store"
    assert "ETag" not in r.headers
    with costs_nothing(gate, up):
        for headers in ({"Authorization": "Bearer sk-x"},
                        {"x_api_key": "sk-gtw-x"}, {"api_key": "x"}):
            refused(get(gate, Accept=BROWSER, **headers), "invalid_api_key")


def test_what_is_not_for_sale_is_not_shown(gate):
    for name in ("hidden-model-1", "hidden-model-2", "hidden-model-3",
                 "hidden-model-4", "no-such"):
        r = get(gate, CATALOG + "/" + name)
        text = refused(r, "model_not_found", "model")
        assert text == f"The model '{name}' does not exist or you do not " \
                       "have access to it."
        assert Page(get(gate, CATALOG + "/" + name, Accept=BROWSER),
                    404).headings == ["No such model"]
    refused(get(gate, "/open" + CATALOG + "/b1"), "model_not_found", "model")


def test_nothing_of_upstreams_is_in_any_byte(gate):
    paths = [CATALOG, "/open" + CATALOG, "/v1/models", CATALOG + "/a1",
             "/v1/models/a1", CATALOG + "/no-such"]
    for path in paths:
        for accept in ("*/*", BROWSER):
            r = get(gate, path, Accept=accept)
            said = r.body.decode() + str(r.headers)
            found = [word for word in HIDDEN if word in said]
            assert found == [], path


# ---- what is in it ----

@pytest.mark.parametrize("accept, query, is_html", [
    (None, "", False), ("*/*", "", False), ("application/json", "", False),
    ("application/json, text/html", "", False), (BROWSER, "", True),
    ("text/html", "", True), ("TEXT/HTML;q=0.1", "", True),
    ("text/html;q=0.5, application/json;q=0.6", "", False),
    ("text/*;q=0.5, */*;q=0.4", "", True), ("text/html;q=0, */*", "", False),
    ("image/png", "", False), ("text/plain", "", False),
    ("a/b;x=\"text/html\"", "", False), ("text/html;q=2", "", False),
    ("*/*", "?format=html", True), ("application/json", "?format=html", True),
    (BROWSER, "?format=json", False)])
def test_who_gets_a_page(gate, accept, query, is_html):
    for path in (CATALOG, CATALOG + "/a1", CATALOG + "/none"):
        r = gate.request("GET", path + query,
                         headers={"Accept": accept} if accept else {})
        want = "text/html; charset=utf-8" if is_html else "application/json"
        assert r.headers["Content-Type"] == want, path
        assert "Accept" in vary(r)
        request_id(r)


def test_a_format_that_is_none(gate):
    for path in (CATALOG, CATALOG + "/a1"):
        for query in ("format=xml", "format=HTML", "format="):
            refused(get(gate, f"{path}?{query}", Accept=BROWSER),
                    "invalid_parameter", "format")


def test_the_page_of_a_model(gate):
    page = Page(get(gate, CATALOG + "/a-latest", Accept=BROWSER))
    assert page.headings == ["Models and prices", "Model A"]
    json_says = get(gate, CATALOG + "/a1").json()
    assert page.terms == {
        "Vendor": "vendor-of-a", "Other names": "a-latest",
        "Takes": "text, image", "Gives": "text",
        "Context": "1,048,576 tokens", "Longest answer": "65,536 tokens",
        "Longest thinking": "999 tokens", "An image": "1,280 tokens",
        "Thinking": "yes, where nobody says otherwise",
        "Caching": "implicit, from 1,024 tokens",
        "Endpoints": ", ".join(json_says["endpoints"]),
        **({"Translated": ", ".join(json_says["translated"])}
           if json_says["translated"] else {})}
    prices, parameters = page.tables
    assert prices == [
        ["Prompt, tokens", "Answer, tokens", "Input", "Cached input",
         "Output", "Output, when it thinks", "Each request"],
        # what a tier does not name is what is billed for it
        ["up to 32,000", "up to 200", "2", "0.4", "8", "8", "0"],
        ["up to 32,000", "above 200", "3", "3", "14", "15.5", "0"],
        ["32,001 to 166,000", "any", "4", "4", "16", "16", "0.01"],
        ["above 166,000", "any", "5", "5", "20", "20", "0"]]
    assert "CNY for 1,000,000 tokens, from 2026-01-02T03:04:05Z on" \
        in page.texts
    assert parameters == [
        ["Parameter", "Supported", "Values", "Only in", "Not with", "Note"],
        ["top_k", "yes", "0 to 1.5", "", "", NOTE],
        ["enable_thinking", "yes", "", "streams", "reasoning_effort, n", ""],
        ["response_format.json_schema", "no", "", "plain calls", "", ""],
        ["n", "yes", "from 1", "", "", ""],
        ["seed", "yes", "up to 2147483647", "", "", ""]]


def test_the_page_of_all(gate):
    page = Page(get(gate, Accept=BROWSER))
    names = sorted(MODELS, key=lambda n: n.encode())
    shown = [MODELS[n].get("name", n) for n in names]
    assert page.headings == ["Models and prices", *shown]
    assert page.tables[0][0] == ["Model", "Input", "Output", "Context",
                                 "Takes"]
    assert [row[0] for row in page.tables[0][1:]] == names
    lines = {row[0]: row[1:] for row in page.tables[0]}
    assert lines["a1"] == ["2 to 5 CNY", "8 to 20 CNY", "1,048,576",
                           "text, image"]
    assert lines["b1"] == ["free", "free", "", "text"]
    assert len(page.links) == len(names)


def test_the_page_in_parts(gate):
    seen, query = [], "?limit=2"
    while query:
        page = Page(get(gate, CATALOG + query, Accept=BROWSER))
        seen += page.headings[1:]
        more = [link for link in page.links if link.startswith("?")]
        assert len(set(more)) <= 1
        query = more[0] if more else None
        assert query is None or "limit=2" in query
    names = sorted(MODELS, key=lambda n: n.encode())
    assert seen == [MODELS[n].get("name", n) for n in names]
    # what the client wrote is text there
    r = get(gate, CATALOG + "?limit=1&format=html&after=%22%3E%3Cscript%3E")
    page = Page(r)
    assert "<script>" not in page.links and len(page.headings) == 2


def test_an_empty_page(gate):
    page = Page(get(gate, "/nothing" + CATALOG, Accept=BROWSER))
    assert "There are no models here." in page.texts and not page.tables
    assert ids(get(gate, "/nothing" + CATALOG)) == []


def test_a_price_that_lies_ahead_is_shown(gate):
    route = [{"upstream": "inner-upstream"}]
    flat = {"currency": "USD", "tiers": [{"input": "1", "output": "2"}]}
    gate.must("PUT", "/models/zz-ahead", {"routes": route, "price": flat})
    gate.must("PATCH", "/models/zz-ahead", {"price": {
        "from": "2099-01-01T00:00:00Z",
        "tiers": [{"input": "0.5", "output": "2"}]}})
    try:
        page = Page(get(gate, CATALOG + "/zz-ahead", Accept=BROWSER))
        now, then = page.tables
        assert now[1:] == [["any", "1", "2"]]
        assert then[1:] == [["any", "0.5", "2"]]
        assert "USD for 1,000,000 tokens, from 2099-01-01T00:00:00Z on" \
            in page.texts
    finally:
        gate.must("DELETE", "/models/zz-ahead")


# ---- what others wrote is text ----

def test_markup_is_shown_and_never_read(gate):
    url = CATALOG + "/" + urllib.parse.quote(EVIL, safe="")
    for path in (CATALOG, url):
        r = get(gate, path, Accept=BROWSER)
        page = Page(r)              # only elements of ours, all balanced
        assert NAME in page.headings
        assert page.terms["Vendor"] in (NAME, "llmgw")
        assert EVIL in page.texts
        assert NOTE in [row[5] for table in page.tables for row in table
                        if len(row) == 6]
        body = r.body.decode()
        # no < of theirs, no quote of theirs in an attribute
        assert not re.search(r"<(script|img|svg|b)\b", body)
        assert set(re.findall(r"<!?/?(\w+)", body)) <= (
            Page.TAGS | Page.VOID | {"DOCTYPE"})
    page = Page(get(gate, url, Accept=BROWSER))
    assert page.terms["Other names"] == "<b>alias</b>"
    assert get(gate, url).json()["id"] == EVIL


@pytest.mark.parametrize("name", [
    EVIL + "-not", "\"><script>alert(1)</script>", "a'b", "&lt;", "x" * 200])
def test_an_unknown_name_is_shown_as_text(gate, name):
    url = CATALOG + "/" + urllib.parse.quote(name, safe="")
    page = Page(get(gate, url, Accept=BROWSER), 404)
    assert name in page.texts
    refused(get(gate, url), "model_not_found", "model")


def test_the_style_is_all_that_a_browser_may_use(gate):
    for path, status in ((CATALOG, 200), (CATALOG + "/a1", 200),
                         (CATALOG + "/none", 404)):
        r = get(gate, path, Accept=BROWSER)
        page = Page(r, status)
        digest = hashlib.sha256(page.style.encode()).digest()
        assert r.headers.get_all("Content-Security-Policy") == [
            "default-src 'none'; style-src 'sha256-"
            + base64.b64encode(digest).decode()
            + "'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"]
        assert r.headers["X-Content-Type-Options"] == "nosniff"
        assert r.headers["Referrer-Policy"] == "no-referrer"
        assert "url(" not in page.style and "@import" not in page.style
        assert "prefers-color-scheme:dark" in page.style
        assert page.style.count("{") == page.style.count("}")
        assert "Set-Cookie" not in r.headers
    assert "Content-Security-Policy" not in get(gate).headers


# ---- caches ----

def test_anonymous_answers_may_be_kept(gate):
    for path in (CATALOG, CATALOG + "/a1", "/v1/models", "/v1/models/a1"):
        tags = set()
        for accept in (BROWSER, "*/*"):
            r = get(gate, path, Accept=accept)
            assert r.headers["Cache-Control"] == "public, max-age=60"
            assert {"Authorization", "x-api-key", "api-key"} <= vary(r)
            tag = r.headers["ETag"]
            tags.add(tag)
            head = get(gate, path, method="HEAD", Accept=accept)
            assert head.status == 200 and head.body == b""
            assert head.headers["ETag"] == tag
            assert head.headers["Content-Length"] == str(len(r.body))
            for known in (tag, "W/" + tag, f'"x", {tag}', "*"):
                same = get(gate, path, Accept=accept, If_None_Match=known)
                assert same.status == 304 and same.body == b"", known
                assert same.headers["ETag"] == tag
            other = get(gate, path, Accept=accept, If_None_Match='"other"')
            assert other.status == 200 and other.body == r.body
        assert len(tags) == (2 if "catalog" in path else 1)
    # what is refused is kept nowhere
    for path in (CATALOG + "/none", CATALOG + "?x=1", "/v1/models/none"):
        for accept in (BROWSER, "*/*"):
            r = get(gate, path, Accept=accept)
            assert r.status in (400, 404)
            assert r.headers["Cache-Control"] == "no-store"
            assert "ETag" not in r.headers


def test_a_change_changes_the_tag(gate):
    tag = get(gate).headers["ETag"]
    gate.must("PATCH", "/models/a2", {"name": "Other"})
    try:
        r = get(gate, If_None_Match=tag)
        assert r.status == 200 and r.headers["ETag"] != tag
        assert "Other" in r.body.decode()
    finally:
        gate.must("PATCH", "/models/a2", {"name": None})
    assert get(gate).headers["ETag"] == tag


def test_with_a_key_nothing_is_kept(gate):
    key = gate.new_key()
    tag = get(gate).headers["ETag"]
    for accept in (BROWSER, "*/*"):
        r = get(gate, key=key, Accept=accept, If_None_Match=tag)
        assert r.status == 200
        assert r.headers["Cache-Control"] == "no-store"
        assert "Accept" in vary(r)
