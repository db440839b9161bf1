"""Written text to a lattice of sounds: what was to be said, and the ways in which it may have been said."""

from .script import Reading, Script, ScriptWord, Sound

__all__ = ["Reading", "Script", "ScriptWord", "Sound"]
