"""What is to be known of two takes that were matched, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..take import Take

MUCH = 0.12  # share of a take's phones that only it has, from which it is told

Span = tuple[float, float]


def remarks(old: Take, new: Take, kind: str, left_out: Sequence[Span], inserted: Sequence[Span]) -> tuple[str, ...]:
    """Sentences for takes of another text, of another language, and where much was left out or put in."""
    return tuple(_sentences(old, new, kind, left_out, inserted))


def _sentences(old: Take, new: Take, kind: str, left_out: Sequence[Span], inserted: Sequence[Span]) -> Iterator[str]:
    if kind == "other text":
        if _known(old) and _known(new) and old.language != new.language:
            yield (
                f"The new recording is in another language ({new.language} instead of {old.language}); "
                "its phrases are matched in order."
            )
        yield "The new recording does not seem to say the same text; edits of the mouth are kept unplaced."
        return
    gone, come = _share(old, left_out), _share(new, inserted)
    if gone >= MUCH:
        yield f"About {gone:.0%} of the old text is not said in the new recording; edits there are kept unplaced."
    if come >= MUCH:
        yield f"About {come:.0%} of the new recording is not in the old one; it is spoken without edits there."


def _known(take: Take) -> bool:
    return take.language not in ("", "und")


def _share(take: Take, spans: Sequence[Span]) -> float:
    """The share of the take's phones that lie within the spans."""
    inside = sum(any(start <= (phone.start + phone.end) / 2.0 <= end for start, end in spans) for phone in take.phones)
    return inside / max(1, len(take.phones))
