"""The hard rule after the solve: a contact is met in full, and what would open it gives way."""

from __future__ import annotations

import numpy as np

from .channels import INDEX, JAW_IN_TUCK, Floats
from .profile import Row


def keep_contacts(values: Floats, base: Floats, rows: tuple[Row, ...]) -> Floats:
    """`values` [n, rows] with the contacts of `base` channels [n, len(BASE)] kept.

    Keys that seal are at least as full as the seal, keys that part the lips at most as full as it leaves room for
    (so 1 and 0 where it is shut), likewise for the lip on the teeth; continuous in both. A key that brings the lips
    together over an open jaw follows the jaw's key; where there is none, and no key that holds whatever the jaw does,
    the jaw gives way too.
    """
    seal = base[:, INDEX["seal"]]
    tuck = base[:, INDEX["tuck"]] * (1.0 - seal)
    result = values.copy()
    jaw_held = any("shut" in row.makes or row.holds_jaw for row in rows)
    for j, row in enumerate(rows):
        for contact, amount in (("seal", seal), ("tuck", tuck)):
            room = 1.0 - amount
            if row.gives_way(contact) or (contact == "seal" and "jaw" in row.makes and not jaw_held):
                result[:, j] = np.minimum(result[:, j], room)
            elif contact == "tuck" and "jaw" in row.makes:
                result[:, j] = np.minimum(result[:, j], room + JAW_IN_TUCK * amount)
            result[:, j] = np.maximum(result[:, j], row.rules(contact) * amount)
    _follow_jaw(result, seal, rows)
    return result


def _follow_jaw(values: Floats, seal: Floats, rows: tuple[Row, ...]) -> None:
    """Keys that make `shut` get the seal's share of the jaw as it really is, never more than it."""
    jaws = [values[:, j] for j, row in enumerate(rows) if "jaw" in row.makes]
    jaw = np.max(jaws, axis=0) if jaws else np.zeros(len(values))
    for j, row in enumerate(rows):
        if "shut" in row.makes:
            values[:, j] = np.minimum(seal * jaw, row.limit)


def decisive(rows: tuple[Row, ...]) -> tuple[bool, ...]:
    """For each row whether a contact rests on it, so that its values in contacts must be kept exactly."""
    return tuple(
        "shut" in row.makes
        or "jaw" in row.makes
        or any(row.gives_way(contact) or row.rules(contact) > 0.0 for contact in ("seal", "tuck"))
        for row in rows
    )
