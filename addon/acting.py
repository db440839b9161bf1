"""What the panel lists of a line's acting: each item of the score with its words or sounds, its frame and its status."""

from __future__ import annotations

from typing import Any


def refresh(span: Any, face: Any) -> None:
    """List the items of a line's score anew; to be called after each writing of the line."""
