"""What refusals say: the number and its noun, when a window ends, and what
there is in place of what was asked for."""
import datetime

import pytest

from harness.checks import refused

ADMIN = "/llmgw/admin/v1"
RESOURCES = {
    "keys": ["POST /keys", "GET /keys", "GET /keys/{id}", "PATCH /keys/{id}",
             "DELETE /keys/{id}", "POST /keys/{id}/rotate"],
    "teams": ["GET /teams", "PUT /teams/{id}", "GET /teams/{id}",
              "PATCH /teams/{id}", "DELETE /teams/{id}"],
    "upstreams": ["PUT /upstreams/{id}", "GET /upstreams"],
    "models": ["PUT /models/{id}", "GET /models"],
    "catalog": ["GET /catalog", "PUT /catalog"],
    "usage": ["GET /usage"], "requests": ["GET /requests/{id}"],
    "adjustments": ["POST /adjustments"], "audit": ["GET /audit"],
    "fsck": ["GET /fsck"], "explain": ["POST /explain"],
    "refusals": ["GET /refusals"]}

NOT_TAKEN = [("POST", "/teams"), ("POST", "/upstreams"), ("POST", "/models"),
             ("PUT", "/teams"), ("DELETE", "/keys"), ("PUT", "/keys/x"),
             ("POST", "/keys/x"), ("GET", "/keys/x/rotate"),
             ("POST", "/catalog"), ("PATCH", "/catalog"), ("POST", "/usage"),
             ("DELETE", "/requests/x"), ("GET", "/adjustments"),
             ("POST", "/fsck"), ("GET", "/explain"), ("POST", "/models/a/b"),
             ("PUT", "/audit"), ("POST", "/refusals")]


@pytest.mark.parametrize("method, path", NOT_TAKEN)
def test_a_method_that_is_not_taken(gw, method, path):
    """Fault 5.10: the 405 of each resource lists what there is of it."""
    body = {} if method in ("POST", "PUT", "PATCH") else None
    text = refused(gw.admin(method, path, body), "method_not_allowed",
                   message=f"This URL does not take {method}.")
    listed = text.partition("Below /llmgw/admin/v1 there are: ")[2].rstrip(
        ".").split(", ")
    name = path.split("/")[1]
    assert set(RESOURCES[name]) <= set(listed)
    assert all(f" /{name}" in one for one in listed)


@pytest.mark.parametrize("path, want", [
    ("/team", "/teams"), ("/key/x", "/keys"), ("/openapi.json", "/catalog"),
    ("/catalog/x", "PUT /catalog"), ("/audit/1", "GET /audit"),
    ("/keys/x/revoke", "DELETE /keys/{id}"), ("/usage/x", "GET /usage")])
def test_a_url_that_is_none(gw, path, want):
    """Fault 5.10: so does the 404; of no resource, it lists them all."""
    text = refused(gw.admin("GET", path), "unknown_url",
                   message=f"Unknown request URL: GET {ADMIN}{path}.")
    listed = text.partition("Below /llmgw/admin/v1 there are: ")[2].rstrip(
        ".").split(", ")
    assert want in listed
    if want.startswith("/"):
        assert listed[0] == "/" and {"/" + name for name in RESOURCES} \
            <= set(listed)


@pytest.mark.parametrize("limit, n, what", [
    ("requests_per_second", 1, "make 1 request per second"),
    ("requests_per_minute", 1, "make 1 request per minute"),
    ("requests_per_minute", 2, "make 2 requests per minute"),
    ("requests_per_hour", 1, "make 1 request per hour"),
    ("requests_per_day", 1, "make 1 request per day")])
def test_one_is_not_many(make_gw, limit, n, what):
    """Fault 5.10: one request, two requests, and of which window."""
    gw = make_gw(clock="still")
    key = gw.new_key(limits={limit: n})
    for _ in range(n):
        assert gw.chat(key).status == 200
    refused(gw.chat(key), "rate_limit_exceeded",
            message=f"this API key may {what} ({limit}). Please try again ")
    gw.settled(key, n)


WINDOWS = [("hour", "+00:00"), ("hour", "+05:45"), ("day", "+08:00"),
           ("day", "-03:30"), ("month", "+08:00"), ("month", "+00:00")]


def end_of(window, zone):
    """The end of the window that is now, as RFC 3339 in UTC."""
    sign = -1 if zone[0] == "-" else 1
    offset = sign * datetime.timedelta(hours=int(zone[1:3]),
                                       minutes=int(zone[4:]))
    now = datetime.datetime.now(datetime.timezone(offset))
    start = now.replace(minute=0, second=0, microsecond=0)
    if window == "hour":
        end = start + datetime.timedelta(hours=1)
    else:
        end = start.replace(hour=0) + datetime.timedelta(days=1)
    if window == "month":
        end = (end.replace(day=1) if end.day == 1 else
               (end.replace(day=28) + datetime.timedelta(days=4)).replace(
                   day=1))
    return end.astimezone(datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("window, zone", WINDOWS)
def test_when_the_window_ends(gw, window, zone):
    """Fault 5.10: the refusal of a spent budget says when its window ends."""
    key = gw.new_key(budgets=[{"amount": "0.000001", "currency": "CNY",
                               "window": window, "zone": zone}])
    before = end_of(window, zone)
    text = refused(gw.chat(key), "insufficient_quota",
                   message=" The window of this budget ends at ")
    assert any(f"ends at {t}." in text
               for t in (before, end_of(window, zone))), text


def test_a_budget_without_a_window(gw):
    """Fault 5.10: one for all time says that it does not end."""
    key = gw.new_key(budgets=[{"amount": "0.000001", "currency": "CNY",
                               "window": "total"}])
    refused(gw.chat(key), "insufficient_quota",
            message="This budget has no window that ends")
