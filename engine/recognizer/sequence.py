"""Which phone follows which: one table of pairs for each language, counted on text by `scripts/ear/sequences.py`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("sequences.npz")


@lru_cache(maxsize=1)
def _tables() -> dict[str, NDArray[np.float16]]:
    with np.load(FILE, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def pairs(code: str) -> NDArray[np.float32]:
    """Log-probability of class j after class i, float32 [classes, classes]; that of all languages for unknown codes."""
    tables = _tables()
    return tables.get(code, tables["und"]).astype(np.float32)
