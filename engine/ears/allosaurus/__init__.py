"""Allosaurus as a second ear: by its own package where that is installed, by NumPy alone inside Blender."""

from .ear import AllosaurusEar, open_ear
from .folder import find_folder, name_of, read_folder

__all__ = ("AllosaurusEar", "find_folder", "name_of", "open_ear", "read_folder")
