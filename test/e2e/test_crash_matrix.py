"""Somebody is killed at every labelled step of a request's life, under load:
the child that stands there, the helper while it stands there, or everything.
A short run with a seed; `make -f apxs.mk crash` runs long."""
import http.client
import os
import random
import signal
import threading

import pytest

from harness.crowd import CHILDREN, Crowd, Killer, labels
from harness.httpd import TOP
from harness.wait import until

SEED = int(os.environ.get("LLMGW_SEED", "1"))


@pytest.fixture
def crowd(make_gw, up, tmp_path):
    """A crowd and a killer at its gateway."""
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    tmp_path.chmod(0o777)       # httpd's User removes the file
    gw = make_gw(flavour="crash", mpm_conf=CHILDREN, log_level="warn",
                 env={"LLMGW_CRASH": str(tmp_path / "crash")})
    crowd = Crowd(gw, up, SEED)
    crowd.killer = Killer(gw, tmp_path / "crash", random.Random(SEED))
    yield crowd
    gw.new_log_lines()          # who dies is said; the books say the rest


def test_a_helper_dead_between_commit_and_count(crowd):
    """Ledger and cells hold the same requests until the next helper has looked
    through them: meanwhile nobody reads what was spent.  The parent stands
    still meanwhile, so that it makes no other helper."""
    gw, key = crowd.gw, crowd.keys[0]
    assert gw.chat(key, model="crowd").status == 200
    gw.settled(key)
    crowd.killer.aim("written", 1, "stop")
    assert gw.chat(key, model="crowd").status == 200
    assert crowd.killer.wait_gone()
    assert len(gw.settled(key, 2)) == 2     # committed, and not counted
    helper, said = gw.helper_pid(), []
    reader = threading.Thread(target=lambda: said.append(
        gw.request("GET", "/v1/key", key=key)))
    gw.signal(signal.SIGSTOP)
    reader.start()                          # it waits for the mutex
    os.kill(helper, signal.SIGKILL)
    reader.join()
    gw.signal(signal.SIGCONT)
    assert said[0].json()["budgets"] is None, said
    gw.wait_helper(helper)
    crowd.asked[0].clear()
    crowd.checked = 2**62
    crowd.check()
    assert gw.chat(key, model="crowd").status == 200
    crowd.checked = 2**62
    crowd.check()


def test_a_write_dead_between_commit_and_its_coming_into_force(crowd):
    """The database says revoked and nobody was told: soon all is read
    again."""
    gw, key = crowd.gw, crowd.keys[0]
    assert gw.chat(key, model="crowd").status == 200
    crowd.killer.aim("saved", 1, "")
    with pytest.raises((OSError, http.client.HTTPException)):
        gw.admin("DELETE", "/keys/" + key[7:17])
    assert gw.query("SELECT revoked_ms FROM key WHERE public_id = ?",
                    key[7:17])[0][0]
    until(lambda: gw.request("GET", "/v1/models", key=key).status == 401,
          "a revoked key lives on")
    assert gw.chat(crowd.keys[1], model="crowd").status == 200
    gw.settled(crowd.keys[1])


def test_every_label(crowd):
    rnd, missed = random.Random(SEED), []
    todo = labels(TOP)
    rnd.shuffle(todo)
    while todo:
        with crowd:
            for label in todo[:6]:
                victim = rnd.choice(("self", "self", "self", "helper",
                                     "tree"))
                crowd.more(5)
                if not crowd.killer.strike(label, victim):
                    missed.append(label)
            crowd.more(5)
        del todo[:6]
        crowd.check()
    crowd.places_are_free()
    print(f"{len(crowd.killer.done)} kills: {crowd.check()}")
    assert not missed, missed
