"""A client that shows what it gets, byte by byte."""
import json
import select
import socket

from .wait import PATIENCE


class Stream:
    """One POST over a socket of its own; the answer is read as it comes.

        with gw.stream(key) as s:
            s.status, s.headers
            s.event()           # the next event, as bytes, its end included
            s.rest()            # everything up to the end
    """

    def __init__(self, port, path, body, key=None, headers=(), timeout=PATIENCE,
                 raw_body=None, tls=None):
        data = raw_body if raw_body is not None else json.dumps(body).encode()
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        if tls:
            self.sock = tls.wrap_socket(self.sock, server_hostname="localhost")
        lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1",
                 "Content-Type: application/json",
                 f"Content-Length: {len(data)}"]
        if key:
            lines.append(f"Authorization: Bearer {key}")
        lines += [f"{k}: {v}" for k, v in headers]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + data)
        self._in = b""
        self._body = b""        # body bytes that nobody has read yet
        self.body = b""         # all body bytes
        self.status = None
        self.headers = {}
        self.interim = []       # statuses of interim answers
        self.ended = False      # the body came to its proper end
        self.cut = False        # the connection ended before that

    def _more(self):
        data = self.sock.recv(65536)
        if not data:
            self.cut = not self.ended
        self._in += data
        return bool(data)

    def head(self):
        """Wait for status line and headers."""
        while self.status is None:
            if b"\r\n\r\n" in self._in:
                head, self._in = self._in.split(b"\r\n\r\n", 1)
                lines = head.decode("latin-1").split("\r\n")
                status = int(lines[0].split(" ")[1])
                if status < 200:
                    self.interim.append(status)
                    continue
                self.raw_head, self.status = head, status
                for line in lines[1:]:
                    name, _, value = line.partition(":")
                    self.headers[name.lower()] = value.strip()
            elif not self._more():
                raise ConnectionError(f"no answer: {self._in!r}")
        return self

    def wait_interim(self):
        """Wait for an interim answer; nothing else has come."""
        while not self._in.endswith(b"\r\n\r\n"):
            assert self._more()
        assert self._in == b"HTTP/1.1 100 Continue\r\n\r\n"

    def _decode(self):
        """Move what is there from the wire to the body."""
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while not self.ended:
                line, found, rest = self._in.partition(b"\r\n")
                if not found:
                    return
                size = int(line.split(b";")[0], 16)
                if len(rest) < size + 2:
                    return
                self._take(rest[:size])
                self._in = rest[size + 2:]
                self.ended = size == 0
        else:
            self._take(self._in)
            self._in = b""
            length = self.headers.get("content-length")
            self.ended = length is not None and len(self.body) >= int(length)

    def _take(self, data):
        self._body += data
        self.body += data

    def event(self):
        """The next event with its blank line; b"" at the end."""
        self.head()
        while True:
            self._decode()
            ends = [(self._body.find(e), len(e))
                    for e in (b"\n\n", b"\r\n\r\n", b"\r\r")]
            ends = [(i, n) for i, n in ends if i >= 0]
            if ends:
                i, n = min(ends)
                found, self._body = self._body[:i + n], self._body[i + n:]
                return found
            if self.ended or self.cut or not self._more():
                self._decode()
                found, self._body = self._body, b""
                return found

    def data(self):
        """The next event's data as JSON, or as text if it is not."""
        found = self.event()
        lines = [line[5:].lstrip() for line in found.splitlines()
                 if line.startswith(b"data:")]
        text = b"\n".join(lines).decode()
        try:
            return json.loads(text)
        except ValueError:
            return text

    def more_body(self, count):
        """Wait for this many more bytes of the body."""
        self.head()
        want = len(self.body) + count
        self._decode()
        while len(self.body) < want:
            assert self._more(), f"{want - len(self.body)} bytes are missing"
            self._decode()

    def rest(self):
        """All that comes, up to the end; returns the whole body."""
        self.head()
        self._decode()
        while not self.ended and not self.cut:
            if not self._more():
                break
            self._decode()
        return self.body

    def silent(self):
        """Nothing came yet that nobody read.  It is looked for a little
        while: what comes too early may be missed, but nothing is blamed."""
        return not self.waits(0.05)

    def waits(self, seconds=0):
        """Something came that nobody read."""
        return bool(self._body or self._in or self.ended or select.select(
            [self.sock], [], [], seconds)[0])

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
