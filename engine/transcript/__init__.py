"""Written text to a lattice of sounds: what was to be said, and the ways in which it may have been said."""

from .reading import read_script, say_word
from .script import Reading, Script, ScriptWord, Sound
from .speaker import Speaker

__all__ = ["Reading", "Script", "ScriptWord", "Sound", "Speaker", "read_script", "say_word"]
