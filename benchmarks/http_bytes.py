"""Reading HTTP/1.1 messages off a stream, as cheaply as Python can: bodies by Content-Length."""

from __future__ import annotations

from collections.abc import Iterator


class NotUnderstood(ValueError):
    """A message is not one that these benchmarks know."""


class Messages:
    """Splits what arrives on one connection into heads and bodies."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Take what arrived and yield every whole message, as its head and its body."""
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            whole = end + 4 + _length(head)
            if len(self._buffer) < whole:
                return
            body = self._buffer[end + 4 : whole]
            self._buffer = self._buffer[whole:]
            yield head, body


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    if at < 0:
        if b"\r\ntransfer-encoding:" in lower:
            raise NotUnderstood("a chunked body")
        return 0
    line, _, _ = lower[at + 17 :].partition(b"\r\n")
    return int(line)
