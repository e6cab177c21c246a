"""A key or team whose row cannot be read is trouble of ours, not the key's."""

import pytest

from harness import ledger
from harness.checks import refused

BAD = ["", "not json", "[]", '{"models":', "null", '{"models": 5}',
       '{"limits": []}', '{"budgets": {}}', '{"addresses": "x"}']


@pytest.mark.parametrize("spec", BAD)
@pytest.mark.parametrize("table", ["key", "team"])
def test_what_cannot_be_read_is_503(make_gw, spec, table):
    """Fault 4.9: 503 with Retry-After, never a word against the key."""
    gw = make_gw()
    gw.books = False
    gw.must("PUT", "/teams/broken", {})
    key = gw.new_key(team="broken")
    column, name = {"key": ("public_id", key[7:17]),
                    "team": ("name", "broken")}[table]
    ledger.change(gw, f"UPDATE {table} SET spec = ? WHERE {column} = ?", spec,
                  name)
    gw.stop()
    gw.start()
    for _ in range(2):
        for method, path, body in (
                ("GET", "/v1/models", None), ("GET", "/v1/key", None),
                ("POST", "/v1/chat/completions", {
                    "model": "qwen3-max", "messages": []})):
            r = gw.request(method, path, body, key)
            refused(r, "overloaded", message="the key cannot be looked up")
            assert r.headers["Retry-After"]
    gw.expect_log("LG0201", "LG0020")
    # another key, whose row is good, is not touched
    assert gw.request("GET", "/v1/models", key=gw.new_key()).status == 200
    ledger.change(gw, f"UPDATE {table} SET spec = '{{}}'")
    assert gw.request("GET", "/v1/models", key=key).status == 200
