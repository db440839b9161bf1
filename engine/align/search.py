"""The best way through a lattice of words: a Viterbi search (Viterbi 1967) over whole rows of nodes at once.

Between words the way may fall silent, leave the text (foreign sounds, at the score of what is heard there without it,
less a penalty), go back a few words (said again), or leave words out. A node lasts two frames or more, silence and
what is foreign longer: what must last is entered late, with the scores of its first frames summed, so that each is one
state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .lattice import Lattice

LEAST_PAUSE = 12  # frames of a silence between words
LEAST_FOREIGN = 15  # frames outside the text
FOREIGN_ENTRY = -27.0  # log: cost of leaving the text
BACK = -18.0  # log: cost of going back
BACK_WORD = -1.0  # log: and of each word gone back
NEVER = np.float32(-1e9)

Floats = NDArray[np.float32]
NODE, PAUSE, FOREIGN = range(3)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames [start, stop) in a node, in silence or outside the text; `number`: of the node, or of the junction."""

    kind: int
    number: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Log scores of frames: of each class [n, classes] (silence first), and of what is heard without the text [n].

    `sure`: the posterior of each class 0..1 [n, classes].
    """

    classes: Floats
    foreign: Floats
    sure: Floats


def search(graph: Lattice, scores: Scores, strict: bool = False) -> tuple[Stretch, ...]:
    """The best row of stretches that covers all frames; () where the words cannot be fitted in.

    `strict`: every word is said once, in order, and nothing else; there may still be silence between them.
    """
    return _Search(graph, scores, strict).run() if len(scores.foreign) else ()


class _Search:
    """Tables of one search: the best score of being in each node, silence and foreign stretch at each frame."""

    def __init__(self, graph: Lattice, scores: Scores, strict: bool) -> None:
        self.graph, self.strict, self.frames = graph, strict, len(scores.foreign)
        self.scores = scores
        self.node_scores = scores.classes[:, graph.classes]
        self.pair_scores = self.node_scores.copy()
        self.pair_scores[1:] += self.node_scores[:-1]
        self.silences = _sums(scores.classes[:, 0], LEAST_PAUSE)
        self.outsides = _sums(scores.foreign, LEAST_FOREIGN)
        nodes, junctions = (self.frames, len(graph.classes)), (self.frames, len(graph.pause))
        self.nodes, self.entered = np.full(nodes, NEVER, np.float32), np.full(nodes, NEVER, np.float32)
        self.pauses, self.fell = np.full(junctions, NEVER, np.float32), np.full(junctions, NEVER, np.float32)
        self.foreign, self.left = np.full(junctions, NEVER, np.float32), np.full(junctions, NEVER, np.float32)
        self.skipped = np.concatenate([[0.0], np.cumsum(-graph.skip)]).astype(np.float32)
        self.turned = (BACK_WORD * np.arange(len(graph.pause))).astype(np.float32)
        self.word_of = graph.word[graph.first]
        self.parted = np.where(graph.joined, NEVER, np.float32(0.0)) if graph.joined.any() else None

    def run(self) -> tuple[Stretch, ...]:
        for t in range(self.frames):
            self._step(t)
        if not self._reach(self.frames)[2][-1] > NEVER / 2:
            return ()
        return tuple(reversed(self._trace()))

    def _step(self, t: int) -> None:
        """Fill in frame t from the frames before it."""
        quiet, _, reach = self._reach(t)
        silence, entered, pauses = self.scores.classes[t, 0], self.entered[t], self.pauses[t]
        np.add(quiet, self.graph.pause, out=self.fell[t])
        if t:
            entered[1:] = self.nodes[t - 1, :-1]
            stayed = self.nodes[t - 1] + self.node_scores[t]
            np.maximum(stayed, self.entered[t - 1] + self.pair_scores[t], out=self.nodes[t])
            np.add(self.pauses[t - 1], silence, out=pauses)
            pauses[-1] = max(self.pauses[t - 1, -1], self.fell[t, -1]) + silence  # the last may be short
        else:
            pauses[0] = self.fell[0, 0] + silence  # and so may the first
        if t >= LEAST_PAUSE - 1:
            np.maximum(pauses, self.fell[t - LEAST_PAUSE + 1] + self.silences[t], out=pauses)
        entered[self.graph.first] = reach[self.word_of] + self.graph.entry
        if not self.strict:
            self._step_outside(t, reach)

    def _step_outside(self, t: int, reach: Floats) -> None:
        foreign = self.foreign[t]
        np.add(reach, FOREIGN_ENTRY, out=self.left[t])
        if t:
            np.add(self.foreign[t - 1], self.scores.foreign[t], out=foreign)
        if t >= LEAST_FOREIGN - 1:
            np.maximum(foreign, self.left[t - LEAST_FOREIGN + 1] + self.outsides[t], out=foreign)

    def _reach(self, t: int) -> tuple[Floats, Floats, Floats]:
        """Best score of standing at each junction before frame t.

        Where silence may follow; without going back or leaving out; and all in all.
        """
        quiet = np.full(len(self.graph.pause), NEVER, np.float32)
        if t == 0:
            quiet[0] = 0.0
            plain = quiet
        else:
            ends = self.nodes[t - 1, self.graph.last]
            plain = quiet.copy()
            np.maximum.reduceat(ends, self.graph.starts, out=plain[1:])
            if self.parted is None:
                quiet = plain.copy()
            else:
                np.maximum.reduceat(ends + self.parted, self.graph.starts, out=quiet[1:])
            np.maximum(plain, self.pauses[t - 1], out=plain)
            if not self.strict:
                np.maximum(quiet, self.foreign[t - 1], out=quiet)
                np.maximum(plain, self.foreign[t - 1], out=plain)
        return quiet, plain, plain if self.strict else self._detours(plain)

    def _detours(self, plain: Floats) -> Floats:
        """The same where words may be said again or left out."""
        again = np.maximum.accumulate((plain + self.turned)[::-1])[::-1] - self.turned + np.float32(BACK)
        reach = np.maximum(plain, again)
        found: Floats = np.maximum.accumulate(reach + self.skipped) - self.skipped
        return found

    def _trace(self) -> list[Stretch]:
        found: list[Stretch] = []
        junction, t, quiet = len(self.graph.pause) - 1, self.frames, False
        while t > 0:
            kind, number = self._before(junction, t, quiet)
            start = self._start(kind, number, t)
            found.append(Stretch(kind, number, start, t))
            t = start
            while kind == NODE and number not in self.graph.first:
                number -= 1
                start = self._start(kind, number, t)
                found.append(Stretch(kind, number, start, t))
                t = start
            junction = int(self.graph.word[number]) if kind == NODE else number
            quiet = kind == PAUSE
        return found

    def _before(self, junction: int, t: int, quiet: bool) -> tuple[int, int]:
        """What ended before frame t on the best way to a junction; `quiet`: where silence follows."""
        if not quiet:
            junction = self._turn(junction, t)
        options = [(self.foreign[t - 1, junction], FOREIGN, junction)]
        if not quiet:
            options.append((self.pauses[t - 1, junction], PAUSE, junction))
        if junction:
            first = self.graph.starts[junction - 1]
            stop = self.graph.starts[junction] if junction < len(self.graph.starts) else len(self.graph.last)
            for reading in range(first, stop):
                if not (quiet and self.graph.joined[reading]):
                    node = int(self.graph.last[reading])
                    options.append((self.nodes[t - 1, node], NODE, node))
        _, kind, number = max(options, key=lambda option: option[0])
        return kind, number

    def _turn(self, junction: int, t: int) -> int:
        """The junction at which the way arrived, before it went back or left words out to come to this one."""
        if self.strict:
            return junction
        _, plain, _ = self._reach(t)
        again = np.maximum.accumulate((plain + self.turned)[::-1])[::-1] - self.turned + np.float32(BACK)
        reach = np.maximum(plain, again)
        junction = int((reach + self.skipped)[: junction + 1].argmax())
        if again[junction] > plain[junction]:
            junction += int((plain + self.turned)[junction:].argmax())
        return junction

    def _start(self, kind: int, number: int, t: int) -> int:
        """The first frame of the stretch that ends before frame t."""
        start = {NODE: self._node_start, PAUSE: self._pause_start, FOREIGN: self._foreign_start}[kind]
        return next((found for s in range(t - 1, 0, -1) if (found := start(number, s)) >= 0), 0)

    def _node_start(self, node: int, s: int) -> int:
        """The first frame of a node that the best way entered so late that it counts from frame s, else -1."""
        late = self.entered[s - 1, node] + self.pair_scores[s, node]
        return s - 1 if late >= self.nodes[s - 1, node] + self.node_scores[s, node] else -1

    def _pause_start(self, junction: int, s: int) -> int:
        if junction == len(self.graph.pause) - 1 and self.fell[s, junction] >= self.pauses[s - 1, junction]:
            return s
        first = s - LEAST_PAUSE + 1
        late = self.fell[first, junction] + self.silences[s] if first >= 0 else NEVER
        return first if late >= self.pauses[s - 1, junction] + self.scores.classes[s, 0] else -1

    def _foreign_start(self, junction: int, s: int) -> int:
        first = s - LEAST_FOREIGN + 1
        late = self.left[first, junction] + self.outsides[s] if first >= 0 else NEVER
        return first if late >= self.foreign[s - 1, junction] + self.scores.foreign[s] else -1


def _sums(values: Floats, frames: int) -> Floats:
    """The sum of each value and those before it, `frames` of them in all; 0 where there are fewer."""
    whole = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    found = np.zeros(len(values), np.float32)
    found[frames - 1 :] = whole[frames:] - whole[:-frames]
    return found
