"""Usage as other writers have it: numbers that are no JSON beside it, caches
under other names, counts that are all zero."""
import json

import pytest

from harness.shapes import EXACT, bill, chunk, sse
from harness.upstream import answer, body, end, event, gate, head

# at qwen3-max's first tier: input 2.5, cache_read 0.5, output 10
CACHED = ("settled/reported 2200000000: input 600, cache_read 400, "
          "output 50")
WRITTEN_5M = ("settled/reported 3000000000: input 600, cache_write_5m 400, "
              "output 50")
WRITTEN_1H = ("settled/reported 3000000000: input 600, cache_write_1h 400, "
              "output 50")


@pytest.fixture
def gw(agw):
    return agw


def both(gw, up, key, usage, logprobs="null"):
    """The bills of a document and of a stream with this usage."""
    choice = '"index":0,"logprobs":%s,"finish_reason":"stop"' % logprobs
    document = ('{"choices":[{%s,"message":{"content":"four"}}],"usage":%s}'
                % (choice, usage)).encode()
    up.script(answer(document))
    assert gw.chat(key).body == document
    stream = (sse(chunk("four"), done=False)
              + ('data: {"choices":[{%s,"delta":{"content":"s"}}],"usage":%s}'
                 "\n\n" % (choice, usage)).encode() + sse())
    up.script(head(), body(stream), end())
    with gw.stream(key) as s:
        assert s.rest() == stream
    return [bill(r) for r in gw.settled(key, 2)]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "nan",
                                  "-inf", "+Infinity", "None", "-nan(ind)"])
def test_words_that_are_no_json(gw, up, key, word):
    """Fault 3.4: the reading ended there, and usage behind was lost."""
    logprobs = ('{"content":[{"token":"a","logprob":%s,"top":[%s, %s ]}]}'
                % (word, word, word))
    assert both(gw, up, key, '{"prompt_tokens":1000,"completion_tokens":50}',
                logprobs) == [EXACT] * 2


def test_a_word_as_a_count_is_none(gw, up, key):
    """Fault 3.4: the other counts stand."""
    assert both(gw, up, key, '{"prompt_tokens":1000,"completion_tokens":50,'
                '"total_tokens":NaN}') == [EXACT + " [inconsistent]"] * 2


NAMES = {
    "cache_read_input_tokens": CACHED,
    "cache_read_tokens": CACHED,
    "cached_input_tokens": CACHED,
    "cache_write_tokens": WRITTEN_5M,
    "cache_creation_tokens": WRITTEN_5M,
    "claude_cache_creation_5_m_tokens": WRITTEN_5M,
    "claude_cache_creation_1_h_tokens": WRITTEN_1H,
    "prompt_tokens_details.cached_creation_tokens": WRITTEN_5M,
    "prompt_tokens_details.cache_creation_tokens": WRITTEN_5M,
    "prompt_tokens_details.cached_write_tokens": WRITTEN_5M,
    "prompt_tokens_details.cache_read_tokens": CACHED,
    "input_tokens_details.cache_read_input_tokens": CACHED,
}


def usage_with(name, count, **more):
    usage = dict({"prompt_tokens": 1000, "completion_tokens": 50}, **more)
    *outer, last = name.split(".")
    at = usage
    for part in outer:
        at = at.setdefault(part, {})
    at[last] = count
    return json.dumps(usage)


@pytest.mark.parametrize("name", NAMES)
def test_caches_under_other_names(gw, up, key, name):
    """Fault 3.5: they were not read, and billed as fresh input."""
    assert both(gw, up, key, usage_with(name, 400)) == [NAMES[name]] * 2


def test_the_largest_of_several_names_counts(gw, up, key):
    """Fault 3.5: of two names for one count one was not read."""
    assert both(gw, up, key, usage_with(
        "prompt_tokens_details.cached_tokens", 100, cache_read_tokens=400,
        prompt_cache_hit_tokens=300)) == [CACHED] * 2


@pytest.mark.parametrize("name", [
    "warm_cache_tokens", "cacheHits", "prompt_tokens_details.Cached_Audio",
    "completion_tokens_details.cache_tokens", "more.cache_n",
    "cache_details.read"])
def test_a_cache_that_nobody_knows_flags_the_row(gw, up, key, name):
    """Fault 3.5: nothing showed that a count was left out."""
    assert both(gw, up, key, usage_with(name, 7)) \
        == [EXACT + " [inconsistent]"] * 2


@pytest.mark.parametrize("name,value", [
    ("warm_cache_tokens", 0), ("cache_note", "400"), ("cache_x", None),
    ("prompt_cache_miss_tokens", 1000), ("cache_rate", 0.4),
    ("prompt_tokens_details.cached_tokens_details", {"text_tokens": 0})])
def test_what_counts_no_cache_flags_nothing(gw, up, key, name, value):
    assert both(gw, up, key, usage_with(name, value)) == [EXACT] * 2


ZERO = '{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}'


def test_zeros_beside_text_are_no_usage(gw, up, key):
    """Fault 3.6: an answer was settled as free."""
    first, second = both(gw, up, key, ZERO)
    assert first == ("estimated/estimated 155000000: input 58, output 1 "
                     "[inconsistent]")
    assert second == ("estimated/estimated 165000000: input 58, output 2 "
                      "[inconsistent]")


def test_zeros_so_far_give_no_prompt(gw, up, key):
    """Fault 3.6: who left a stream of running zeros paid no prompt."""
    up.script(head(), event(chunk("")), event(chunk("four", usage=json.loads(
        ZERO))), gate("never"))
    with gw.stream(key, model="canceller") as s:
        s.event(), s.event()
    row, = gw.settled(key)
    assert bill(row) == ("estimated/estimated 155000000: input 58, output 1 "
                         "[inconsistent, client_left]")
