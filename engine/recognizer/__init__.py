"""The ear: log-mels in, posteriors and phones out. See MODEL.md for what it was trained on and how well it hears."""

from .articulation import ARTICULATIONS, articulation_table
from .decode import decode
from .model import Posteriors, Recognizer

__all__ = ["ARTICULATIONS", "Posteriors", "Recognizer", "articulation_table", "decode"]
