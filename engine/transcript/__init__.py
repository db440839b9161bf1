"""Written text to a lattice of sounds: what was to be said, and the ways in which it may have been said.

The readers of all the writings are loaded when one is asked for: most sounds come without a text.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .script import Reading, Script, ScriptWord, Sound

if TYPE_CHECKING:
    from .reading import read_script, say_word
    from .speaker import Speaker

__all__ = ["Reading", "Script", "ScriptWord", "Sound", "Speaker", "read_script", "say_word"]


def __getattr__(name: str) -> Any:
    return getattr(import_module(f"{__name__}.{'speaker' if name == 'Speaker' else 'reading'}"), name)
