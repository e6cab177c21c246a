"""Both clocks of a test build (mod_llmgw/clock.c), shifted or standing still."""
import struct


class Clock:
    """path: of the file that LLMGW_CLOCK names.  Times are in seconds."""

    def __init__(self, path):
        self.path = path
        self._wall = self._steady = self._frozen = 0
        self._write()

    def _write(self):
        data = struct.pack("=qqq", self._wall, self._steady, self._frozen)
        if not self.path.exists():
            self.path.write_bytes(data)
        with self.path.open("r+b") as f:    # in place: it is mapped
            f.write(data)

    def freeze(self):
        """The steady clock stands still until it is moved."""
        self._frozen = 10**15
        self._write()

    def steady(self, seconds):
        """Move the steady clock on."""
        self._steady += round(seconds * 10**6)
        self._write()

    def wall(self, seconds):
        """Set the wall clock forth, or back."""
        self._wall += round(seconds * 10**6)
        self._write()
