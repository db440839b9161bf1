"""Which languages a text may be in, by the script of its letters: what helps an ear that cannot tell them apart."""

from __future__ import annotations

from collections.abc import Iterable

from .voices import of
from .writing import main_script, script_of

JAPANESE = {"hiragana", "katakana"}  # no other language mixes them with characters


def written_in(text: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Those of some languages (codes of engine.languages) that are written in the script of a text, in order.

    A text in characters with kana among them is Japanese. None for a text without letters.
    """
    scripts = {script_of(letter) for letter in text}
    script = "hiragana" if scripts & JAPANESE else main_script(text)
    return tuple(code for code in codes if script in of(code).scripts)
