"""Keys as the gateway makes them, made by somebody else."""
import hashlib
import http.client
import secrets
import sqlite3
import string
import zlib

from .wait import PATIENCE

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def make(public=None):
    """A well-formed key: prefix, public id, secret, CRC-32 in base 62."""
    public = public or "".join(secrets.choice(BASE62) for _ in range(10))
    text = "sk-gtw-" + public + "".join(secrets.choice(BASE62)
                                        for _ in range(43))
    crc, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        crc, d = divmod(crc, 62)
        digits = BASE62[d] + digits
    return text + digits


def add_keys(gw, count, spec="{}"):
    """Keys straight into the database: the admin API commits each."""
    keys = [make() for _ in range(count)]
    with sqlite3.connect(gw.database) as db:
        base = db.execute("SELECT max(id) FROM key").fetchone()[0] + 1
        db.executemany(
            "INSERT INTO key (id, public_id, team_id, scope, name, spec,"
            " created_ms) VALUES (?, ?, 1, 0, 'x', ?, 1)",
            [(base + i, k[7:17], spec) for i, k in enumerate(keys)])
        db.executemany(
            "INSERT INTO secret (hash, key_id) VALUES (?, ?)",
            [(hashlib.sha256(k.encode()).digest(), base + i)
             for i, k in enumerate(keys)])
    db.close()
    return keys


def meet(gw, keys):
    """One request with each, over one connection; how many got what."""
    c = http.client.HTTPConnection("127.0.0.1", gw.port, timeout=PATIENCE)
    got = {}
    for k in keys:
        c.request("GET", "/v1/models/free-model",
                  headers={"Authorization": "Bearer " + k})
        r = c.getresponse()
        r.read()
        got[r.status] = got.get(r.status, 0) + 1
    c.close()
    return got
