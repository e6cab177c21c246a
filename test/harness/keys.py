"""Keys as the gateway makes them, made by somebody else."""
import secrets
import string
import zlib

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
