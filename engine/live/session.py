"""One time of listening, from Begin to End: sound in, recorded, heard, told to a face. One loop, nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import LockstepError
from .feed import Feed
from .moment import Moment
from .recording import Recording
from .wire import Begin, End, Message, Refused

NAP = 0.005  # seconds between two looks whether the reader has room again

Floats = NDArray[np.float32]


class Hearer(Protocol):
    """Who makes moments of sound, such as `Listener`."""

    @property
    def delay(self) -> float:
        """Seconds from a sound to the moment that speaks of it."""
        ...

    def push(self, samples: Floats) -> list[Moment]:
        """The moments that samples [n] complete."""
        ...

    def finish(self) -> list[Moment]:
        """The moments that are left at the end of the sound."""
        ...


class Face(Protocol):
    """Who is told: a caller on the socket, or a pipe."""

    @property
    def behind(self) -> bool:
        """Whether moments will soon be lost."""
        ...

    @property
    def gone(self) -> bool:
        """Whether nobody is there any more."""
        ...

    def say(self, message: Message) -> None:
        """Tell it, without waiting."""
        ...

    def attend(self) -> str:
        """Do what is to be done meanwhile, and give why listening shall end, in a sentence; '' for going on."""
        ...


@dataclass(frozen=True, slots=True)
class Session:
    """Who takes part. `stop` gives why all shall end, in a sentence, '' as long as it goes on."""

    feed: Feed
    hearer: Hearer
    face: Face
    recording: Recording | None
    stop: Callable[[], str]


def hold(session: Session) -> End:
    """Listen until the sound is at its end, somebody wants an end, or something fails; close feed and recording.

    The face is told `Begin` with the first samples, then its moments and `End`, which is given as well; `Refused`
    where it fails before the first sample. Never raises a LockstepError: what fails is the reason in `End`. A patient
    feed waits for a face that is behind; any other loses moments, never sound.
    """
    opening = _Opening(session)
    try:
        end = End(_listen(session, opening))
    except LockstepError as error:
        end = End(str(error), failed=True)
    finally:  # the recording first: it must be whole whatever becomes of the device
        fault = _close(session.recording)
        session.feed.close()
    if fault and not end.failed:
        end = End(fault, failed=True)
    end = _placed(session, end)
    with suppress(LockstepError):
        opening.close(end)
    return end


class _Opening:
    """What the face has been told of the beginning."""

    def __init__(self, session: Session) -> None:
        self._face, self._begin = session.face, _begin(session)
        self._begun = False

    def begin(self) -> None:
        """Say so, once."""
        if not self._begun:
            self._begun = True
            self._face.say(self._begin)

    def close(self, end: End) -> None:
        """Say the last word."""
        if end.failed and not self._begun:
            self._face.say(Refused(end.reason))
        else:
            self.begin()
            self._face.say(end)


def beginning(session: Session) -> str:
    """What is listened to, in a sentence."""
    begun = _begin(session)
    place = f", recorded in '{begun.recording}'" if begun.own else ""
    return f"Listening to '{begun.sound}', the mouth {1000.0 * begun.delay:.0f} ms behind it{place}."


def ending(end: End) -> str:
    """Why it ended and where the sound lies, in one sentence or two."""
    return f"{end.reason} The sound: '{end.recording}', {end.duration:.1f} s." if end.recording else end.reason


def _begin(session: Session) -> Begin:
    feed, recording = session.feed, session.recording
    place = feed.kept if recording is None else str(recording.path)
    return Begin(feed.name, session.hearer.delay + feed.delay, place, recording is not None)


def _listen(session: Session, opening: _Opening) -> str:
    """Why it ended."""
    feed, face = session.feed, session.face
    while True:
        reason = session.stop() or face.attend()
        if reason:
            break
        if feed.patient and face.behind:
            time.sleep(NAP)
            continue
        block = feed.read()
        if block is None:
            reason = f"'{feed.name}' is at its end."
            break
        if len(block):
            opening.begin()
            reason = _take(session, block)
        if reason:
            break
    _say(face, session.hearer.finish())
    return reason


def _take(session: Session, block: Floats) -> str:
    """Record and tell a block; why it shall be the last, or ''."""
    recording = session.recording
    if recording is not None:
        recording.push(block)
    _say(session.face, session.hearer.push(block))
    if recording is not None and recording.full:
        return "An hour is recorded, which is as much as one line can hold; begin anew to go on."
    return ""


def _say(face: Face, moments: Iterable[Moment]) -> None:
    for moment in moments:
        face.say(moment)


def _close(recording: Recording | None) -> str:
    """What failed, if anything."""
    try:
        if recording is not None:
            recording.close()
    except LockstepError as error:
        return str(error)
    return ""


def _placed(session: Session, end: End) -> End:
    """The end with the place of the sound."""
    recording, feed = session.recording, session.feed
    if recording is not None and recording.duration:
        return replace(end, recording=str(recording.path), duration=recording.duration)
    return replace(end, recording=feed.kept, duration=feed.duration)
