"""Timed phones from elsewhere: TextGrid, CTM, Rhubarb, viseme events of Azure and Polly, and our own take."""

from .ear import FileEar
from .forms import digest_of
from .reading import Part, read_phones
from .writing import ENDINGS, check_ending, write_phones

__all__ = ("ENDINGS", "FileEar", "Part", "check_ending", "digest_of", "read_phones", "write_phones")
