"""A curve cut between two keys so that it runs as before: Bezier stretches split in time (de Casteljau)."""

from __future__ import annotations

from .keys import INTERPOLATIONS, CurveKeys

BEZIER, CONSTANT = INTERPOLATIONS.index("BEZIER"), INTERPOLATIONS.index("CONSTANT")
STEPS = 60  # halvings of a stretch

Point = tuple[float, float]
Segment = tuple[Point, Point, Point, Point]


def segment(keys: CurveKeys, at: int) -> Segment:
    """The four places (seconds, value) of the stretch from key `at` to the next, as Blender evaluates it.

    Handles that reach beyond the neighbour are shortened; a straight or held stretch has its handles on its line.
    """
    x0, y0, x3, y3 = (float(v) for v in (keys.times[at], keys.values[at], keys.times[at + 1], keys.values[at + 1]))
    kind = int(keys.interpolation[at])
    if kind != BEZIER:
        end = y0 if kind == CONSTANT else y3
        third = (end - y0) / 3.0
        return (x0, y0), (x0 + (x3 - x0) / 3.0, y0 + third), (x3 - (x3 - x0) / 3.0, end - third), (x3, end)
    near, far = keys.right[at].tolist(), keys.left[at + 1].tolist()
    return (x0, y0), _reached((x0, y0), near, x3 - x0), _reached((x3, y3), far, x3 - x0), (x3, y3)


def _reached(key: Point, handle: list[float], length: float) -> Point:
    reach = abs(handle[0] - key[0])
    if reach <= length:
        return handle[0], handle[1]
    share = length / reach
    return key[0] + (handle[0] - key[0]) * share, key[1] + (handle[1] - key[1]) * share


def part(whole: Segment, start: float, end: float) -> Segment:
    """The stretch of `whole` between two times within it, as a stretch of its own."""
    high = _share(whole, end)
    low = _share(whole, start)
    first = _split(whole, high)[0] if high < 1.0 else whole
    second = _split(first, low / high)[1] if low > 0.0 and high > 0.0 else first
    return (start, second[0][1]), second[1], second[2], (end, second[3][1])


def slope(before: Point, after: Point) -> float:
    """Value per second from one place to another; 0 where they stand at one time."""
    width = after[0] - before[0]
    return (after[1] - before[1]) / width if width > 1e-9 else 0.0


def _share(whole: Segment, time: float) -> float:
    """How far along the stretch `time` lies, 0..1."""
    (x0, _), (x1, _), (x2, _), (x3, _) = whole
    if time <= x0 or time >= x3:
        return 0.0 if time <= x0 else 1.0
    c, b = 3.0 * (x1 - x0), 3.0 * (x2 - 2.0 * x1 + x0)
    a = x3 - x0 - c - b
    low, high = 0.0, 1.0
    share = (time - x0) / (x3 - x0)
    for _ in range(STEPS):
        off = ((a * share + b) * share + c) * share + x0 - time
        low, high = (share, high) if off < 0.0 else (low, share)
        rate = (3.0 * a * share + 2.0 * b) * share + c
        following = share - off / rate if rate > 1e-12 else low
        following = following if low < following < high else (low + high) / 2.0
        if abs(following - share) < 1e-15:
            break
        share = following
    return share


def _split(whole: Segment, share: float) -> tuple[Segment, Segment]:
    p0, p1, p2, p3 = whole
    a, b, c = _between(p0, p1, share), _between(p1, p2, share), _between(p2, p3, share)
    d, e = _between(a, b, share), _between(b, c, share)
    f = _between(d, e, share)
    return (p0, a, d, f), (f, e, c, p3)


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
