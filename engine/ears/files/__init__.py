"""Timed phones from elsewhere: TextGrid, CTM, Rhubarb, viseme events of Azure and Polly, and our own take."""

from .ear import FileEar
from .reading import read_phones
from .writing import ENDINGS, write_phones

__all__ = ("ENDINGS", "FileEar", "read_phones", "write_phones")
