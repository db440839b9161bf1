"""The curves as an artist has them before them: keys moved, added, deleted and bent, one curve at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from engine.edits.keys import CurveKeys, hermite_keys, no_keys


class Desk:
    """The keys of each curve, and which of them nobody has touched yet."""

    def __init__(self, curves: Mapping[str, CurveKeys], fps: float) -> None:
        self.curves = dict(curves)
        self.free = {name: np.ones(len(keys), bool) for name, keys in curves.items()}
        self.fps = fps
        self.muted: set[str] = set()
        self.gone: set[str] = set()

    def mute(self, name: str) -> None:
        """The whole curve is muted."""
        self.muted.add(name)
        self.free[name][:] = False

    def throw(self, name: str) -> None:
        """The whole curve is deleted."""
        self.gone.add(name)
        self.curves[name], self.free[name] = no_keys(), np.zeros(0, bool)

    def keys(self, name: str) -> CurveKeys:
        """The keys of a curve, which may have none."""
        return self.curves.get(name) or no_keys()

    def untouched(self, name: str) -> NDArray[np.int64]:
        """The keys of a curve that are as they were, but the first and the last."""
        free = self.free.get(name, np.zeros(0, bool))
        inner = np.arange(1, max(len(free) - 1, 1))
        return inner[free[inner]] if len(free) > 2 else np.zeros(0, np.int64)

    def run(self, name: str, first: int, length: int) -> bool:
        """Whether `length` keys from `first` on are untouched, and are not the curve's first or last."""
        free = self.free[name]
        return first > 0 and first + length < len(free) and bool(free[first : first + length].all())

    def change(
        self, name: str, chosen: NDArray[np.int64], seconds: float = 0.0, scale: float = 1.0, add: float = 0.0
    ) -> None:
        """Keys with their handles come `seconds` later; values times `scale` plus `add`."""
        keys = self.curves[name]
        times, values, left, right = keys.times.copy(), keys.values.copy(), keys.left.copy(), keys.right.copy()
        times[chosen] += seconds
        values[chosen] = values[chosen] * scale + add
        for handles in (left, right):
            handles[chosen, 0] += seconds
            handles[chosen, 1] = handles[chosen, 1] * scale + add
        self.curves[name] = replace(keys, times=times, values=values, left=left, right=right)
        self.free[name][chosen] = False

    def set(self, name: str, index: int, **columns: object) -> None:
        """Other handles, kinds or easing of one key."""
        keys = self.curves[name]
        changed = {}
        for column, value in columns.items():
            array = np.array(getattr(keys, column))
            array[index] = value
            changed[column] = array
        self.curves[name] = replace(keys, **changed)
        self.free[name][index] = False

    def delete(self, name: str, index: int) -> None:
        """One key less; its neighbours count as touched, so that what was there can be told."""
        left = np.arange(len(self.curves[name])) != index
        self.free[name][[max(index - 1, 0), min(index + 1, len(left) - 1)]] = False
        self.curves[name], self.free[name] = self.curves[name].at(left), self.free[name][left]

    def add(self, name: str, seconds: float, value: float, slope: float = 0.0) -> None:
        """One key more, its handles two frames long."""
        reach = 2.0 / self.fps
        one = hermite_keys(np.array([seconds]), np.array([value]), np.array([slope]))
        left = np.array([[seconds - reach, value - slope * reach]])
        right = np.array([[seconds + reach, value + slope * reach]])
        keys, free = self.keys(name), self.free.get(name, np.zeros(0, bool))
        self.curves[name] = _joined(keys, replace(one, left=left, right=right))
        self.free[name] = np.insert(free, int(np.searchsorted(keys.times, seconds)), False)

    def frame(self, seconds: float) -> float:
        """The time of the nearest frame."""
        return round(seconds * self.fps) / self.fps


def _joined(keys: CurveKeys, others: CurveKeys) -> CurveKeys:
    parts = {item.name: np.concatenate([getattr(keys, item.name), getattr(others, item.name)]) for item in fields(keys)}
    order = np.argsort(parts["times"], kind="stable")
    return CurveKeys(**{name: values[order] for name, values in parts.items()})
