"""CSV that whoever pays opens in a spreadsheet: names are text there."""
import csv
import io

import pytest

from harness import bulk

ASK = "/usage?from=2020-01-01&to=2030-01-01&group_by=team,key,model&format=csv"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '"=1+1', "'=1", '" =1"',
            '=HYPERLINK("http://x","y")', "＝1", "＋1", "－1", "＠x", "’=1"]
INSIDE = [("a;=1+1", "a;'=1+1"), ("a; @x", "a;' @x"), ('a;"+1', "a;'\"+1")]


@pytest.fixture(scope="module")
def report(module_gw):
    """report(names): the report of rows of keys of these names, an amount
    below zero among them, as text and as cells by name."""
    gw = module_gw()
    gw.must("PUT", "/teams/=team", {})
    gw.must("PUT", "/models/@cf%2Fllama", {"free": True, "routes": [
        {"upstream": "mock"}]})
    numbers = iter(range(1000))

    def make(names):
        ids = bulk.names(gw)
        keys = [gw.must("POST", "/keys", {"name": n, "team": "=team"})["id"]
                for n in names]
        ids = bulk.names(gw)
        bulk.fill(gw.database, [
            {"id": bulk.ledger_id("2025-01-01", next(numbers)), "kind": 1,
             "team_id": ids["team", "=team"], "key_id": ids["key", key],
             "model_id": ids["model", "@cf/llama"], "amount": -5 * 10**11,
             "currency_id": ids["currency", "CNY"]} for key in keys])
        text = gw.admin("GET", ASK).body.decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=""),
                                   strict=True))
        return text, [next(r for r in rows if r["key"] == k) for k in keys]
    return make


def test_a_name_is_no_formula(report):
    """Fault 1.9: a cell that begins as a formula does, behind blanks and
    quotes too, begins with an apostrophe and is quoted."""
    text, rows = report(FORMULAS)
    for name, row in zip(FORMULAS, rows, strict=True):
        assert row["key_name"] == "'" + name.strip() \
            or row["key_name"] == "'" + name
        assert f""","{row['key_name'].replace('"', '""')}",""" in text
        assert row["team"] == "'=team" and row["model"] == "'@cf/llama"


def test_nor_is_the_rest_behind_another_separator(report):
    """Fault 1.9: where a program takes ; for the end of a cell, what follows
    is no formula either."""
    _, rows = report([name for name, _ in INSIDE])
    assert [r["key_name"] for r in rows] == [want for _, want in INSIDE]


def test_text_is_quoted_and_numbers_are_not(report):
    """Fault 1.9: every text is quoted; our numbers stay numbers."""
    text, rows = report(["plain"])
    assert rows[0]["amount"] == "-0.5"
    line = next(x for x in text.split("\r\n") if '"plain"' in x)
    assert line == f""""'=team","{rows[0]['key']}","plain","'@cf/llama",""" \
        '"CNY",0,0,0,0,0,0,-0.5'


def test_plain_names_stay(report):
    names = ["plain", "a=b", "a, b", "x-y", 'say "hi"', "a;b", "中文", "1-2"]
    _, rows = report(names)
    assert [r["key_name"] for r in rows] == names
