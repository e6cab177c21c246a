"""More live keys than the segment holds: the idle ones make room."""
from harness.checks import costs_nothing, refused, wait_quiet
from harness.keys import add_keys, meet

COUNT = 6000            # of some 4700 places in 4 MiB


def test_more_keys_than_places(make_gw, up):
    gw = make_gw(server="LLMGatewaySegment 4M\nMaxKeepAliveRequests 0",
                 clock="still")
    limited = gw.new_key(limits={"requests_per_minute": 2})
    revoked = gw.new_key()
    assert gw.chat(limited).status == 200
    assert gw.chat(revoked).status == 200
    gw.must("DELETE", "/keys/" + revoked[7:17])
    keys = add_keys(gw, COUNT)
    # the table fills with keys that were met just now: they stay, and who
    # finds no place is told to come again
    assert meet(gw, keys[:4000]) == {200: 4000}
    rest = meet(gw, keys[4000:])
    assert set(rest) == {200, 503}
    gw.expect_log("LG0033", "LG0034")
    gw.clock.steady(2)
    assert meet(gw, keys[4000:]) == {200: COUNT - 4000}
    # what was counted of a limited key is not lost with its place
    assert gw.chat(limited).status == 200
    with costs_nothing(gw, up):
        refused(gw.chat(limited), "rate_limit_exceeded")
        refused(gw.chat(revoked), "invalid_api_key")
    assert gw.chat(keys[0]).status == 200
    assert gw.chat(keys[-1]).status == 200
    wait_quiet(gw)
    gw.settled(limited, 2)
