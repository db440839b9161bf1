"""The colours of a plot."""

from __future__ import annotations

from ..drawing import Colour

GROUND, FIELD, GRID, AXIS = (30, 30, 34), (36, 36, 41), (48, 48, 54), (120, 120, 128)
INK, FAINT = (226, 228, 232), (150, 152, 160)
SEEN, EXPECTED, ENERGY = (250, 200, 90), (95, 155, 255), (112, 122, 140)
MISSED, GRAVE, GRAVE_INK, FAULT = (240, 70, 70), (225, 60, 60), (255, 110, 105), (235, 170, 60)
ENERGY_LINE = (170, 140, 220)
GOOD, BAD = (110, 200, 125), (225, 70, 70)
VERDICTS: dict[str, tuple[str, Colour]] = {
    "pass": ("In sync", (120, 210, 130)),
    "look": ("Look at it", (245, 190, 70)),
    "fail": ("Not in sync", (240, 85, 85)),
    "unknown": ("Cannot tell", (170, 172, 180)),
}
