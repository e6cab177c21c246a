"""What a refusal must look like, and what it must not cost."""
import contextlib
import re

from .wait import until

# code: status, type; on /v1/messages: status, type.  The contract's table.
CODES = {
    "invalid_json": (400, "invalid_request_error",
                     400, "invalid_request_error"),
    "missing_parameter": (400, "invalid_request_error",
                          400, "invalid_request_error"),
    "invalid_parameter": (400, "invalid_request_error",
                          400, "invalid_request_error"),
    "unsupported_parameter": (400, "invalid_request_error",
                              400, "invalid_request_error"),
    "unsupported_modality": (400, "invalid_request_error",
                             400, "invalid_request_error"),
    "max_tokens_exceeded": (400, "invalid_request_error",
                            400, "invalid_request_error"),
    "method_not_allowed": (405, "invalid_request_error",
                           405, "invalid_request_error"),
    "invalid_encoding": (400, "invalid_request_error",
                         400, "invalid_request_error"),
    "unsupported_encoding": (415, "invalid_request_error",
                             415, "invalid_request_error"),
    "request_too_large": (413, "invalid_request_error",
                          413, "request_too_large"),
    "missing_api_key": (401, "invalid_request_error",
                        401, "authentication_error"),
    "invalid_api_key": (401, "invalid_request_error",
                        401, "authentication_error"),
    "permission_denied": (403, "permission_error", 403, "permission_error"),
    "endpoint_not_allowed": (403, "permission_error",
                             403, "permission_error"),
    "address_not_allowed": (403, "permission_error",
                            403, "permission_error"),
    "unbounded_cost": (403, "permission_error", 403, "permission_error"),
    "model_not_found": (404, "invalid_request_error",
                        404, "not_found_error"),
    "unknown_url": (404, "invalid_request_error", 404, "not_found_error"),
    "receipt_not_found": (404, "invalid_request_error",
                          404, "not_found_error"),
    "not_found": (404, "invalid_request_error", 404, "not_found_error"),
    "conflict": (409, "invalid_request_error", 409, "invalid_request_error"),
    "rate_limit_exceeded": (429, "requests", 429, "rate_limit_error"),
    "insufficient_quota": (429, "insufficient_quota", 402, "billing_error"),
    "internal_error": (500, "server_error", 500, "api_error"),
    "upstream_unavailable": (502, "server_error", 502, "api_error"),
    "overloaded": (503, "server_error", 529, "overloaded_error"),
    "upstream_timeout": (504, "server_error", 504, "timeout_error"),
}

REQUEST_ID = re.compile(r"req_[0-9a-hjkmnp-tv-z]{13}\Z")


def request_id(r):
    """The answer's request id, which stands there on one line."""
    ids = r.headers.get_all("x-request-id") or []
    assert len(ids) == 1 and REQUEST_ID.match(ids[0]), (ids, r)
    return ids[0]


def refused(r, code, param=None, message="", shape="openai"):
    """Is r this refusal, to the letter, in this shape?"""
    status, kind, a_status, a_kind = CODES[code]
    rid = request_id(r)
    assert r.headers.get_all("Content-Type") == ["application/json"], r
    body = r.json()
    if shape == "anthropic":
        assert r.status == a_status, r
        text = body["error"]["message"]
        body["error"].pop("details", None)      # of some refusals
        assert body == {"type": "error", "request_id": rid,
                        "error": {"type": a_kind, "message": text}}, r
        assert r.headers.get_all("request-id") == [rid], r
        # this shape has no place for a parameter: the message names it
    else:
        error = body["error"] if shape == "openai" else body["data"]["error"]
        text = error["message"]
        assert r.status == status, r
        assert error == {"message": text, "type": kind, "param": param,
                         "code": code}, r
        if shape == "openai":
            assert list(body) == ["error"], r
        else:
            assert body == {"success": False, "code": str(status),
                            "message": text, "data": {"error": error}}, r
    assert message in text, (message, r)
    return text


def status(gw):
    """What mod_status says for machines, our lines only."""
    r = gw.request("GET", "/server-status?auto")
    assert r.status == 200, r
    out = {}
    for line in r.body.decode().splitlines():
        name, _, value = line.partition(": ")
        if name.startswith("LLMGateway"):
            out[name[10:]] = int(value) if value.isdigit() else value
    return out


def wait_quiet(gw):
    """Wait until no request is under way and every row is written."""
    def quiet():
        s = status(gw)
        return s if s["Open"] == s["Held"] == s["Unwritten"] == 0 else None

    return until(quiet, lambda: f"still under way: {status(gw)}")


@contextlib.contextmanager
def costs_nothing(gw, up=None):
    """What happens inside leaves no row and no cell, reaches no upstream, and
    every child outlives it."""
    wait_quiet(gw)
    rows = gw.query("SELECT count(*), max(id) FROM ledger")[0]
    children = set(gw.children())
    seen = len(up.requests) if up else 0
    yield
    wait_quiet(gw)
    now = gw.query("SELECT count(*), max(id) FROM ledger")[0]
    assert tuple(now) == tuple(rows), "a refused request left a row"
    assert children <= set(gw.children()), "a child died"
    assert not up or len(up.requests) == seen, "the upstream was reached"
