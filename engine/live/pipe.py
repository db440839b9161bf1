"""Moments to a pipe or a file, such as standard output: a line each, at once."""

from __future__ import annotations

import errno
import select
from typing import BinaryIO

from ..errors import OutputError
from .moment import Moment
from .wire import Message, encode

ENDED = (errno.EPIPE, errno.EINVAL)  # the reader has gone; the second is what Windows says
LOOK = 0.25  # seconds waited at once for room


class Pipe:
    """Lines into `stream`, which must be unbuffered, so that a line is whole there as soon as it is said.

    `patient`: the reader is waited for; otherwise moments that it does not take at once are dropped, where the system
    can tell (Windows cannot). Raises OutputError where the disk is full, say.
    """

    def __init__(self, stream: BinaryIO, patient: bool) -> None:
        self._stream, self._patient = stream, patient
        self.gone = False
        self.dropped = 0
        self.behind = False

    def say(self, message: Message) -> None:
        """Write a line; nothing where the reader has gone."""
        if isinstance(message, Moment) and not (self._patient or self._has_room()):
            self.dropped += 1
            return
        left = memoryview(encode(message))
        try:
            while left and not self.gone:
                taken = self._stream.write(left)
                if taken is None:  # whoever made the pipe made it one that does not wait: it is full
                    select.select([], [self._stream], [], LOOK)
                left = left[taken or 0 :]
        except OSError as error:
            if error.errno not in ENDED:
                reason = error.strerror or type(error).__name__
                raise OutputError(
                    f"The moments cannot be written ({reason}); choose another place for them."
                ) from error
            self.gone = True

    def attend(self) -> str:
        """Why listening shall end, in a sentence: '' as long as somebody reads."""
        return "Nobody reads the moments any more." if self.gone else ""

    def _has_room(self) -> bool:
        """Whether a line can be written without waiting: a pipe that can be written to takes more than one."""
        try:
            return bool(select.select([], [self._stream], [], 0.0)[1])
        except (OSError, ValueError):  # the system cannot tell
            return True
