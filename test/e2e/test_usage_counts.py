"""Usage objects that are odd: what is a count, what is none, and that no
byte of them changes on its way."""
import pytest

from harness.shapes import EXACT, bill, chunk, padded, plain, sse
from harness.upstream import answer, body, end, event, done, head

MOST = 10**8            # tokens; above it, a count is as good as absent


@pytest.fixture
def gw(agw):
    return agw


def usage(prompt, completion, *more):
    members = [f'"prompt_tokens":{prompt}', f'"completion_tokens":{completion}',
               *more]
    return "{" + ",".join(members) + "}"


def document(usage_text):
    return ('{"choices":[{"index":0,"message":{"content":"four"}}],"usage":'
            + usage_text + "}").encode()


EST = "estimated/estimated "
ODD = {
    # counts that are none leave the other one standing
    "string": (usage('"1000"', 50), EST + "645000000: input 58, output 50"
                                          " [inconsistent]"),
    "float": (usage(1000, "50.0"), EST + "2510000000: input 1000, output 1"
                                         " [inconsistent]"),
    "exponent": (usage(1000, "5e1"), EST + "2510000000: input 1000, output 1"
                                           " [inconsistent]"),
    "negative": (usage(-5, 50), EST + "645000000: input 58, output 50"
                                      " [inconsistent]"),
    "minus-zero": (usage("-0", 50), EST + "645000000: input 58, output 50"
                                          " [inconsistent]"),
    "bool": (usage("true", 50), EST + "645000000: input 58, output 50"
                                      " [inconsistent]"),
    "array": (usage("[1000]", 50), EST + "645000000: input 58, output 50"
                                         " [inconsistent]"),
    "null": (usage("null", "null"), EST + "155000000: input 58, output 1"),
    "empty": ("{}", EST + "155000000: input 58, output 1"),
    "huge": (usage(1000, "1" * 60), EST + "2510000000: input 1000, output 1"
                                          " [inconsistent]"),
    # the total tells the completion
    "total-only": ('{"prompt_tokens":1000,"total_tokens":1050}', EXACT),
    "twice": ('{"prompt_tokens":900,"completion_tokens":50,'
              '"prompt_tokens":1000}', EXACT),
    "escaped": ('{"prompt\\u005ftokens":1000,"completion_tokens":50}', EXACT),
    "other-names": ('{"input_tokens":1000,"output_tokens":50}', EXACT),
    "nul": ('{"note":"a\\u0000b","prompt_tokens":1000,'
            '"completion_tokens":50}', EXACT),
    "deep": ('{"x":' + "[" * 60 + "]" * 60 + ',"prompt_tokens":1000,'
             '"completion_tokens":50}', EXACT),
    "contradiction": (usage(1000, 50, '"total_tokens":9999'),
                      EXACT + " [inconsistent]"),
    "no-output": (usage(1000, 0), "settled/reported 2500000000: input 1000"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_usage(gw, up, key, name):
    text, want = ODD[name]
    data = document(text)
    up.script(answer(data))
    assert gw.chat(key).body == data
    stream = (sse(chunk("four"), done=False)
              + b'data: {"choices":[{"index":0,"delta":{},"finish_reason":'
              b'"stop"}],"usage":' + text.encode() + b"}\n\n"
              + sse(done=True))
    up.script(head(), body(stream), end())
    with gw.stream(key) as s:
        assert s.rest() == stream
    rows = gw.settled(key, 2)
    assert [bill(r) for r in rows] == [want, want]


def test_more_than_can_be(gw, up, key):
    """An estimate takes its place, for nobody has so many tokens."""
    gw.expect_log("LG0050")
    up.script(answer(document(usage(MOST, 50))))
    up.script(answer(document(usage(MOST + 1, 50))))
    up.script(answer(document(usage(1000, MOST + 1))))
    for _ in range(3):
        assert gw.chat(key).status == 200
    first, second, third = gw.settled(key, 3)
    assert bill(first) == (f"settled/reported {MOST * 7000000 + 50 * 28000000}"
                           f": input {MOST}, output 50 [reserve_short]")
    assert first["tier"] == 2
    assert bill(second) == EST + "645000000: input 58, output 50"
    assert bill(third) == EST + "2510000000: input 1000, output 1"


def test_bytes_that_are_no_utf8_pass_and_do_not_stop_the_reading(gw, up, key):
    bad = (b'{"choices":[{"index":0,"message":{"content":"\xff\xfe\x80"}}],'
           b'"x\xc3":1,"usage":{"prompt_tokens":1000,"completion_tokens":50}}')
    up.script(answer(bad))
    assert gw.chat(key).body == bad
    stream = (b'data: {"choices":[{"index":0,"delta":{"content":"\xe9\xa0"}}]}'
              b"\n\ndata: " + bad + b"\n\ndata: [DONE]\n\n")
    up.script(head(), body(stream), end())
    with gw.stream(key) as s:
        assert s.rest() == stream
    assert [bill(r) for r in gw.settled(key, 2)] == [EXACT] * 2


def test_an_event_that_is_no_json_passes_and_the_next_is_read(gw, up, key):
    sent = (b"data: {broken\n\ndata:\n\ndata: 42\n\nevent: ping\n\n"
            + sse(chunk("Hi"), chunk(finish="stop", usage={
                "prompt_tokens": 1000, "completion_tokens": 50})))
    up.script(head(), body(sent), end())
    with gw.stream(key) as s:
        assert s.rest() == sent
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_choices_that_are_null_or_missing(gw, up, key):
    sent = [{"choices": None}, {"id": "x"}, chunk("Hi"),
            chunk(finish="stop", usage={"prompt_tokens": 1000,
                                        "completion_tokens": 50})]
    up.script(head(), [event(e) for e in sent], done())
    with gw.stream(key) as s:
        assert s.rest() == sse(*sent)
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_usage_with_null_choices_is_not_hidden(gw, up, key):
    """Hidden is only what a client's choices[0] would fail on."""
    last = {"choices": None, "usage": {"prompt_tokens": 1000,
                                       "completion_tokens": 50}}
    sent = [chunk("Hi"), chunk(finish="stop"), last]
    up.script(head(), [event(e) for e in sent], done())
    with gw.stream(key) as s:
        assert s.rest() == sse(*sent)
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_finish_reason_twice(gw, up, key):
    sent = [chunk("Hi"), chunk(finish="stop"), chunk(finish="stop", usage={
        "prompt_tokens": 1000, "completion_tokens": 50})]
    up.script(head(), [event(e) for e in sent], done())
    with gw.stream(key) as s:
        assert s.rest() == sse(*sent)
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_free_model_keeps_its_counts(gw, up, key):
    up.script(answer(plain()))
    up.script(answer(plain(usage=None)))
    for _ in range(2):
        assert gw.chat(key, model="free-model").status == 200
    counted, guessed = gw.settled(key, 2)
    assert bill(counted) == "free/reported 0: input 1000, output 50"
    assert bill(guessed) == "free/reported 0: input 58, output 2"


def test_a_price_of_zero_is_settled_not_free(gw, up, key):
    gw.must("PUT", "/models/gratis", {"routes": [{"upstream": "mock"}],
            "price": {"currency": "CNY", "tiers": [
                {"input": "0", "output": "0"}]}})
    up.script(answer(plain()))
    assert gw.chat(key, model="gratis").status == 200
    row, = gw.settled(key)
    assert bill(row) == "settled/reported 0: input 1000, output 50"


def test_what_the_rules_of_estimates_work_out_to(gw, up, key):
    """4 000 bytes in 3 messages, 901 bytes out; the bill of the rules."""
    body = padded({"model": "qwen3-max", "messages": [
        {"role": "user", "content": "x" * n} for n in (1000, 1000, 1000)]},
        4000)
    up.script(answer(plain("y" * 901, usage=None)))
    assert gw.request("POST", "/v1/chat/completions", body, key).status == 200
    row, = gw.settled(key)
    assert bill(row) == \
        "estimated/estimated 4820000000: input 1024, output 226"


def test_an_estimate_never_passes_the_reserve(gw, up, key):
    """max_tokens 10: the reserve knows 10 tokens of output, whatever the
    upstream sent: (200 + 512 + 16) x 2 500 000 + 10 x 10 000 000 = 1 920 000
    000.  So many tokens are billed as it has room for."""
    up.script(answer(plain("y" * 4000, usage=None)))
    assert gw.chat(key, max_tokens=10).status == 200
    row, = gw.settled(key)
    assert bill(row) == \
        "estimated/estimated 1915000000: input 58, output 177"
