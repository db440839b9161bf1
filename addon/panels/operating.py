"""What operators share: they say why they are grey, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy

from ...engine.errors import LockstepError


class Explained:
    """An operator that says why it is grey."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Asked at each drawing of each button, and so cheap."""
        reason = cls.reason(context)
        if reason:
            cls.poll_message_set(reason)  # type: ignore[attr-defined]
        return not reason

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """Why it cannot be pressed, '' where it can."""
        raise NotImplementedError


class Acting(Explained):
    """An operator that does one thing at once; what cannot be done is said, and changes nothing."""

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Do it."""
        try:
            self.act(context)
        except LockstepError as error:
            return self.fail(error)
        return {"FINISHED"}

    def act(self, context: bpy.types.Context) -> None:
        """What the operator does. Raises LockstepError."""
        raise NotImplementedError

    def fail(self, error: LockstepError) -> set[Any]:
        """Say what is wrong."""
        self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
        return {"CANCELLED"}

    def warn(self, notes: Iterable[str]) -> None:
        """Say what the artist should know of what was done."""
        for note in notes:
            self.report({"WARNING"}, note)  # type: ignore[attr-defined]
