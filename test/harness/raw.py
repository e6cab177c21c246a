"""A connection on which a test writes exactly the bytes it wants."""
import http.client
import socket

from .httpd import Response
from .wait import PATIENCE


class Raw:
    def __init__(self, port, timeout=PATIENCE, host="127.0.0.1",
                 source=None):
        self.sock = socket.create_connection((host, port), timeout,
                                             source and (source, 0))

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def post(self, path, body, *headers, key=None, length=None, finish=True):
        """Head and body of a POST; headers are whole lines.  length None: the
        true one; 0: no Content-Length line."""
        lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
        if key:
            lines.append(f"Authorization: Bearer {key}")
        if length != 0:
            lines.append(f"Content-Length: {length or len(body)}")
        return self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
                         + body)

    def response(self, method="POST"):
        """The next answer; what is not 200 to 299 included."""
        r = http.client.HTTPResponse(self.sock, method=method)
        r.begin()
        try:
            body = r.read()
        except http.client.IncompleteRead as e:
            body = e.partial
        return Response(r.status, r.headers, body)

    def line(self):
        """Bytes up to and with the next blank line."""
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            more = self.sock.recv(1)
            if not more:
                break
            data += more
        return data

    def everything(self):
        """All bytes up to the end of the connection."""
        data = b""
        while True:
            try:
                more = self.sock.recv(65536)
            except ConnectionResetError:
                return data
            if not more:
                return data
            data += more

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def chunked(*pieces):
    """A body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) \
        + b"0\r\n\r\n"
