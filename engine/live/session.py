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
from .wire import Begin, End, Message

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

    The face is told `Begin`, its moments and `End`, which is given as well. Never raises a LockstepError: what fails
    is the reason in `End`. A patient feed waits for a face that is behind; any other loses moments, never sound.
    """
    try:
        session.face.say(_begin(session))
        end = End(_listen(session))
    except LockstepError as error:
        end = End(str(error), failed=True)
    finally:
        session.feed.close()
        fault = _close(session.recording)
    if fault and not end.failed:
        end = End(fault, failed=True)
    return _told(session, end)


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


def _listen(session: Session) -> str:
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
        reason = _take(session, block)
        if reason:
            break
    _say(face, session.hearer.finish())
    return reason


def _take(session: Session, block: Floats) -> str:
    """Record and tell a block; why it shall be the last, or ''."""
    if not len(block):
        return ""
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


def _told(session: Session, end: End) -> End:
    """The end with the recording's place; the face is told where it is still there."""
    recording = session.recording
    if recording is not None and recording.duration:
        end = replace(end, recording=str(recording.path), duration=recording.duration)
    elif session.feed.kept:
        end = replace(end, recording=session.feed.kept, duration=session.feed.duration)
    with suppress(LockstepError):
        session.face.say(end)
    return end
