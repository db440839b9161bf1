"""The sound of a line and its reading: the one that the line keeps where nothing was changed, else a new one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...engine.errors import AudioError, LockstepError, UsageError
from ...engine.progress import Progress, scaled
from ...engine.take import Correction, Take
from .. import compat
from ..sound import audio, strips
from ..sound.strips import Placement
from . import ears, spans, takes
from .request import Request, remembered, scene_of
from .request import from_json as request_of

Heard = tuple[Request, Take, Placement]  # what was asked for, what was heard, and where its sound stood

HEARD = 0.93  # of the work of a reading: the rest looks into the recording
AS_MUCH = 0.5  # of the shorter one: two stretches that share it are one


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound ready to be heard: its source, where it stands, its path and the name of its strip, if it has one."""

    source: Any
    placed: Placement
    path: Path
    strip: str


@dataclass(frozen=True, slots=True)
class Known:
    """A line that speaks a sound already: its name among the face's lines, and the number of the take, -1 for none."""

    line: str
    index: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A take, where its sound stands, and whether it was heard now."""

    take: Take
    placed: Placement
    heard: bool


@contextmanager
def sound_of(request: Request) -> Iterator[Sound]:
    """The sound of a request. Raises AudioError."""
    home = scene_of(request)
    with ExitStack() as stack:
        if request.audio is not None:
            path, strip = request.audio, None
        else:
            strip = strips.find_strip(home, request.strip)
            path = stack.enter_context(strips.sound_file(strip.sound))
        source = audio.open_sound(path)
        if strip is None:
            placed = strips.place_new(home, request.frame, source.duration, request.sound_in, request.sound_out)
        elif strips.is_evenly_paced(strip):
            placed = strips.place_strip(strip, home, source.duration)
        else:
            path, frame = stack.enter_context(strips.rendered(strip, home))
            source = audio.open_sound(path)
            placed = strips.place_new(home, frame, source.duration)
        placed = strips.narrowed(placed, request.sound_in, request.sound_out, source.name)
        yield Sound(source, placed, path, "" if strip is None else strip.name)


def corrections(request: Request, face: Any, part: Any, placed: Placement) -> tuple[Correction, ...]:
    """What the artist put right in the part of the sound that is heard, in its seconds. Raises UsageError."""
    known = request.corrections
    if known is None:
        known = spans.corrections(face, part.sha256()) if len(face.lockstep_corrections) else ()
    if request.sound and request.sound != part.sha256():
        raise UsageError(f"'{part.name}' is no longer the sound that was heard; press Sync from Audio first.")
    return spans.within(known, placed.start, placed.start + part.duration)


def read_sound(
    request: Request,
    face: Any,
    sound: Sound,
    known: Known | None,
    remark: Callable[[str], None],
    heard: Heard | None = None,
) -> Generator[Progress, None, Reading]:
    """The reading of a sound: the kept one where sound, part, language, pass, text, corrections and ear are the same.

    `heard`: a reading that was made just now and that no line keeps yet. Raises LockstepError.
    """
    part = audio.part_of(sound.source, sound.placed.start, sound.placed.stop)
    wanted = corrections(request, face, part, sound.placed)
    heard = heard or _kept(face, known)
    if heard is not None and _is_same(heard, request, part, wanted, sound.placed):
        _, take, stood = heard
        return Reading(take, replace(sound.placed, start=stood.start, stop=stood.stop), False)
    ear = ears.ear_of(request, sound.placed, sound.source.duration, remark)
    take = yield from _listen(request, part, wanted, ear, remark)
    return Reading(takes.settled(take), sound.placed, True)


def _listen(
    request: Request, part: Any, wanted: tuple[Correction, ...], ear: Any, remark: Callable[[str], None]
) -> Generator[Progress, None, Take]:
    from ...engine.languages import load
    from ...engine.listen import listen

    work = listen(
        part,
        language=None if request.language == "auto" else load(request.language),
        refined=request.refined,
        transcript=request.text or None,
        corrections=wanted,
        recognizer=ear,
        remark=remark,
    )
    take = yield from scaled(work, 0.0, HEARD)
    yield from scaled(_look_into(part, take, remark), HEARD, 1.0, "Checking the sound")
    return take


def _look_into(part: Any, take: Take, remark: Callable[[str], None]) -> Generator[Progress, None, None]:
    """Remark on what is gravely wrong with a recording; what is clipped has been told by `listen`."""
    from ...engine.soundcheck.checking import check_sound

    spoken = [(phrase.start, phrase.end) for phrase in take.phrases]
    found = yield from check_sound(part, spoken, spoken)
    for finding in found.findings:
        if finding.grave and finding.kind != "clipping":
            remark(f"{finding.says} {finding.mend}")


def _kept(face: Any, known: Known | None) -> Heard | None:
    """The take that a line keeps, and how it came about; None where there is none that is whole."""
    span = None if known is None else spans.named(face, known.line)
    if known is None or span is None or not 0 <= known.index < len(span.takes):
        return None
    item = span.takes[known.index]
    try:
        return request_of(item.asked, "", ("", None)), takes.read(item), takes.place_of(item)
    except LockstepError:
        return None


def _is_same(heard: Heard, request: Request, part: Any, wanted: tuple[Correction, ...], placed: Placement) -> bool:
    """Whether that take is what would be heard; its part may differ by less than half a frame."""
    asked, take, stood = heard
    if (asked.language, asked.refined, asked.text) != (request.language, request.refined, request.text):
        return False
    if not ears.is_same(asked, request, take):
        return False
    near = 0.5 / placed.rate
    if abs(stood.start - placed.start) > near or abs(stood.stop - placed.stop) > near:
        return False
    return bool(take.audio.sha256 == part.sha256()) and _alike(take.corrections, wanted)


def _alike(kept: tuple[Correction, ...], wanted: tuple[Correction, ...]) -> bool:
    return [_told(one) for one in kept] == [_told(one) for one in wanted]


def _told(one: Correction) -> tuple[Any, ...]:
    return (round(one.start, 3), round(one.end, 3), one.said, one.kind)


# Lines that speak a sound already


def find_line(face: Any, sound: Sound) -> Known | None:
    """The line of a face that speaks this sound here, by any of its takes: by its strip, else by its frames."""
    sha256 = sound.source.sha256() if len(face.lockstep_spans) else ""
    found = [(share, known) for known, share in _candidates(face, sound, sha256) if share >= AS_MUCH]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def take_of(face: Any, line: str, request: Request, sound: Sound) -> Known:
    """The take of a face's line that is of this sound, with the same text; one more where there is none.

    Raises UsageError where the line is gone.
    """
    span = spans.named(face, line)
    if span is None:
        raise UsageError("This line is gone; choose another.")
    sha256 = sound.source.sha256()
    for index, item in enumerate(span.takes):
        asked = remembered(item.asked) if item.sound == sha256 else None
        if asked is not None and asked.text == request.text:
            return Known(line, index)
    return Known(line, -1)


def strip_of(face: Any, known: Known, home: Any) -> str:
    """The strip of a kept take, '' where it has none in the scene."""
    span = spans.named(face, known.line)
    if span is None or not 0 <= known.index < len(span.takes):
        return ""
    strip = strips.named(home, span.takes[known.index].strip)
    return "" if strip is None else str(strip.name)


def _candidates(face: Any, sound: Sound, sha256: str) -> Iterator[tuple[Known, float]]:
    """Lines and takes of the same sound here, with how much of it they share; one of the same strip counts for more."""
    for span in spans.lines_of(face):
        for index, item in list(enumerate(span.takes)) or [(-1, None)]:
            if (span.sound if item is None else item.sound) != sha256:
                continue
            placed = _stood(span, item)
            shared = _share((placed.start, placed.stop), (sound.placed.start, sound.placed.stop))
            if item is not None and sound.strip and item.strip == sound.strip:
                yield Known(span.name, index), 1.0 + shared if shared >= AS_MUCH else 0.0
            else:
                yield Known(span.name, index), shared if _begin_together(placed, sound.placed) else 0.0


def _stood(span: Any, item: Any) -> Placement:
    """Where a line's sound stood, as far as it is known."""
    if item is not None:
        return takes.place_of(item)
    whole = Placement(span.base, span.rate, 0.0, 0.0)
    return replace(whole, start=whole.seconds(span.sound_first), stop=whole.seconds(span.sound_last))


def _begin_together(one: Placement, other: Placement) -> bool:
    """Whether two sounds, or what is heard of them, begin on one frame."""
    firsts = abs(one.frame(one.start) - other.frame(other.start))
    return min(firsts, abs(one.base - other.base)) < 1.0


def _share(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How much of the shorter of two stretches lies in the other."""
    shorter = min(one[1] - one[0], other[1] - other[0])
    return (min(one[1], other[1]) - max(one[0], other[0])) / shorter if shorter > 0.0 else 0.0


# Where the sound of a take stands now


def standing(item: Any, home: Any) -> Placement:
    """Where a kept take's sound stands now: as its strip does, else from the frame on which it stood.

    The part of the sound that the take is of stays. Raises TakeError for a take that is damaged.
    """
    stood, (length, fps) = takes.place_of(item), takes.sound_of(item)
    strip = strips.named(home, item.strip)
    if strip is not None and strips.is_evenly_paced(strip):
        with suppress(AudioError):
            return replace(strips.place_strip(strip, home, length), start=stood.start, stop=stood.stop)
    rate = stood.rate / fps * compat.frames_per_second(home)
    return Placement(stood.frame(stood.start) - stood.start * rate, rate, stood.start, stood.stop)
