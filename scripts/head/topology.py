"""All-quad topology of the skin: a grid around the head in which blocks of cells give way to rings of edge loops.

The rings around mouth and eyes are what lets lips and lids deform well; each block corner becomes a five-way pole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Cells left..right (columns) and top..bottom (rows) that become `rings` loops; both spans even, so that each
    loop has a vertex at either corner of mouth or eye and one on its midline."""

    left: int
    right: int
    top: int
    bottom: int
    rings: int

    def __post_init__(self) -> None:
        if (self.right - self.left) % 2 or (self.bottom - self.top) % 2:
            raise ValueError("A block spans an even number of columns and of rows.")

    @property
    def half(self) -> int:
        """Edges of a loop from one corner to the other."""
        return self.right - self.left + self.bottom - self.top

    def outline(self) -> list[tuple[int, int]]:
        """(row, column) of the loop that it shares with the grid, from the left corner over the top and back below."""
        middle = (self.top + self.bottom) // 2
        left = [(row, self.left) for row in range(middle, self.top, -1)]
        top = [(self.top, column) for column in range(self.left, self.right)]
        right = [(row, self.right) for row in range(self.top, self.bottom)]
        bottom = [(self.bottom, column) for column in range(self.right, self.left, -1)]
        last = [(row, self.left) for row in range(self.bottom, middle, -1)]
        return left + top + right + bottom + last


@dataclass(frozen=True)
class Topology:
    """`grid` [rows, columns] of vertex numbers (-1 where a block is), `loops` one array [rings + 1, 2 * half] a block
    (its first loop belongs to the grid), the quads, and the number of vertices."""

    grid: Ids
    loops: tuple[Ids, ...]
    quads: list[tuple[int, ...]]
    count: int


def weave(rows: int, columns: int, blocks: Sequence[Block]) -> Topology:
    """Join the grid (its columns closed around the head) with the blocks' loops.

    Within a loop the vertices over the upper half are numbered before those of the lower half, each from left to
    right, so that rising numbers follow lips and lids.
    """
    inside = np.zeros((rows, columns), bool)
    for block in blocks:
        inside[block.top + 1 : block.bottom, block.left + 1 : block.right] = True
    grid = np.where(inside, -1, np.cumsum(~inside).reshape(rows, columns) - 1)
    count = int((~inside).sum())
    quads = _grid_quads(grid, blocks)
    loops = []
    for block in blocks:
        loop = _loops(grid, block, count)
        count += block.rings * 2 * block.half
        quads += _ring_quads(loop)
        loops.append(loop)
    return Topology(grid, tuple(loops), quads, count)


def neighbours(topology: Topology) -> tuple[Ids, Ids]:
    """Both ends of every edge, each edge in both directions."""
    quads = np.array(topology.quads)
    pairs = np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])
    both = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    return both[:, 0], both[:, 1]


def _grid_quads(grid: Ids, blocks: Sequence[Block]) -> list[tuple[int, ...]]:
    rows, columns = grid.shape
    given = {
        (row, column)
        for block in blocks
        for row in range(block.top, block.bottom)
        for column in range(block.left, block.right)
    }
    return [
        (int(grid[r, c]), int(grid[r + 1, c]), int(grid[r + 1, (c + 1) % columns]), int(grid[r, (c + 1) % columns]))
        for r in range(rows - 1)
        for c in range(columns)
        if (r, c) not in given
    ]


def _loops(grid: Ids, block: Block, first: int) -> Ids:
    shared = np.array([grid[place] for place in block.outline()])
    half = block.half
    order = np.concatenate([np.arange(half + 1), np.arange(2 * half - 1, half, -1)])
    numbers = np.empty(2 * half, np.int64)
    numbers[order] = np.arange(2 * half)
    return np.stack([shared, *(first + ring * 2 * half + numbers for ring in range(block.rings))])


def _ring_quads(loops: Ids) -> list[tuple[int, ...]]:
    following = np.roll(loops, -1, axis=1)
    quads = np.stack([loops[:-1], loops[1:], following[1:], following[:-1]], axis=-1).reshape(-1, 4)
    return [tuple(map(int, quad)) for quad in quads]
