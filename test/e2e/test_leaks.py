"""Requests that end in every way leave no memory and no descriptor behind.
A short run; `make -f apxs.mk crash` has ten times as many."""
import os

import pytest

from harness import leaks


@pytest.mark.skipif(os.environ.get("LLMGW_FLAVOUR") == "asan",
                    reason="the sanitizer keeps what was freed")
def test_nothing_is_left_of_twenty_thousand_requests(make_gw, up):
    gw = make_gw(mpm_conf=leaks.STEADY, log_level="crit")
    seen = leaks.run(gw, up, 6000, 20000)
    print(seen)
    leaks.judge(seen)
    gw.new_log_lines()
