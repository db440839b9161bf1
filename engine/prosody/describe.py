"""All the prosody of a reading at once."""

from __future__ import annotations

from collections.abc import Sequence

from ..languages import Language
from ..take import Phone, Phrase, Syllable, Tracks, Word
from .phrases import phrases
from .prominence import mark_prominence
from .tones import mark_tones, with_pitch


def describe(
    phones: Sequence[Phone],
    words: Sequence[Word],
    tracks: Tracks,
    language: Language,
    tones: Sequence[int] = (),
) -> tuple[tuple[Phone, ...], tuple[Syllable, ...], tuple[Phrase, ...]]:
    """The phones with their stress, the syllables (prominence, lexical stress, tone, pitch path) and the phrases.

    `words`: the words of an aligned text, in order; () where there is none. Syllables keep within them, and the
    stress that phones bring along inside a word that is 'said' or 'repeated' is the word's own: it stays, stands in
    Syllable.stress and weighs in prominence. Elsewhere stress is marked by ear. `tones`: the text's tone 0..5 of each
    phone, on nuclei; () where there is none, and then a tone language's tones are told by their paths where these are
    clear. `tracks`: energy and pitch of the whole sound. Nothing raises for phones that are in order.
    """
    marked, spans = mark_prominence(phones, tracks, language, words)
    spans = with_pitch(spans, marked, tracks)
    spans = mark_tones(spans, marked, language, tones)
    return marked, spans, phrases(marked)
