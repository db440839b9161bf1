"""How smooth a window of Blender is while a face is driven live: drawings, looks, and how late a face is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Self

import bpy
import numpy as np
from window_steps import room

SUBDIVISIONS = 2  # of each mesh of the weighty character
COPIES = 2  # of its head, beside one another


class Pace:
    """Measures while it is entered: every drawing of the scene's view, and every look of the session."""

    def __init__(self) -> None:
        self._draws: list[float] = []
        self._looks: list[tuple[float, float, float]] = []  # when, its seconds, the moment's time that is shown then
        self._shown: list[tuple[float, float]] = []  # when a new moment was drawn, and its time
        self._session = room("addon.live.session")

    def __enter__(self) -> Self:
        self._kind = self._session.Session
        self._step = step = self._kind.step
        self._kind.step = lambda one: self._timed(lambda: step(one))
        self._handle = bpy.types.SpaceView3D.draw_handler_add(self._drawn, (), "WINDOW", "POST_PIXEL")
        return self

    def __exit__(self, *_given: Any) -> None:
        bpy.types.SpaceView3D.draw_handler_remove(self._handle, "WINDOW")
        self._kind.step = self._step

    def _drawn(self) -> None:
        self._draws.append(time.perf_counter())
        moment = self._moment()
        if moment is not None and (not self._shown or self._shown[-1][1] != moment.time):
            self._shown.append((self._draws[-1], moment.time))

    def _timed(self, step: Callable[[], bool]) -> bool:
        begun = time.perf_counter()
        again = step()
        ended = time.perf_counter()
        moment = self._moment()
        if moment is not None:
            self._looks.append((ended, ended - begun, moment.time))
        return again

    def _moment(self) -> Any:
        live = self._session.current()
        return live.moment if live is not None and live.state == "live" else None

    def told(self) -> str:
        """What was measured, in one line."""
        parts = [f"{_rate(self._draws)} drawings a second"]
        if self._looks:
            when, took, times = (np.array(column) for column in zip(*self._looks, strict=True))
            late = 1000.0 * (when - times - np.min(when - times))
            parts += [f"{len(when) / np.ptp(when):.0f} looks a second of {_spread(1000.0 * took)} ms"]
            parts += [f"a moment is on the keys {_spread(late)} ms later than at best"]
        if self._shown:
            drawn, spoken = (np.array(column) for column in zip(*self._shown, strict=True))
            late = 1000.0 * (drawn - spoken - np.min(when - times))
            parts += [
                f"{len(drawn) / np.ptp(drawn):.0f} moments a second are drawn, {_spread(late)} ms later than that"
            ]
        return "; ".join(parts) + "."


def _rate(times: list[float]) -> str:
    return f"{(len(times) - 1) / (times[-1] - times[0]):.1f}" if len(times) > 1 else "no"


def _spread(values: np.ndarray) -> str:
    return f"{np.median(values):.1f} (95 % {np.percentile(values, 95):.1f}, most {values.max():.1f})"


def weighty(head: Any) -> str:
    """Make the character heavy: its meshes subdivided, its head twice more beside it with shape keys of its own.

    Gives its size in words.
    """
    for number in range(COPIES):
        copy = head.copy()
        copy.data = head.data.copy()
        bpy.context.scene.collection.objects.link(copy)
        copy.parent, copy.matrix_parent_inverse = head, head.matrix_world.inverted()
        copy.location.x += 0.25 * (2 * number - 1)
        copy.data.shape_keys.animation_data_clear()
    meshes = [head, *head.children_recursive]
    for thing in meshes:
        thing.modifiers.new("Subdivision", "SUBSURF").levels = SUBDIVISIONS
    points = sum(len(thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.vertices) for thing in meshes)
    shapes = sum(len(thing.data.shape_keys.key_blocks) for thing in meshes if thing.data.shape_keys)
    return f"{len(meshes)} meshes, {points:,} points, {shapes} shape keys"
