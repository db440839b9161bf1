"""Ears by their names, as the command line calls them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from ..errors import UsageError
from .protocol import Ear, PhoneEar, PosteriorEar

Remark = Callable[[str], None] | None


def _lockstep(_remark: Remark) -> Ear:
    from ..recognizer import Recognizer

    return Recognizer.load()


def _allosaurus(remark: Remark) -> Ear:
    from .allosaurus import open_ear

    return open_ear(remark=remark)


_KNOWN: dict[str, Callable[[Remark], Ear]] = {"lockstep": _lockstep, "allosaurus": _allosaurus}
NAMES = tuple(_KNOWN)
"""The ears that come with Lockstep, the usual one first."""

# how the names begin by which takes call other ears than our own: a model's folder follows, or a file's name
OF_MODEL, OF_FILE = "allosaurus-", "file "


def ear_named(name: str, remark: Remark = None) -> Ear:
    """The ear of that name: one of NAMES, or 'module:Ear' for a class or function of one's own that makes one.

    `remark` is called with a sentence for each thing that the ear has to say of its hearing. Raises UsageError where
    there is none such, and whatever making it raises.
    """
    if name in _KNOWN:
        return _KNOWN[name](remark)
    module, colon, maker = name.partition(":")
    if not colon or not module or not maker:
        raise UsageError(
            f"There is no recognizer '{name}'; give one of {', '.join(NAMES)}, or module:Class for one of your own."
        )
    try:
        ear = getattr(import_module(module), maker)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise UsageError(f"The recognizer '{name}' cannot be made ({error}); check its module and class.") from error
    if not isinstance(ear, PosteriorEar | PhoneEar):
        raise UsageError(f"The recognizer '{name}' gives neither posteriors nor phones; see engine/ears/protocol.py.")
    return ear
