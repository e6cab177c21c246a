"""Waiting for what comes when it comes.

A busy machine may make a test slow, never wrong: no test compares real times
or sleeps over one.  What has to happen is waited for here, with a patience
that nobody measures by; what must not happen before a time is tried with a
clock that stands still (harness/clock.py).
"""
import os
import time

# seconds; longer than anything takes, but for who writes a test
PATIENCE = float(os.environ.get("LLMGW_PATIENCE", 60))


def until(condition, what="it does not come", seconds=PATIENCE):
    """Wait until condition() holds, and return what it gave.  what: a text,
    or a function that makes one, for the failure."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, what() if callable(what) else what
        time.sleep(0.002)
    return found
