"""The parameters matrix of a model: how it is saved, refused and shown."""
import json

import pytest

from harness.checks import refused
from test_admin_body import nothing_changes

ROUTES = [{"upstream": "mock"}]
# bytes as they are written, since numbers are kept so
MATRIX = """[
 {"name": "enable_thinking", "only": "stream"},
 {"name": "thinking_budget", "min": 1, "max": 81920,
  "excludes": ["reasoning_effort", "not_in_the_list"]},
 {"name": "reasoning_effort", "supported": false, "note": "<b>\\u00e9</b> & co"},
 {"name": "temperature", "min": 0.0, "max": 2.00, "supported": true},
 {"name": "top_p", "min": 1e-7, "max": 1.0E+0},
 {"name": "seed", "min": -9223372036854775807, "max": 9223372036854775807},
 {"name": "messages[].content[].cache_control", "only": "plain"},
 {"name": "response_format.json_schema"}, "tools"]"""
NUMBERS = ["81920", "0.0", "2.00", "1e-7", "1.0E+0", "-9223372036854775807",
           "9223372036854775807"]


def put(gw, name, parameters, **more):
    body = json.dumps(dict({"routes": ROUTES, "free": True}, **more))
    return gw.request("PUT", "/llmgw/admin/v1/models/" + name,
                      (body[:-1] + ', "parameters": ' + parameters
                       + "}").encode(), gw.admin_key())


def shown(gw, key, name):
    r = gw.request("GET", "/v1/model-catalog/" + name, key=key)
    assert r.status == 200, r
    return r


def test_it_is_shown_as_it_was_saved(gw, key):
    r = put(gw, "matrix", MATRIX)
    assert r.status == 200, r
    want = json.loads(MATRIX)
    assert r.json()["parameters"] == want
    catalog = shown(gw, key, "matrix")
    # a name alone is a row that says no more
    assert catalog.json()["parameters"] == want[:-1] + [{"name": "tools"}]
    for text in (r.body.decode(), catalog.body.decode()):
        for number in NUMBERS:
            assert f":{number}," in text or f":{number}}}" in text, number
    assert catalog.json()["capabilities"] == ["tools", "structured_output",
                                              "thinking"]
    whole = gw.must("GET", "/catalog")
    saved, = [m for m in whole["models"] if m["id"] == "matrix"]
    assert saved["parameters"] == want
    # what came out goes in and changes nothing
    r = gw.must("PUT", "/catalog", {"models": [saved]})
    assert r["errors"] == [] and not r["updated"]["models"]


def test_no_request_is_judged_by_it(gw, up, key):
    assert put(gw, "matrix-free", json.dumps([
        {"name": "temperature", "supported": False},
        {"name": "n", "min": 1, "max": 2, "only": "stream",
         "excludes": ["seed"]}])).status == 200
    r = gw.chat(key, model="matrix-free", temperature=9, n=50, seed=1)
    assert r.status == 200
    sent = up.requests[-1].json()
    assert (sent["temperature"], sent["n"], sent["seed"]) == (9, 50, 1)
    gw.settled(key)


def test_what_is_not_supported_is_no_capability(gw, key):
    def capabilities(*rows):
        assert put(gw, "matrix-words", json.dumps(rows)).status == 200
        return shown(gw, key, "matrix-words").json()["capabilities"]

    names = ("tools", "response_format", "enable_search", "enable_thinking")
    no = [{"name": n, "supported": False} for n in names]
    assert capabilities() == [] and capabilities(*no) == []
    assert capabilities(*names) == capabilities(
        *({"name": n} for n in names)) == [
            "tools", "structured_output", "search", "thinking"]
    assert capabilities("response_format", {
        "name": "response_format.json_schema"}) == ["structured_output"]


def test_it_is_patched_as_a_whole(gw, key):
    assert put(gw, "matrix-patch", MATRIX).status == 200
    url = "/models/matrix-patch"
    for patch, want in (
            ({"parameters": [{"name": "n", "max": 4}]},
             [{"name": "n", "max": 4}]),
            ({"name": "other"}, [{"name": "n", "max": 4}]),
            ({"parameters": []}, []), ({"parameters": None}, None)):
        gw.must("PATCH", url, patch)
        assert shown(gw, key, "matrix-patch").json()["parameters"] == want
    with nothing_changes(gw):
        refused(gw.admin("PATCH", url, {"parameters": {"name": "x"}}),
                "invalid_parameter", "parameters")
        refused(gw.admin("PATCH", url, {"parameters": [{"name": "x",
                                                        "min": None}]}),
                "invalid_parameter", "parameters[0].min")


GOOD = '{"name":"ok"}'
LONG = '{"name":"' + "x" * 64 + '","note":"' + "x" * 500 + '"}'


@pytest.mark.parametrize("parameters, param, why", [
    ("{}", "parameters", "must be an array"),
    ("null", "parameters", "must be an array"),
    ("[null]", "parameters[0]", "must be an object"),
    ("[[]]", "parameters[0]", "must be an object"),
    (f'[{GOOD},{{}}]', "parameters[1].name", "is missing"),
    (f'[{GOOD},{{"name":"x","minn":1}}]', "parameters[1].minn",
     "Known are: name, supported, min, max, only, excludes, note"),
    ('[{"name":""}]', "parameters[0].name", "1 to 64 bytes"),
    ('[""]', "parameters[0]", "1 to 64 bytes"),
    ('[{"name":"' + "x" * 65 + '"}]', "parameters[0].name", "1 to 64 bytes"),
    ('[{"name":"a b"}]', "parameters[0].name", "letters, digits"),
    ('[{"name":"<b>"}]', "parameters[0].name", "letters, digits"),
    ('[{"name":"\u00e9"}]', "parameters[0].name", "letters, digits"),
    ('["a/b"]', "parameters[0]", "letters, digits"),
    ('[{"name":"a\\u0000"}]', "parameters[0].name", "NUL"),
    ('[{"name":1}]', "parameters[0].name", "must be a string"),
    (f'[{GOOD},"x",{GOOD}]', "parameters[2].name", "is given twice"),
    (f'[{GOOD},"ok"]', "parameters[1].name", "is given twice"),
    ('[{"name":"x","supported":"yes"}]', "parameters[0].supported",
     "true or false"),
    ('[{"name":"x","supported":null}]', "parameters[0].supported",
     "true or false"),
    ('[{"name":"x","min":"1"}]', "parameters[0].min", "must be a number"),
    ('[{"name":"x","max":true}]', "parameters[0].max", "must be a number"),
    ('[{"name":"x","max":1e999}]', "parameters[0].max", "between"),
    ('[{"name":"x","min":-1e19}]', "parameters[0].min", "between"),
    ('[{"name":"x","max":18446744073709551616}]', "parameters[0].max",
     "between"),
    ('[{"name":"x","max":9223372036854775808}]', "parameters[0].max",
     "between"),
    ('[{"name":"x","min":-9223372036854775809}]', "parameters[0].min",
     "between"),
    ('[{"name":"x","min":0.' + "1" * 40 + '}]', "parameters[0].min",
     "32 characters"),
    ('[{"name":"x","min":2,"max":1}]', "parameters[0].min", "above 'max'"),
    ('[{"name":"x","min":0.1,"max":0}]', "parameters[0].min", "above 'max'"),
    ('[{"name":"x","min":9007199254740993,"max":9007199254740992}]',
     "parameters[0].min", "above 'max'"),
    ('[{"name":"x","only":"sse"}]', "parameters[0].only", "stream, plain"),
    ('[{"name":"x","excludes":"y"}]', "parameters[0].excludes",
     "must be an array"),
    ('[{"name":"x","excludes":[1]}]', "parameters[0].excludes[0]",
     "must be a string"),
    ('[{"name":"x","excludes":["y","a b"]}]', "parameters[0].excludes[1]",
     "letters, digits"),
    ('[{"name":"x","excludes":["y","x"]}]', "parameters[0].excludes[1]",
     "itself"),
    ('[{"name":"x","excludes":["y","z","y"]}]', "parameters[0].excludes[2]",
     "is given twice"),
    ('[{"name":"x","excludes":' + json.dumps([f"p{i}" for i in range(65)])
     + '}]', "parameters[0].excludes", "at most 64"),
    ('[{"name":"x","note":""}]', "parameters[0].note", "1 to 500 bytes"),
    ('[{"name":"x","note":"' + "\u00e9" * 251 + '"}]', "parameters[0].note",
     "1 to 500 bytes"),
    ('[{"name":"x","note":"a\\nb"}]', "parameters[0].note", "control"),
    ('[{"name":"x","note":"a\\u202eb"}]', "parameters[0].note", ""),
    ('[{"name":"x","note":1}]', "parameters[0].note", "must be a string"),
    (json.dumps([{"name": f"p{i}"} for i in range(65)]), "parameters",
     "at most 64"),
])
def test_a_matrix_that_cannot_be(gw, parameters, param, why):
    with nothing_changes(gw):
        code = "missing_parameter" if why == "is missing" \
            else "invalid_parameter"
        refused(put(gw, "m1", parameters), code, param, why)


def test_the_most_that_there_may_be(gw, key):
    rows = [json.loads(LONG)] + [
        {"name": f"p{i}", "excludes": [f"q{k}" for k in range(64)],
         "min": 5, "max": 5} for i in range(63)]
    assert put(gw, "matrix-most", json.dumps(rows)).status == 200
    assert shown(gw, key, "matrix-most").json()["parameters"] == rows


def test_an_import_names_the_place(gw):
    r = gw.admin("PUT", "/catalog?dry_run=true", {"models": [
        {"id": "m1", "routes": ROUTES, "free": True},
        {"id": "m2", "routes": ROUTES, "free": True,
         "parameters": [GOOD[9:11], {"name": "x", "minn": 1}]}]}).json()
    assert [e["param"] for e in r["errors"]] == [
        "models[1].parameters[1].minn"]
