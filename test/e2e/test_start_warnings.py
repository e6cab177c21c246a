"""What the log says at a start of settings of httpd's that cost every request
something."""
import re

import pytest


def said(gw):
    return re.findall(r"\[llmgw:warn\] .*LG0019: ExtendedStatus is On with "
                      r"ThreadsPerChild (\d+):", gw.log())


def started(make_gw, mpm, threads, **kwargs):
    return make_gw(
        set_up=False, mpm=mpm, log_level="warn", **kwargs,
        mpm_conf="StartServers 1\nServerLimit 2\n"
                 f"ThreadLimit {threads}\nThreadsPerChild {threads}\n"
                 f"MinSpareThreads 1\nMaxSpareThreads {2 * threads}\n"
                 f"MaxRequestWorkers {2 * threads}\n")


@pytest.mark.parametrize("mpm", ["event", "worker"])
def test_extended_status_beside_many_threads(make_gw, mpm):
    """mod_status turns it on by being there.  At each start and reload."""
    gw = started(make_gw, mpm, 65)
    assert said(gw) == ["65"]
    gw.expect_log("LG0019")
    gw.graceful()
    assert said(gw) == ["65", "65"]


def test_nothing_where_it_is_off(make_gw):
    gw = started(make_gw, "event", 65, server="ExtendedStatus Off")
    assert said(gw) == []


def test_nothing_where_threads_are_few(make_gw):
    gw = started(make_gw, "event", 64)
    assert said(gw) == []


def test_nothing_where_the_gateway_serves_nothing(make_gw):
    gw = started(make_gw, "event", 65, on="")
    assert said(gw) == []
