"""A scriptable upstream: it answers each request with a script of steps, and
stops at gates until the test opens them, so that no test needs a sleep.

    up = Upstream()
    up.script(head(), event({...}), gate("seen"), event({...}), done())
    ... the client reads its first event ...
    up.open("seen")

Without a script a request gets `up.default`: a function from the request to
the steps.
"""
import json
import queue
import select
import socket
import ssl
import struct
import threading
import time

from .shapes import chunk, usage_chunk
from .wait import PATIENCE, until


class Request:
    """What the upstream got."""

    def __init__(self, method, path, headers, body, connection, number):
        self.method, self.path = method, path
        self.headers, self.body = headers, body
        self.connection = connection    # number of the TCP connection
        self.number = number            # of the request on it, from 0
        self.closed = False             # the gateway closed meanwhile

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        for k, v in self.headers:
            if k.lower() == name.lower():
                return v
        return None


class Closed(Exception):
    """The gateway closed its connection."""


class Connection:
    """What steps act on."""

    def __init__(self, upstream, sock, request):
        self.upstream, self.sock, self.request = upstream, sock, request
        self.keep = True
        self.chunked = True
        self.ended = True               # no chunked body is left open

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError:
            self._closed()

    def _closed(self):
        self.request.closed = True
        raise Closed

    def unread(self):
        """Bytes that the gateway's kernel has and the gateway does not."""
        ends = [f"0100007F:{name[1]:04X}" for name in
                (self.sock.getpeername(), self.sock.getsockname())]
        with open("/proc/net/tcp") as f:
            for line in f:
                fields = line.split()
                if fields[1:3] == ends:
                    return int(fields[4].split(":")[1], 16)
        return None

    def wait(self, event, seconds=2 * PATIENCE):
        """Wait for an event; notice if the gateway closes meanwhile."""
        end = time.monotonic() + seconds
        while not event.is_set():
            if time.monotonic() > end:
                raise TimeoutError("a gate was never opened")
            readable, _, _ = select.select([self.sock], [], [], 0.005)
            if readable:
                try:
                    # past TLS, whose sockets cannot peek: what comes there
                    # after the request is an alert, 21, and the end
                    seen = socket.socket.recv(self.sock, 1, socket.MSG_PEEK)
                except OSError:
                    self._closed()
                if seen == b"" or self.upstream.tls and seen == b"\x15":
                    self._closed()

    def body(self, data):
        if self.chunked:
            self.send(b"%x\r\n%s\r\n" % (len(data), data) if data else b"")
        else:
            self.send(data)


# ---- steps ----

def head(status=200, headers=(), content_type="text/event-stream",
         chunked=True, length=None, reason="OK"):
    """Status line and headers."""
    def step(c):
        c.chunked = chunked and length is None
        c.ended = not c.chunked
        lines = [f"HTTP/1.1 {status} {reason}"]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        if c.chunked:
            lines.append("Transfer-Encoding: chunked")
        elif length is not None:
            lines.append(f"Content-Length: {length}")
        else:
            lines.append("Connection: close")
            c.keep = False
        lines += [f"{k}: {v}" for k, v in headers]
        c.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    return step


def body(data):
    """Bytes of the body, in one write."""
    return lambda c: c.body(data)


def raw(data):
    """Bytes as they are, past all framing."""
    def step(c):
        c.ended = c.ended or data.startswith(b"0\r\n")
        c.send(data)
    return step


def event(data, name=None):
    """One SSE event."""
    text = data if isinstance(data, str) else json.dumps(data)
    prefix = f"event: {name}\n" if name else ""
    return body(f"{prefix}data: {text}\n\n".encode())


def done():
    """[DONE] and the end of the body."""
    return lambda c: (c.body(b"data: [DONE]\n\n"), end()(c))


def whole_stream():
    """A short answer."""
    return [head(), event(chunk("Hi")), event(chunk(finish="stop")),
            event(usage_chunk()), done()]


def pieces(data, size):
    """HTTP chunks of at most this many bytes."""
    return [body(data[i:i + size]) for i in range(0, len(data), size)]


def end():
    """The end of the body."""
    def step(c):
        if c.chunked:
            c.ended = True
            c.send(b"0\r\n\r\n")
        elif not c.keep:
            raise Closed
    return step


def gate(name):
    """Stop until the test opens the gate."""
    def step(c):
        c.upstream.at[name] = c
        c.wait(c.upstream.gate(name))
    return step


def silence():
    """Say nothing until the gateway closes."""
    return lambda c: c.wait(threading.Event())


def pause(seconds):
    return lambda c: time.sleep(seconds)


def close():
    """Close in good order."""
    def step(c):
        c.keep = False
        raise Closed
    return step


def reset():
    """Close with a RST."""
    def step(c):
        c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))
        c.keep = False
        raise Closed
    return step


def answer(obj, status=200, headers=(), reason="OK"):
    """A whole JSON answer."""
    data = obj if isinstance(obj, bytes) else json.dumps(obj).encode()
    return [head(status, headers, "application/json", length=len(data),
                 reason=reason), raw(data)]


class Upstream:
    def __init__(self, tls=None, port=0, host="127.0.0.1"):
        self.requests = []
        self.connections = 0
        self.default = None
        self.reset_heads = 0    # so many requests are reset at their head
        self._scripts = queue.Queue()
        self._running = set()   # requests whose steps are not over
        self._gates = {}
        self.at = {}            # who stands, or stood, at a gate
        self._lock = threading.Lock()
        self._new = threading.Condition()
        self.tls = tls
        self._socks = set()
        self._listen = socket.create_server((host, port), backlog=512)
        self.port = self._listen.getsockname()[1]
        self._stop = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def script(self, *steps):
        """Steps (or lists of them) for the next request without a script."""
        flat = []
        for s in steps:
            flat += s if isinstance(s, list) else [s]
        self._scripts.put(flat)

    def gate(self, name):
        with self._lock:
            return self._gates.setdefault(name, threading.Event())

    def open(self, name):
        self.gate(name).set()

    def wait_requests(self, count, seconds=PATIENCE):
        with self._new:
            ok = self._new.wait_for(lambda: len(self.requests) >= count,
                                    seconds)
        assert ok, f"{len(self.requests)} requests instead of {count}"
        return self.requests

    def wait_at(self, name):
        """Wait until a script has come to its gate and the gateway has read
        all that was sent before."""
        until(lambda: name in self.at and self.at[name].unread() == 0,
              f"nobody is at the gate {name}")

    def wait_closed(self, request):
        until(lambda: request.closed, "the gateway did not close")

    def over(self):
        """No request is under way here."""
        return not self._running

    def wait_over(self):
        until(self.over, lambda: "under way at the upstream still: "
              + repr([r.body[:200] for r in list(self._running)]))

    def drop_connections(self):
        """Close every idle connection under the gateway's feet."""
        with self._lock:
            socks = list(self._socks)
        for s in socks:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def wait_idle(self):
        """Wait until no connection is open any more."""
        until(lambda: not self._socks, "a connection stays open")

    def clear(self):
        self.requests.clear()
        self._gates.clear()
        self.at.clear()
        while not self._scripts.empty():
            self._scripts.get()

    def stop(self):
        self._stop = True
        self._listen.close()
        self.drop_connections()

    # ---- the server ----

    def _accept(self):
        while not self._stop:
            try:
                sock, _ = self._listen.accept()
            except OSError:
                return
            with self._lock:
                number = self.connections
                self.connections += 1
            threading.Thread(target=self._serve, args=(sock, number),
                             daemon=True).start()

    def _serve(self, sock, number):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
        except (OSError, ssl.SSLError):
            sock.close()
            return
        with self._lock:
            self._socks.add(sock)
        try:
            self._requests(sock, number)
        except OSError:
            pass
        finally:
            with self._lock:
                self._socks.discard(sock)
            try:
                if self.tls and not self._stop:
                    sock.unwrap()
            except (OSError, ValueError, ssl.SSLError):
                pass
            sock.close()

    def _requests(self, sock, number):
        reader = sock.makefile("rb")
        count = 0
        while True:
            request = self._read(sock, reader, number, count)
            if request is None:
                return
            count += 1
            with self._new:
                self._running.add(request)
                self.requests.append(request)
                self._new.notify_all()
            conn = Connection(self, sock, request)
            try:
                for step in self._steps(request):
                    step(conn)
                if not conn.ended:
                    silence()(conn)     # for the gateway it is not over
            except Closed:
                return
            finally:
                self._running.discard(request)
            if not conn.keep:
                return

    def _steps(self, request):
        try:
            return self._scripts.get_nowait()
        except queue.Empty:
            pass
        if self.default is None:
            return answer({"error": {"message": "no script", "type": "test",
                                     "param": None, "code": "no_script"}},
                          500, reason="No Script")
        steps = []
        for s in self.default(request):
            steps += s if isinstance(s, list) else [s]
        return steps

    def _read(self, sock, reader, number, count):
        line = reader.readline()
        if not line:
            return None
        method, path, _ = line.decode("latin-1").split(" ", 2)
        headers = []
        while True:
            line = reader.readline()
            if not line:
                return None
            if line in (b"\r\n", b"\n"):
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name, value.strip()))
        if self.reset_heads > 0:
            self.reset_heads -= 1
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
            return None
        get = {k.lower(): v for k, v in headers}
        data = b""
        if "content-length" in get:
            data = reader.read(int(get["content-length"]))
        elif get.get("transfer-encoding", "").lower() == "chunked":
            while True:
                size = int(reader.readline().split(b";")[0], 16)
                data += reader.read(size)
                reader.readline()
                if size == 0:
                    break
        return Request(method, path, headers, data, number, count)
