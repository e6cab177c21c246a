"""Answers in the shapes that vendors send, each with the bill that must come
of it: test/data/answers/NAME.sse (or .body) beside NAME.json."""
import json
import pathlib
import re

import pytest

from harness.shapes import bill
from harness.upstream import end, head, pieces, raw

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "answers"
NAMES = sorted(p.stem for p in DATA.glob("*.json"))
STREAMS = [n for n in NAMES if (DATA / f"{n}.sse").exists()]
PLAINS = [n for n in NAMES if (DATA / f"{n}.body").exists()]


@pytest.fixture
def gw(agw):
    return agw


def read(name, kind):
    return (json.loads((DATA / f"{name}.json").read_text()),
            (DATA / f"{name}.{kind}").read_bytes())


def set_up(gw, up, name, spec):
    gw.must("PUT", f"/upstreams/{name}", dict(
        spec["upstream"], base_url=up.url + "/v1", dialect="openai",
        credentials=[{"secret": "sk-upstream"}]))
    gw.must("PUT", f"/models/{name}",
            dict(spec["model"], routes=[{"upstream": name}]))


def without(stream, index, end_of_event=b"\n\n"):
    """The stream minus its event of this number."""
    if index is None:
        return stream
    events = stream.split(end_of_event)
    del events[index]
    return end_of_event.join(events)


def check_rows(gw, key, spec, count):
    for row in gw.settled(key, count):
        assert bill(row) == spec["bill"]
        assert row["tier"] == spec.get("tier", 0)


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_passes_unchanged_and_is_billed(gw, up, name):
    spec, stream = read(name, "sse")
    set_up(gw, up, name, spec)
    key = gw.new_key()
    crlf = stream.replace(b"\n", b"\r\n")
    asked = {"stream_options": {"include_usage": True}}
    for sent, more, want, size in [
            (stream, {}, without(stream, spec["hidden"]), len(stream)),
            (stream, asked, stream, len(stream)),
            (stream, {}, without(stream, spec["hidden"]), 7),
            (crlf, {}, without(crlf, spec["hidden"], b"\r\n\r\n"), 50)]:
        up.script(head(content_type=spec["content_type"]),
                  pieces(sent, size), end())
        with gw.stream(key, model=name, **more, **spec.get("request", {})) \
                as s:
            assert s.rest() == want and s.ended
        assert s.headers["content-type"] == spec["content_type"]
    for request in up.requests:
        assert request.json()["stream_options"] == {"include_usage": True}
    check_rows(gw, key, spec, 4)


@pytest.mark.parametrize("name", PLAINS)
def test_a_document_passes_unchanged_and_is_billed(gw, up, name):
    spec, document = read(name, "body")
    set_up(gw, up, name, spec)
    key = gw.new_key()
    up.script(head(content_type="application/json", length=len(document)),
              raw(document))
    up.script(head(content_type="application/json"), pieces(document, 7),
              end())
    for _ in range(2):
        r = gw.chat(key, model=name, **spec.get("request", {}))
        assert r.status == 200 and r.body == document
    check_rows(gw, key, spec, 2)


@pytest.mark.parametrize("name", NAMES)
def test_the_bill_is_what_its_sum_says(name):
    """The amount in the file, worked out once more from the integers."""
    spec = json.loads((DATA / f"{name}.json").read_text())
    assert re.fullmatch(r"\d+\*\d+( \+ \d+\*\d+)*", spec["sum"])
    total = sum(int(a) * int(b) for a, b in (
        part.split("*") for part in spec["sum"].split(" + ")))
    assert f"{total}: " in spec["bill"]
