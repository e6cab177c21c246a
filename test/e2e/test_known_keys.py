"""A child knows a key again that was good a moment ago.  What is done to the
key meanwhile acts on the very next request all the same, on a connection that
stays open, of HTTP/1.1 and of HTTP/2."""
import datetime
import http.client
import json

import pytest

from conftest import ANSWER_MODELS, ONE_CHILD
from h2client import H2
from harness.keys import make, mistyped, typo
from harness.wait import PATIENCE

CHAT = "/v1/chat/completions"
BODY = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}


@pytest.fixture
def gw(module_gw, up):
    gateway = getattr(module_gw, "one", None)
    if gateway is None:
        gateway = module_gw.one = module_gw(
            ANSWER_MODELS, mpm_conf=ONE_CHILD, modules=("http2",),
            clock="runs", conf="Protocols h2c http/1.1")
        gateway.hours = 0       # that its wall clock is ahead
    gateway.must("PUT", "/teams/passing", {"name": "x", "disabled": False})
    gateway.must("PUT", "/models/qwen3-max", dict(
        ANSWER_MODELS["qwen3-max"], estimates="fixed",
        routes=[{"upstream": "mock"}]))
    gateway.new_log_lines()
    yield gateway
    gateway.check_log()
    gateway.check_books()


class One:
    """A connection of HTTP/1.1 that stays the same."""

    def __init__(self, port):
        self.c = http.client.HTTPConnection("127.0.0.1", port,
                                            timeout=PATIENCE)
        self.sock = None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.c.close()

    def __call__(self, key):
        self.c.request("POST", CHAT, json.dumps(BODY),
                       {"Authorization": "Bearer " + key})
        assert self.sock in (None, self.c.sock), "another connection"
        self.sock = self.c.sock
        r = self.c.getresponse()
        r.read()
        return r.status


class Two(H2):
    def __call__(self, key):
        stream = self.post(CHAT, BODY, key)
        stream.rest()
        return stream.status


@pytest.fixture(params=[One, Two], ids=["h1", "h2"])
def ask(request, gw):
    with request.param(gw.port) as connection:
        yield connection


def rotated(gw, key):
    gw.must("POST", f"/keys/{key[7:17]}/rotate", {"grace_seconds": 0})


def expired(gw, key):
    gw.clock.wall(3600)
    gw.hours += 1


def narrowed(**spec):
    return lambda gw, key: gw.must("PATCH", "/keys/" + key[7:17], spec)


@pytest.mark.parametrize("change, status", [
    (lambda gw, key: gw.must("DELETE", "/keys/" + key[7:17]), 401),
    (lambda gw, key: gw.must("DELETE", "/teams/passing"), 401),
    (rotated, 401), (expired, 401),
    (narrowed(models=["qwen-plus"]), 404),
    (narrowed(endpoints=["embeddings"]), 403),
    (narrowed(addresses=["10.0.0.0/8"]), 403),
    (lambda gw, key: gw.must("PATCH", "/teams/passing",
                             {"models": ["qwen-plus"]}), 404),
    (lambda gw, key: gw.must("DELETE", "/models/qwen3-max"), 404),
], ids=["revoked", "team", "rotated", "expired", "models", "endpoints",
        "addresses", "team's models", "catalogue"])
def test_what_is_done_to_a_known_key_acts_at_once(gw, ask, change, status):
    now = datetime.datetime.now(datetime.timezone.utc) \
        + datetime.timedelta(hours=gw.hours)
    key = gw.new_key(team="passing", expires_at=(
        now + datetime.timedelta(minutes=50)).isoformat(
            timespec="milliseconds"))
    assert [ask(key) for _ in range(3)] == [200] * 3
    change(gw, key)
    assert ask(key) == status
    gw.settled(key, 3)


def test_only_the_key_itself_is_known(gw, ask):
    key, other = gw.new_key(), gw.new_key()
    bad = [typo(key), mistyped(key), make(key[7:17]), make(), key + "x",
           key[:-1]]
    for k in bad:
        assert [ask(key), ask(k), ask(other), ask(key), ask(k)] == \
            [200, 401, 200, 200, 401]
    gw.settled(key, 2 * len(bad))
    gw.settled(other, len(bad))


def test_a_key_that_is_made_good_again_is_good_at_once(gw, ask):
    key = gw.new_key(endpoints=["embeddings"])
    assert [ask(key), ask(key)] == [403, 403]
    gw.must("PATCH", "/keys/" + key[7:17], {"endpoints": None})
    assert ask(key) == 200
    gw.settled(key)
