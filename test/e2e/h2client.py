"""A client that speaks HTTP/2 over cleartext, with prior knowledge."""
import json
import socket

import h2.config
import h2.connection
import h2.events

from harness.wait import PATIENCE


class H2:
    """One connection.

        with H2(port) as c:
            s = c.post("/v1/chat/completions", {...}, key)
            s.event(), s.rest(), s.reset()
    """

    def __init__(self, port, timeout=PATIENCE, window=1 << 28):
        """window: how much may be under way; None: as little as HTTP/2 begins
        with, 65 535 bytes."""
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=True))
        self.h2.initiate_connection()
        if window:      # no other test shall stand still for want of it
            self.h2.increment_flow_control_window(window)
            self.h2.update_settings({
                h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.streams = {}
        self.flush()

    def flush(self):
        self.sock.sendall(self.h2.data_to_send())

    def post(self, path, body, key):
        data = json.dumps(body).encode()
        number = self.h2.get_next_available_stream_id()
        self.h2.send_headers(number, [
            (":method", "POST"), (":path", path), (":scheme", "http"),
            (":authority", "127.0.0.1"), ("content-type", "application/json"),
            ("authorization", f"Bearer {key}")])
        self.h2.send_data(number, data, end_stream=True)
        self.flush()
        self.streams[number] = Stream(self, number)
        return self.streams[number]

    def read(self):
        """Take in what comes next; False at the end of the connection."""
        data = self.sock.recv(65536)
        if not data:
            return False
        for e in self.h2.receive_data(data):
            stream = self.streams.get(getattr(e, "stream_id", None))
            if isinstance(e, h2.events.PingAckReceived):
                self.pinged = True
            if isinstance(e, h2.events.DataReceived):
                self.h2.acknowledge_received_data(
                    e.flow_controlled_length, e.stream_id)
            if stream is not None:
                stream.take(e)
        self.flush()
        return True

    def ping(self):
        """Wait until the server has read all that was sent so far."""
        self.pinged = False
        self.h2.ping(b"in order")
        self.flush()
        while not self.pinged:
            assert self.read()

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


class Stream:
    def __init__(self, connection, number):
        self.connection, self.number = connection, number
        self.status, self.headers, self.trailers = None, {}, {}
        self.body = b""
        self._seen = 0
        self.ended = False          # in good order
        self.was_reset = False      # by the server

    def take(self, e):
        if isinstance(e, h2.events.ResponseReceived):
            self.headers = {k.decode(): v.decode() for k, v in e.headers}
            self.status = int(self.headers[":status"])
        elif isinstance(e, h2.events.TrailersReceived):
            self.trailers = {k.decode(): v.decode() for k, v in e.headers}
        elif isinstance(e, h2.events.DataReceived):
            self.body += e.data
        elif isinstance(e, h2.events.StreamEnded):
            self.ended = True
        elif isinstance(e, h2.events.StreamReset):
            self.was_reset = True

    def event(self):
        """The next event with its blank line; b"" at the end."""
        while True:
            at = self.body.find(b"\n\n", self._seen)
            if at >= 0:
                found, self._seen = self.body[self._seen:at + 2], at + 2
                return found
            if self.ended or self.was_reset or not self.connection.read():
                return b""

    def rest(self):
        while not self.ended and not self.was_reset:
            if not self.connection.read():
                break
        return self.body

    def reset(self):
        self.connection.h2.reset_stream(self.number, 8)     # CANCEL
        self.connection.flush()
