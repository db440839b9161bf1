"""What the artist decides about a line: style, emphasis, emotions, gestures, pins, and edits of the curves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..acting import channels
from ..errors import ScoreError
from ..mouth.controls import Controls
from .anchor import Anchor

EMOTIONS = channels.EMOTIONS
GESTURES = ("brow_raise", "brow_furrow", "blink", "nod", "shake", "look_left", "look_right", "look_up", "look_down")
EDITS = ("keys", "transform", "deleted", "muted")
PARTS = ("mouth", "face")
HANDLES = ("FREE", "ALIGNED", "VECTOR", "AUTO", "AUTO_CLAMPED")
LONGEST_GESTURE = 10.0  # seconds

Handle = tuple[float, float]


def _within(what: str, value: float, least: float, most: float) -> None:
    if not math.isfinite(value) or not least <= value <= most:
        raise ScoreError(f"{what} is {value:g}; choose a value from {least:g} to {most:g}.")


@dataclass(frozen=True, slots=True)
class Emphasis:
    """The syllable at `at` is said with more weight (`amount` up to 1) or less (down to -1) than it was heard."""

    id: str
    at: Anchor
    amount: float = 0.5
    muted: bool = False
    guess: bool = False

    def __post_init__(self) -> None:
        _within("An emphasis", self.amount, -1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Emotion:
    """A feeling, one of EMOTIONS, from `start` to `end` at `strength` 0..1, coming and going within `fade` seconds."""

    id: str
    start: Anchor
    end: Anchor
    name: str
    strength: float = 0.6
    fade: float = 0.25
    muted: bool = False
    guess: bool = False

    def __post_init__(self) -> None:
        if self.name not in EMOTIONS:
            raise ScoreError(f"There is no emotion '{self.name}'; choose one of {', '.join(EMOTIONS)}.")
        _within("The strength of an emotion", self.strength, 0.0, 1.0)
        _within("The fade of an emotion", self.fade, 0.0, 5.0)


@dataclass(frozen=True, slots=True)
class Gesture:
    """A movement of brows, lids, eyes or head (GESTURES) at `at`; `duration` seconds, `strength` 0..1.

    Brows and lids peak there, eyes have just got there, and a nod or a shake begins: see acting/gestures.toml.
    """

    id: str
    at: Anchor
    name: str
    strength: float = 0.6
    duration: float = 0.5
    muted: bool = False
    guess: bool = False

    def __post_init__(self) -> None:
        if self.name not in GESTURES:
            raise ScoreError(f"There is no gesture '{self.name}'; choose one of {', '.join(GESTURES)}.")
        _within("The strength of a gesture", self.strength, 0.0, 1.0)
        _within("The duration of a gesture", self.duration, 0.05, LONGEST_GESTURE)


@dataclass(frozen=True, slots=True)
class Pin:
    """The sound at `at` takes the mouth of the sound `shape` (IPA), `strength` 0..1 of the way to it."""

    id: str
    at: Anchor
    shape: str
    strength: float = 1.0
    muted: bool = False
    guess: bool = False

    def __post_init__(self) -> None:
        if not self.shape.strip():
            raise ScoreError("A pinned shape names no sound; write one in IPA, as in 'u'.")
        _within("The strength of a pin", self.strength, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve of the character: `name` a shape key, or a bone's channel as 'head/rotation_euler[0]'.

    `owner` '' where every mesh that has the key has the same edit, else the one object's name; `layer` '' for the
    action that the sync writes, else the NLA track above it. `part` 'mouth': the rig's rows make it move in speech;
    'face': brows, eyes, head, and what the rig does not know. `makes`: channels that its row makes at 1, and `side`
    'left', 'right' or '', by which its like is found on another rig; `rest` and `reach`: its value at weight 0, and
    what weight 1 adds (reach is 0 where it is not known).
    """

    name: str
    owner: str = ""
    layer: str = ""
    part: str = "mouth"
    makes: tuple[tuple[str, float], ...] = ()
    side: str = ""
    rest: float = 0.0
    reach: float = 0.0

    def __post_init__(self) -> None:
        if not self.name:
            raise ScoreError("An edit names no curve; name the shape key that it is on.")
        if self.part not in PARTS:
            raise ScoreError(f"The curve '{self.name}' is of the part '{self.part}'; give one of {', '.join(PARTS)}.")


@dataclass(frozen=True, slots=True)
class EditedKey:
    """A key that the artist made or changed: its value as it stands on the curve.

    `left`, `right`: its handles as (seconds, value) from the key. The kinds are Blender's words: `left_type`,
    `right_type` one of HANDLES, `interpolation` ('BEZIER', 'LINEAR', 'CONSTANT', an easing ...), `easing`, `type`;
    `back`, `amplitude`, `period` are those of its easing. `before`, `after`: seconds to the keys beside it where it was
    made, 0 where there was none (handles stretch with them); `fps`: the frame rate on a whole frame of which it stood,
    0 where it stood between frames.
    """

    at: Anchor
    value: float
    left: Handle = (0.0, 0.0)
    right: Handle = (0.0, 0.0)
    left_type: str = "FREE"
    right_type: str = "FREE"
    interpolation: str = "BEZIER"
    easing: str = "AUTO"
    type: str = "KEYFRAME"
    back: float = 1.70158
    amplitude: float = 0.0
    period: float = 0.0
    before: float = 0.0
    after: float = 0.0
    fps: float = 0.0

    def __post_init__(self) -> None:
        numbers = (self.value, *self.left, *self.right, self.back, self.amplitude, self.period)
        if not all(map(math.isfinite, numbers)):
            raise ScoreError(f"An edited key at the sound '{self.at.ipa}' has no finite value; make it again.")
        for kind in (self.left_type, self.right_type):
            if kind not in HANDLES:
                raise ScoreError(f"An edited key has the handle '{kind}'; give one of {', '.join(HANDLES)}.")


@dataclass(frozen=True, slots=True)
class Edit:
    """What was changed by hand on `curve`.

    `kind` 'keys': between the places `start` and `end` (the untouched keys on both sides, where the sync's own curve
    takes over again) stand `keys` and nothing else; `gone` are the places of the sync's keys that were removed or
    changed there. 'transform': the sync's keys from `start` to `end` (both included) have value * `scale` + `offset`,
    and come `shift` seconds later. 'deleted', 'muted': the whole curve.

    `opens`, `closes`: nothing of the sync's own stands before, or after, the keys of this edit: they begin or end the
    curve. `fps`: the frame rate of which `shift` is whole frames, 0 where it is not.
    """

    id: str
    curve: Curve
    start: Anchor
    end: Anchor
    kind: str = "keys"
    keys: tuple[EditedKey, ...] = ()
    gone: tuple[Anchor, ...] = ()
    scale: float = 1.0
    offset: float = 0.0
    shift: float = 0.0
    muted: bool = False
    guess: bool = False
    opens: bool = False
    closes: bool = False
    fps: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in EDITS:
            raise ScoreError(
                f"An edit of '{self.curve.name}' is of the kind '{self.kind}'; give one of {', '.join(EDITS)}."
            )
        if not all(map(math.isfinite, (self.scale, self.offset, self.shift))):
            raise ScoreError(
                f"An edit of '{self.curve.name}' scales by {self.scale}, adds {self.offset} and shifts by "
                f"{self.shift} s; give finite numbers."
            )


Item = Emphasis | Emotion | Gesture | Pin | Edit
LISTS = ("emphases", "emotions", "gestures", "pins", "edits")  # the fields of a score that hold items, in order


@dataclass(frozen=True, slots=True)
class Score:
    """The acting of one line, tied to speech and not to seconds; see each item.

    `guess` of an item: where its sound is missing in a take, the artist wants it at the best guess rather than
    unplaced. Ids are unique in the score. Raises ScoreError.
    """

    style: Controls = field(default_factory=Controls)
    emphases: tuple[Emphasis, ...] = ()
    emotions: tuple[Emotion, ...] = ()
    gestures: tuple[Gesture, ...] = ()
    pins: tuple[Pin, ...] = ()
    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for item in self.items():
            if not item.id:
                raise ScoreError("An item of the acting has no id; give each an id of its own.")
            if item.id in seen:
                raise ScoreError(f"Two items of the acting are called '{item.id}'; give each an id of its own.")
            seen.add(item.id)

    def items(self) -> Iterator[Item]:
        """Everything in it but the style."""
        yield from self.emphases
        yield from self.emotions
        yield from self.gestures
        yield from self.pins
        yield from self.edits
