"""The lines that a face speaks: where they lie, what was heard in them, and what the artist put right."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import bpy

from ...engine.take import STAGES, STATUSES, Correction, Phone, Take

OVERRIDABLE: Any = {"LIBRARY_OVERRIDABLE"}
INSERTABLE: Any = {"LIBRARY_OVERRIDABLE", "USE_INSERTION"}
SAME = 0.5  # frames within which two sounds begin or end together
TINY = 1e-3  # seconds
NOWHERE = -1e6  # a frame
KEPT = ("score", "laid", "report", "head")
TAKE_FIELDS: tuple[str, ...] = ("label", "home", "digest", "data", "path", "strip", "ours", "sound", "place", "asked")
TAKE_FIELDS += ("language", "duration", "made", "ear")
DIGITS = 3  # of a second: times lie in the .blend as single floats

Frames = tuple[float, float]


def _to_word(self: Any, context: bpy.types.Context) -> None:
    _jump(self, context, self.words, self.word)


def _to_phone(self: Any, context: bpy.types.Context) -> None:
    _jump(self, context, self.phones, self.phone)


def _jump(span: Any, context: bpy.types.Context, items: Any, index: int) -> None:
    if context.scene is not None and 0 <= index < len(items):
        context.scene.frame_set(frame_in(span, items[index].times[0]))


class LockstepHeard(bpy.types.PropertyGroup):
    """A word, or a phone, that was heard: `times` are start and end in seconds of the sound, and its confidence."""

    text: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    times: bpy.props.FloatVectorProperty(size=3, override=OVERRIDABLE)  # type: ignore[valid-type]
    status: bpy.props.IntProperty(override=OVERRIDABLE)  # type: ignore[valid-type]


def _to_act(self: Any, context: bpy.types.Context) -> None:
    if context.scene is not None and 0 <= self.act < len(self.acting):
        context.scene.frame_set(round(self.acting[self.act].frame))


class LockstepItem(bpy.types.PropertyGroup):
    """An item of a line's acting as the panel lists it; `name` is its id in the score.

    `kind`: emphasis, emotion, gesture, pin or edit; `what`: what it is, in words, `about` its values, and `label` the
    word or sounds it is at; `frame`, `last`: the scene's frames where it stands, at best guess where it is unplaced;
    `status`: matched, moved or unplaced, and `reason` why; `laid`: whether it takes part.
    """

    kind: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    what: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    about: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    label: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    frame: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    last: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    status: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    reason: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    muted: bpy.props.BoolProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    guess: bpy.props.BoolProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    laid: bpy.props.BoolProperty(default=True, override=OVERRIDABLE)  # type: ignore[valid-type]


class LockstepCorrection(bpy.types.PropertyGroup):
    """What the artist says is said between two seconds of a sound, known by the SHA-256 of its file."""

    sound: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    start: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    end: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    said: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    kind: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]


class LockstepTake(bpy.types.PropertyGroup):
    """A reading of a line by one voice, kept with it; `name` is unique in the line. See addon/lines/takes.py.

    `label` what the artist calls it; `home` its `take_id`; `digest` and `data` the take's JSON, known and packed;
    `path` the sound's file and `strip` its strip, which is `ours` where a sync added it; `place` the frames on which
    the sound stood when its keys were written (JSON: its Placement, its length, the scene's rate); `asked` what was
    asked for, as JSON; `duration` seconds of it; `made` when, and `ear` by whom.
    """

    label: bpy.props.StringProperty(name="Take", override=OVERRIDABLE)  # type: ignore[valid-type]
    home: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    digest: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    data: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    path: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    strip: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    ours: bpy.props.BoolProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    sound: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    place: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    asked: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    language: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    duration: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    made: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    ear: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]


class LockstepSpan(bpy.types.PropertyGroup):
    """A line that the face speaks.

    `sound_first`, `sound_last`: the frames of its sound; `first`, `last`: those of its keys, which may begin and end
    outside. `base` is the frame of the sound's second 0, `rate` frames per second of sound; `sound` the SHA-256 of its
    file. `asked` is what the sync was asked for, as JSON; `words` and `phones` what was heard; `stages` the phrases
    whose sounds are not trusted (status: a number of STAGES, text: why); `acting` what the panel lists of the score
    (acting.refresh fills it). `takes` are its readings, `take` the number of the one that it speaks, -1 where none is
    kept, and `picked` the one chosen in the list; `score`, `laid` and `report` are read
    through addon/lines/takes.py; `head` marks its strips of nods and looks (addon/keys/heads.py).
    """

    sound_first: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    sound_last: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    first: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    last: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    base: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    rate: bpy.props.FloatProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    sound: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    language: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    asked: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    words: bpy.props.CollectionProperty(type=LockstepHeard, override=INSERTABLE)  # type: ignore[valid-type]
    phones: bpy.props.CollectionProperty(type=LockstepHeard, override=INSERTABLE)  # type: ignore[valid-type]
    stages: bpy.props.CollectionProperty(type=LockstepHeard, override=INSERTABLE)  # type: ignore[valid-type]
    word: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Word",
        override=OVERRIDABLE,
        update=_to_word,
    )
    phone: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Phone",
        override=OVERRIDABLE,
        update=_to_phone,
    )
    acting: bpy.props.CollectionProperty(type=LockstepItem, override=INSERTABLE)  # type: ignore[valid-type]
    takes: bpy.props.CollectionProperty(type=LockstepTake, override=INSERTABLE)  # type: ignore[valid-type]
    take: bpy.props.IntProperty(default=-1, override=OVERRIDABLE)  # type: ignore[valid-type]
    picked: bpy.props.IntProperty(name="Take", override=OVERRIDABLE)  # type: ignore[valid-type]
    score: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    laid: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    report: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    head: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    act: bpy.props.IntProperty(name="Item", override=OVERRIDABLE, update=_to_act)  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line to be noted: the frames of its sound and of its keys, and what was heard of which part of which sound.

    `base`, `rate`: as in LockstepSpan; `start`: the second of the sound at which `take` begins; `asked` is JSON.
    """

    sound: Frames
    keys: Frames
    base: float
    rate: float
    start: float
    take: Take
    asked: str


# Where lines lie


def pads(face: Any, first: float, last: float) -> Frames:
    """The frames between which a face spoke the sound that lies between `first` and `last`, if it did so before.

    A mouth may move before its sound begins and after it ends; where it spoke none, these are the sound's own frames.
    """
    low = [span.first for span in face.lockstep_spans if abs(span.sound_first - first) < SAME]
    high = [span.last for span in face.lockstep_spans if abs(span.sound_last - last) < SAME]
    return min([first, *low]), max([last, *high])


def quiet_frame(face: Any, frame: float) -> float:
    """The last frame up to `frame` that lies in no line of the face: the mouth has its value of rest there."""
    spans = sorted(face.lockstep_spans, key=lambda span: float(span.first), reverse=True)
    for span in spans:
        if span.first < frame <= span.last:
            frame = span.first
    return frame


def note(face: Any, spoken: Spoken, own: str = "") -> LockstepSpan:
    """Note that a face now speaks a line, in place of its line `own` where there is one; gives the line.

    Older lines end where it begins, and begin where it ends.
    """
    spans, sound, keys = face.lockstep_spans, spoken.sound, spoken.keys
    for index in reversed(range(len(spans))):
        old = spans[index]
        if old.name == own:
            continue
        if old.sound_first >= sound[0] - SAME and old.sound_last <= sound[1] + SAME:
            _gone(spans, index)
        elif old.sound_first < sound[0] < old.sound_last <= sound[1]:
            old.sound_last = old.last = keys[0]
        elif sound[0] <= old.sound_first < sound[1] < old.sound_last:
            old.sound_first = old.first = keys[1]
    line = named(face, own)
    line = added(spans) if line is None else _local(face, line)
    line.words.clear()
    line.phones.clear()
    line.stages.clear()
    _fill(line, spoken)
    put_right(face, spoken)
    made: LockstepSpan = line
    return made


def _gone(spans: Any, index: int) -> None:
    """Take a line away; one that came from a library cannot be, and is put where nobody speaks."""
    try:
        spans.remove(index)
    except TypeError:
        old = spans[index]
        old.rate, old.sound, old.take, old.head = 0.0, "", -1, ""
        old.sound_first = old.sound_last = old.first = old.last = NOWHERE


def _local(face: Any, line: LockstepSpan) -> LockstepSpan:
    """The line; on an overridden character one of its own with the same takes: a library's lists cannot be emptied."""
    if face.override_library is None:
        return line
    spans, name = face.lockstep_spans, line.name
    made = added(spans)
    line = named(face, name)  # adding may have moved it
    for kept in KEPT:
        setattr(made, kept, getattr(line, kept))
    for item in line.takes:
        copied = added(made.takes)
        for field in TAKE_FIELDS:
            setattr(copied, field, getattr(item, field))
    name = made.name
    _gone(spans, list(spans).index(line))
    found: LockstepSpan = named(face, name)
    return found


def _fill(span: LockstepSpan, spoken: Spoken) -> None:
    take = spoken.take
    span.sound_first, span.sound_last = spoken.sound
    span.first, span.last = spoken.keys
    span.base, span.rate = spoken.base, spoken.rate
    span.sound, span.language, span.asked = take.audio.sha256, take.language, spoken.asked
    for phone in take.phones:
        _add(span.phones, phone.ipa, phone.start + spoken.start, phone.end + spoken.start, phone.confidence)
    for word in take.words:
        made = _add(span.words, word.text, word.start + spoken.start, word.end + spoken.start, word.confidence)
        if word.status != STATUSES[0]:
            made.status = STATUSES.index(word.status)
    for phrase in take.phrases:
        if phrase.stage != STAGES[0]:
            made = _add(span.stages, phrase.reason, phrase.start + spoken.start, phrase.end + spoken.start, 0.0)
            made.status = STAGES.index(phrase.stage)


def added(items: Any) -> Any:
    """A new item with a name that no other has."""
    names = {item.name for item in items}
    number = next(number for number in range(1, len(names) + 2) if str(number) not in names)
    made = items.add()
    made.name = str(number)
    return made


def _add(items: Any, text: str, start: float, end: float, confidence: float) -> Any:
    made = items.add()
    made.text, made.times = text, (start, end, confidence)
    return made


def lines_of(thing: Any) -> list[Any]:
    """The lines that an object speaks, those that were put away (their rate is 0) left out."""
    return [span for span in thing.lockstep_spans if span.rate > 0.0]


def line_at(face: Any, frame: float) -> LockstepSpan | None:
    """The line that a face speaks at `frame`, else the one it was given last; None before its first one."""
    spans = lines_of(face)
    there = [span for span in spans if span.sound_first - SAME <= frame <= span.sound_last + SAME]
    found: LockstepSpan | None = (there or spans or [None])[-1]
    return found


def named(face: Any, name: str) -> Any:
    """The line of that name; None where there is none, which is so of the name '' as well."""
    return next((span for span in face.lockstep_spans if span.name == name), None) if name else None


def frame_in(span: Any, seconds: float) -> int:
    """The whole frame of a second of a line's sound, kept within the line."""
    frame = float(span.base + seconds * span.rate)
    return round(min(max(frame, float(span.sound_first)), float(span.sound_last)))


# What was heard


def phones(span: Any) -> list[Phone]:
    """The phones of a line, in seconds of its sound."""
    return [Phone(*seconds_of_heard(item), item.text, float(item.times[2])) for item in span.phones]


def phones_in(span: Any, start: float, end: float) -> Iterator[str]:
    """IPA of the phones whose middle lies between two seconds of a line's sound."""
    items = span.phones
    first = bisect_left(range(len(items)), start, key=lambda index: sum(items[index].times[:2]) / 2.0)
    for index in range(first, len(items)):
        if sum(items[index].times[:2]) / 2.0 >= end:
            return
        yield items[index].text


def seconds_of_heard(item: Any) -> Frames:
    """Start and end of a word or sound that was heard."""
    return _rounded(item.times[0]), _rounded(item.times[1])


def choose_at(span: Any, seconds: float) -> None:
    """Choose, in the lists of words and sounds, what is heard at a second of a line's sound."""
    for name, items in (("word", span.words), ("phone", span.phones)):
        index = bisect_right(range(len(items)), seconds + TINY, key=lambda at: items[at].times[0]) - 1
        if len(items):
            setattr(span, name, max(0, index))


# What the artist put right


def corrections(face: Any, sound: str) -> tuple[Correction, ...]:
    """What was put right in a sound (its SHA-256), in its seconds and in the order of doing."""
    return tuple(
        Correction(*seconds_of(item), item.said, item.kind) for item in face.lockstep_corrections if item.sound == sound
    )


def within(corrections: Iterable[Correction], start: float, end: float) -> tuple[Correction, ...]:
    """The corrections between two seconds of a sound, in seconds after `start`."""
    return tuple(
        replace(one, start=_rounded(max(one.start, start) - start), end=_rounded(min(one.end, end) - start))
        for one in corrections
        if one.end > start and one.start < end
    )


def without(corrections: Iterable[Correction], start: float, end: float) -> tuple[Correction, ...]:
    """The corrections that leave the time from `start` to `end` alone: a new one there takes their place."""
    return tuple(one for one in corrections if one.end <= start or one.start >= end)


def put_right(face: Any, spoken: Spoken) -> None:
    """Keep the corrections of a take, in the seconds of its whole sound, in place of those that lay in it before."""
    kept = face.lockstep_corrections
    audio = spoken.take.audio
    for index in reversed(range(len(kept))):
        if _is_of(kept[index], audio.sha256, spoken.start, spoken.start + audio.duration):
            _forgotten(kept, index)
    for correction in spoken.take.corrections:
        made = added(kept)
        made.sound, made.said, made.kind = audio.sha256, correction.said, correction.kind
        made.start, made.end = correction.start + spoken.start, correction.end + spoken.start


def _forgotten(kept: Any, index: int) -> None:
    """Take a correction away; one that came from a library holds for no sound any more."""
    try:
        kept.remove(index)
    except TypeError:
        kept[index].sound = ""


def _is_of(item: Any, sound: str, start: float, end: float) -> bool:
    first, last = seconds_of(item)
    return bool(item.sound == sound and last > start and first < end)


def own_corrections(face: Any, span: Any) -> list[Any]:
    """The corrections that lie in a line, in the order of doing."""
    start, end = ((frame - span.base) / span.rate for frame in (span.sound_first, span.sound_last))
    return [item for item in face.lockstep_corrections if _is_of(item, span.sound, start, end)]


def seconds_of(item: Any) -> Frames:
    """Start and end of a correction."""
    return _rounded(item.start), _rounded(item.end)


def _rounded(seconds: float) -> float:
    return round(float(seconds), DIGITS)


def timecode(seconds: float) -> str:
    """Seconds as shown: 2.35, or 1:02.35."""
    hundredths = round(max(0.0, seconds) * 100)
    if hundredths < 6000:
        return f"{hundredths / 100:.2f}"
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


CLASSES = (LockstepHeard, LockstepItem, LockstepCorrection, LockstepTake, LockstepSpan)
