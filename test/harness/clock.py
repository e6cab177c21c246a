"""Both clocks of a test build (mod_llmgw/shm/clock.c), shifted or standing still."""
import contextlib
import struct
import threading

from .wait import until


class Clock:
    """path: of the file that LLMGW_CLOCK names.  Times are in seconds.

    While the steady clock stands still no deadline passes and no rate window
    refills, however slow the machine is; a test that waits for one moves the
    clock over it.
    """

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

    def passes(self, seconds, condition, what="it does not come"):
        """Move the steady clock on; condition() holds then, or when it has
        moved so far again: what it counts from may be a moment after what
        the test saw."""
        self.steady(seconds)
        with contextlib.suppress(AssertionError):
            return until(condition, seconds=5)
        self.steady(seconds)
        return until(condition, what)

    @contextlib.contextmanager
    def ticking(self):
        """The steady clock goes on, many times faster than time does: for
        what is waited for from a moment that no test can see."""
        stop = threading.Event()

        def tick():
            while not stop.wait(0.005):
                self.steady(0.1)

        thread = threading.Thread(target=tick)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def wall(self, seconds):
        """Set the wall clock forth, or back."""
        self._wall += round(seconds * 10**6)
        self._write()
