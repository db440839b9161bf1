"""The demo head on a stage: it speaks a line as the button lets it, and is measured at every whole frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from head.build import build_head

BEFORE, AFTER = 12, 12  # frames measured beside the sound
MIDDLE = slice(12, 17)  # the five middle pairs of 29


@dataclass(frozen=True, eq=False)
class Film:
    """What was seen: for each whole frame [n] its time in the sound (seconds) and, in metres, the mouth's measures.

    `gap` the mean opening of the middle of the lips (0: shut), `seal` the widest opening anywhere (0: shut all along),
    `crossing` how far the lips pass through each other at worst (0: not), `width` between the corners, `forward` how
    far the lips are protruded, `teeth` from the lower lip to the upper teeth, `jaw` the lower teeth's drop.
    """

    times: np.ndarray
    gap: np.ndarray
    seal: np.ndarray
    crossing: np.ndarray
    width: np.ndarray
    forward: np.ndarray
    teeth: np.ndarray
    jaw: np.ndarray
    frame: float  # seconds
    first: int  # the scene's frame of times[0]


class Stage:
    """A scene with one head, to be used for many lines one after another."""

    def __init__(self, scheme: str = "arkit") -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = bpy.context.scene
        self.parts = build_head(scheme)
        self.head = self.parts["head"]
        for name, thing in self.parts.items():
            thing.hide_viewport = name not in ("head", "teeth_lower")  # what is not seen need not be computed
        bpy.context.view_layer.objects.active = self.head
        self.upper, self.lower = (_members(self.head, group) for group in ("lips_upper", "lips_lower"))
        teeth = self.parts["teeth_upper"]
        self.front_teeth = np.array([vertex.co[:] for vertex in teeth.data.vertices])

    def speak(self, sound: Path, fps: float = 24.0, start: int = 1, take=None, base: float = 1.0, **settings):
        """Press the button at frame `start` with `fps / base` frames a second; gives (film, the take that was heard).

        With a `take`, it is spoken instead of what the recognizer hears in `sound`.
        """
        self.clear()
        self.scene.render.fps, self.scene.render.fps_base = round(fps), base
        self.scene.frame_start, self.scene.frame_end = start, start + 50
        self.scene.frame_set(start)
        panel = self.scene.lockstep
        panel.source, panel.audio, panel.language = "FILE", str(sound), "en"
        for name, value in settings.items():
            setattr(panel, name, value)
        with _heard(take) as heard:
            assert bpy.ops.lockstep.sync() == {"FINISHED"}
        return self.film(fps / base, start, heard[-1].audio.duration), heard[-1]

    def clear(self) -> None:
        """Take back all that lines have left."""
        self.scene.sequence_editor_clear()
        for thing in self.parts.values():
            thing.lockstep_spans.clear()
            if thing.data.shape_keys:
                animated = thing.data.shape_keys.animation_data
                if animated is not None:  # its drivers are the head's own
                    animated.action = None
                for key in thing.data.shape_keys.key_blocks:
                    key.value = 0.0
        for action in list(bpy.data.actions):
            bpy.data.actions.remove(action)

    def film(self, rate: float, start: int, duration: float) -> Film:
        """Measure the evaluated mesh at each whole frame around a sound that starts at frame `start`."""
        numbers = range(start - BEFORE, start + int(np.ceil(duration * rate)) + AFTER)
        upper, lower, jaw = (np.array(rows) for rows in zip(*map(self._seen, numbers), strict=True))
        gaps = upper[:, :, 2] - lower[:, :, 2]
        lip = lower[:, MIDDLE].reshape(-1, 1, 3)
        near = self.front_teeth[np.abs(self.front_teeth[:, 0]) < 0.012]
        teeth = np.linalg.norm(lip - near, axis=-1).reshape(len(numbers), -1).min(axis=1)
        return Film(
            (np.array(numbers) - start) / rate,
            np.maximum(gaps[:, MIDDLE].mean(axis=1), 0.0),
            np.maximum(gaps.max(axis=1), 0.0),
            np.maximum(-gaps.min(axis=1), 0.0),
            np.abs(upper[:, -1, 0] - upper[:, 0, 0]),
            -0.5 * (upper + lower)[:, MIDDLE, 1].mean(axis=1),
            teeth,
            jaw[0] - jaw,
            1.0 / rate,
            numbers[0],
        )

    def _seen(self, number: int) -> tuple[np.ndarray, np.ndarray, float]:
        self.scene.frame_set(number)
        points = _points(self.head)
        return points[self.upper], points[self.lower], float(_points(self.parts["teeth_lower"])[:, 2].mean())


def _points(thing) -> np.ndarray:
    mesh = thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    flat = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", flat)
    return flat.reshape(-1, 3).astype(float)


def _members(thing, group: str) -> list[int]:
    index = thing.vertex_groups[group].index
    return [v.index for v in thing.data.vertices if any(g.group == index for g in v.groups)]


@contextmanager
def _heard(take) -> Iterator[list]:
    """While the context lasts, the button hears `take`, or as ever where it is None; gives the takes it has heard."""
    from lockstep.engine import listen as room

    heard, ear = [], room.listen

    def listen(source, **options):
        heard.append((yield from ear(source, **options)) if take is None else take)
        return heard[-1]

    room.listen = listen
    try:
        yield heard
    finally:
        room.listen = ear


def take_of(spoken, language: str = "en"):
    """The take that holds just the phones that were spoken, at their exact times."""
    from lockstep.engine.take import Audio, Phone, Take

    phones = tuple(Phone(start, end, ipa) for start, end, ipa in spoken.phones)
    return Take(Audio(spoken.sound.name, "", spoken.duration, 22050), language, "exact", phones=phones)
