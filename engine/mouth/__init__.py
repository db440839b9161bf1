"""From a take to the face: `shape_curves(take, language, controls)` gives the face's curves over time."""

from .controls import Controls
from .curves import CHANNELS, Contact, FaceCurves
from .shaping import shape_curves

__all__ = ["CHANNELS", "Contact", "Controls", "FaceCurves", "shape_curves"]
