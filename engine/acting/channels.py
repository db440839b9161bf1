"""The channels that acting moves beyond the mouth's own, and the emotions that a rig may have a key of its own for.

All 0..1, at 1 as far as the rig's key goes, but for `head_shake`, -1..1. Left and right are the character's own. In
brackets the action unit of FACS (Ekman & Friesen 1978).

| channel | meaning, at 1 |
|---|---|
| `brow_inner`, `brow_outer` | inner ends (AU1) and outer ends (AU2) of the brows raised |
| `brow_down` | brows lowered and drawn together (AU4) |
| `lid_wide` | upper lids raised (AU5) |
| `squint` | lids tightened (AU7) |
| `blink` | eyes closed (AU45) |
| `look_left`, `look_right`, `look_up`, `look_down` | both eyes turned |
| `cheek` | cheeks raised (AU6) |
| `nose` | nose wrinkled (AU9) |
| `frown` | corners of the mouth down (AU15) |
| `smile` | corners up (AU12), only where the mouth's own channel cannot show it |
| `head_nod` | head bowed, as far as nods go |
| `head_shake` | head turned to its left (1) or right (-1) |
"""

from __future__ import annotations

LOOKS = ("look_left", "look_right", "look_up", "look_down")
HEAD = ("head_nod", "head_shake")
FACE = (
    *("brow_inner", "brow_outer", "brow_down", "lid_wide", "squint", "blink"),
    *(*LOOKS, "cheek", "nose", "frown", "smile"),
)
EXPRESSION = FACE + HEAD
EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
SIGNED = frozenset({"head_shake"})
MOUTH = ("smile", "stretch", "upper", "lower", "press", "jaw")  # the mouth's channels that an emotion may move
