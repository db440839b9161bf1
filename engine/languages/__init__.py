"""Languages as data: one TOML each, read and checked by `load`.

`load(code)` gives a Language, `codes()` lists what there is. Shapes that all languages share are in shapes.toml.
"""

from .language import Cluster, Diphthong, Language, Part, Prosody, Timing
from .loader import codes, load
from .shape import CHANNELS, Claims, Shape

__all__ = [
    "CHANNELS",
    "Claims",
    "Cluster",
    "Diphthong",
    "Language",
    "Part",
    "Prosody",
    "Shape",
    "Timing",
    "codes",
    "load",
]
