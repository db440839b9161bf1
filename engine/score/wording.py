"""Places in speech in words: for reasons, lists and reports."""

from __future__ import annotations

from .anchor import Anchor

UNPLACED, MOVED = "is not in this take", "it stands where that would be"


def sound(anchor: Anchor) -> str:
    """The sound of a place and where it is heard: "/p/ of 'happy'", without a text "/p/ in /æ p i/"."""
    if anchor.word:
        return f"/{anchor.ipa}/ of '{anchor.word}'"
    around = around_it(anchor)
    return f"/{anchor.ipa}/ in {around}" if around != f"/{anchor.ipa}/" else around


def around_it(anchor: Anchor) -> str:
    """The sound of a place between its neighbours, as in '/æ p i/'."""
    return f"/{' '.join((*anchor.before[-1:], anchor.ipa, *anchor.after[:1]))}/"


def spot(anchor: Anchor) -> str:
    """A place as an artist reads it: "'water' /w/", "after 'water'", "/w ɔ t/", "after /ɔ t/", "0.40 s"."""
    if anchor.kind == "shot":
        return f"{anchor.amount:.2f} s"
    if anchor.kind == "phone":
        return f"'{anchor.word}' /{anchor.ipa}/" if anchor.word else around_it(anchor)
    if anchor.amount >= 0.0:
        return "after " + (f"'{anchor.word}'" if anchor.word else f"/{' '.join((*anchor.before[-1:], anchor.ipa))}/")
    return "before " + (f"'{anchor.word}'" if anchor.word else f"/{' '.join((anchor.ipa, *anchor.after[:1]))}/")


def missing(anchor: Anchor) -> str:
    """Why a sound has no place."""
    return f"The sound {sound(anchor)} {UNPLACED}."


def left_out(anchor: Anchor) -> str:
    """Why what follows its phrase has no place."""
    return f"The phrase with the sound {sound(anchor)} {UNPLACED}."


def no_longer_said(anchor: Anchor) -> str:
    """Why a sound has no place in another text."""
    return f"This take has another text, without the sound {sound(anchor)}."


def moved(anchor: Anchor) -> str:
    """Why something stands beside its sound's own place."""
    return f"The sound {sound(anchor)} {UNPLACED}; {MOVED}."


def heard_as(anchor: Anchor, ipa: str) -> str:
    """Why something stands at another sound."""
    return f"The sound {sound(anchor)} is heard as /{ipa}/ in this take."


def other_text(anchor: Anchor, where: str) -> str:
    """How something got along in another text; `where` as in 'at its place in the phrase'."""
    return f"This take has another text; what was at {spot(anchor)} stands {where}."


def unknown_take(anchor: Anchor) -> str:
    """Why something was looked for by its neighbours alone."""
    return f"The take in which this was made is gone; the place like {spot(anchor)} was taken by its neighbours."


def not_recognised(anchor: Anchor) -> str:
    """Why no place is like enough."""
    return f"The take in which this was made is gone, and this one has no place like {spot(anchor)}."


def stands(reason: str, where: str) -> str:
    """The reason of something without a place, and where it stands for all that: 'by the other keys of its edit'."""
    return f"{reason.rstrip('.')}; it stands {where}." if reason else ""
