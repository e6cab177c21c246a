"""Killing for a long time.   make -f apxs.mk crash [S=600] [LLMGW_SEED=1]

Rounds over every label of the source and every victim (the process that
stands there, the helper while it stands there, everything), in a random order
by a seed, under load.  After each handful of kills every request is matched
with its row, and fsck, budgets, places and rollups are checked; the first
thing that is wrong ends it with the seed.
"""
import os
import pathlib
import random
import sys
import tempfile
import time

TEST = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TEST), str(TEST / "e2e")]

from conftest import Gateway                               # noqa: E402
from harness import leaks                                  # noqa: E402
from harness.crowd import CHILDREN, Crowd, Killer, labels  # noqa: E402
from harness.httpd import TOP                              # noqa: E402
from harness.upstream import Upstream                      # noqa: E402

VICTIMS = ("self", "helper", "tree")


def rounds(crowd, killer, rnd, seconds):
    missed, stop = {}, time.monotonic() + seconds
    while time.monotonic() < stop:
        todo = [(label, v) for label in labels(TOP) for v in VICTIMS]
        rnd.shuffle(todo)
        while todo and time.monotonic() < stop:
            with crowd:
                for label, victim in todo[:8]:
                    crowd.more(20)
                    if not killer.strike(label, victim):
                        missed[label] = missed.get(label, 0) + 1
                crowd.more(20)
            del todo[:8]
            crowd.check()
        crowd.places_are_free()
    return missed


def leak(up):
    """Ten times what test_leaks.py does in `check`."""
    gw = Gateway(mpm_conf=leaks.STEADY, log_level="crit").start()
    try:
        seen = leaks.run(gw, up, 20000, 200000)
        for figures, when in zip(seen, ("after 20 000 requests", "... 120 000",
                                        "... 220 000")):
            print(when + ": " + ", ".join(f"{k} {v}"
                                          for k, v in figures.items()))
        leaks.judge(seen)
        gw.stop()
    finally:
        if gw.process:
            gw.kill_tree()
        gw.remove()


def kill(seconds, up):
    seed = int(os.environ.get("LLMGW_SEED", str(time.time_ns() % 10**6)))
    print(f"# {seconds} s, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o777)
        flag = pathlib.Path(folder) / "crash"
        gw = Gateway(flavour="crash", mpm_conf=CHILDREN, log_level="warn",
                     env={"LLMGW_CRASH": str(flag)}).start()
        try:
            rnd = random.Random(seed)
            crowd = Crowd(gw, up, seed)
            killer = Killer(gw, flag, rnd)
            missed = rounds(crowd, killer, rnd, seconds)
            done = {v: sum(d[1] == v for d in killer.done) for v in VICTIMS}
            print(f"kills: {done}, at {len({d[0] for d in killer.done})} "
                  f"labels; never passed in time: {missed}")
            print(", ".join(f"{k} {v}" for k, v in crowd.total.items()))
            gw.stop()
        except BaseException:
            print(gw.log()[-4000:])
            if gw.process:
                gw.kill_tree()
            raise
        finally:
            gw.remove()


def main(seconds):
    up = Upstream()
    try:
        leak(up)
        kill(seconds, up)
    finally:
        up.stop()


if __name__ == "__main__":
    main(float(sys.argv[1]))
