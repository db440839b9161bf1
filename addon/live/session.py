"""One time of live listening: from the call to the listener to what it has recorded, on a timer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import LockstepError
from ...engine.live.moment import Moment
from ...engine.live.wire import Ask, Begin, End, Message, Refused
from .. import compat
from . import kept, offers
from .client import Client
from .driving import Driver
from .finding import place_of

TICK = 1.0 / 60.0  # seconds between two looks while the face moves
SLOW = 0.05  # seconds between two looks while nothing moves, and between two drawings of the panel
LOOK = 0.5  # seconds between two looks whether the face is still the same
ENDED = 5.0  # seconds within which the listener must say how it ended
SHORTEST = 0.1  # seconds that are worth keeping

ON = "Live is on; press Stop first."
UNNAMED = "The recording '{}' has a path that Blender cannot keep; move it into another folder and open it from there."


class Session:
    """A face that is driven, or about to be. `state`: 'calling', 'live', 'ending' or 'over'.

    `said`: what is to be told of its end, and `failed` whether that was a fault.
    """

    def __init__(self, client: Client, driver: Driver, home: bpy.types.Scene, clock: Callable[[], float]) -> None:
        self.state, self.said, self.failed = "calling", "", False
        self.begun: Begin | None = None
        self.moment: Moment | None = None
        self.driver = driver
        self.frame = home.frame_current
        self._client, self._clock = client, clock
        self._home = place_of(home)
        self.is_resting = False  # while a render goes on
        self._looked = self._drawn = self._stopped = clock()

    @property
    def is_driving(self) -> bool:
        """Whether the face is driven, or about to be."""
        return self.state in ("calling", "live")

    def step(self) -> bool:
        """Take what has come and show it; tells whether this goes on."""
        if self.is_resting and not is_rendering():  # a render that never began may have told of no end
            self.rest(False)
        try:
            for message in self._client.poll():
                self._take(message)
            self._look_after()
        except LockstepError as error:
            self._lost(str(error))
        self._draw()
        return self.state != "over"

    def stop(self, reason: str = "", failed: bool = False) -> None:
        """End it: the face gets its values back at once, the listener says later where the recording lies."""
        if not self.is_driving:
            return
        self.driver.put_back()
        self.said, self.failed = reason, failed
        begun, self.state, self._stopped = self.state == "live", "ending", self._clock()
        self._client.stop()
        if not begun:
            self._end()

    def show(self) -> None:
        """Show the last moment once more, where something may have changed the keys meanwhile."""
        if self.state == "live" and self.moment is not None and not self.is_resting and self.driver.show(self.moment):
            redraw("WINDOW")

    def rest(self, resting: bool) -> None:
        """For as long as a render goes on, the face has the artist's own values."""
        self.is_resting = resting
        if resting:
            self.driver.lay_back()

    def await_frame(self) -> None:
        """Another frame is about to be computed."""
        if self.is_driving and not self.is_resting:
            self.driver.await_frame()

    def note_frame(self) -> None:
        """Another frame is shown."""
        if self.is_driving and not self.is_resting:
            self.driver.note_frame()

    def renew(self) -> None:
        """Another state of the file is open since undo or redo."""
        self.driver.forget()
        if self.is_driving:
            self._looked = -math.inf
            self.step()
            self.show()

    def abandon(self) -> None:
        """End it without waiting for a word; a recording is offered that is known of."""
        if self.state == "over":
            return
        self.stop()
        self._end()

    def hang_up(self) -> None:
        """Say no more."""
        self.state = "over"
        self._client.close()

    def _take(self, message: Message) -> None:
        if isinstance(message, Begin):
            home = self._home.found(bpy.data.scenes)
            self.begun, self.frame = message, self.frame if home is None else home.frame_current
            self.state = "live" if self.state == "calling" else self.state
        elif isinstance(message, Moment):
            if self.moment is None:
                self._count_back(message)
            self.moment = message
            self.show()
        elif isinstance(message, Refused):
            self.stop(message.reason, failed=True)
        elif isinstance(message, End):
            self._ended(message)

    def _count_back(self, first: Moment) -> None:
        """While the scene plays, the sound began when its first moment says: a microphone is slow to start."""
        home: Any = self._home.found(bpy.data.scenes)
        if home is not None and self.begun is not None and is_playing():
            passed = first.time + self.begun.delay
            self.frame = round(home.frame_current_final - passed * compat.frames_per_second(home))

    def _ended(self, end: End) -> None:
        self.driver.put_back()
        if self.is_driving or end.failed:
            self.said, self.failed = self.said or end.reason, self.failed or end.failed
        self._end(end.recording, end.duration)

    def _lost(self, reason: str) -> None:
        """The listener is gone, or the face; what was recorded so far is offered all the same."""
        self.driver.put_back()
        if self.is_driving:
            self.said, self.failed = reason, True
        self._end()

    def _look_after(self) -> None:
        """See whether the face is still the same, and whether the listener takes too long to end."""
        now = self._clock()
        if self.state == "ending" and now - self._stopped > ENDED:
            self._end()
        if self.is_driving and now - self._looked > LOOK:
            self._looked = now
            if not self.is_resting:
                heal_others()
            try:
                if self.driver.renew():
                    self.show()
            except LockstepError as error:
                self.stop(str(error), failed=True)

    def _end(self, recording: str = "", seconds: float = 0.0) -> None:
        """The last of all: hang up, and offer what was recorded."""
        if self.state == "over":
            return
        self.hang_up()
        begun = self.begun
        if begun is None:
            return
        path = recording or begun.recording
        seconds = seconds or (self.moment.time if self.moment is not None else 0.0)
        if seconds >= SHORTEST and _is_file(path):
            if not _is_text(path):
                self.said, self.failed = UNNAMED.format(path.encode("utf-8", "replace").decode("utf-8")), True
                return
            face = self.driver.face
            made = offers.Offer(path, self.frame, seconds, (face.name, face.library))
            offers.offer(self._home.found(bpy.data.scenes) or bpy.data.scenes[0], made, begun.own)

    def _draw(self) -> None:
        now = self._clock()
        if now - self._drawn >= SLOW or self.state == "over":
            self._drawn = now
            redraw()


class Desk:
    """Where the one session lies, and what is told of the last one."""

    session: Session | None = None
    said: str = ""
    failed: bool = False


def current() -> Session | None:
    """The session that is going on, if any."""
    return Desk.session


def reason() -> str:
    """Why nothing else can move the face now, in a sentence; '' where it can."""
    return ON if Desk.session is not None and Desk.session.is_driving else ""


def begin(thing: Any, home: Any, port: int, ask: Ask, clock: Callable[[], float] = time.monotonic) -> Session:
    """Let a listener drive the face that `thing` belongs to. Raises LockstepError where it has none, or is driven."""
    abandon()
    kept.heal()
    driver = Driver(thing, home)
    Desk.said, Desk.failed = "", False
    Desk.session = Session(Client(port, ask, clock), driver, home, clock)
    if not bpy.app.timers.is_registered(tick):
        bpy.app.timers.register(tick)
    return Desk.session


def stop() -> None:
    """The artist has had enough."""
    if Desk.session is not None:
        Desk.session.stop()
        redraw()


def abandon() -> None:
    """End what goes on, at once."""
    session = Desk.session
    if session is not None:
        session.abandon()
        _settle(session)
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)


def heal_others() -> None:
    """Put back what is kept by shape keys that nobody drives, such as copies of those that are driven."""
    live = Desk.session
    kept.heal(live.driver.uids if live is not None and live.is_driving else ())


def forget() -> None:
    """Hang up, and leave the file alone."""
    session, Desk.session = Desk.session, None
    if session is not None:
        session.hang_up()
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)


def tick() -> float | None:
    """Called by Blender's timer: carry on, and say when to be called again."""
    session = Desk.session
    if session is None:
        return None
    try:
        goes_on = session.step()
    except BaseException:
        session.abandon()
        _settle(session)
        raise
    if goes_on:
        return TICK if session.state == "live" else SLOW
    _settle(session)
    return None


def _settle(session: Session) -> None:
    """The session is over; nothing is left of it in the file."""
    Desk.session = None
    Desk.said, Desk.failed = session.said, session.failed
    kept.heal()


def _is_file(path: str) -> bool:
    """Whether a listener names a file; it may name anything."""
    try:
        return bool(path) and Path(path).is_file()
    except (OSError, ValueError):
        return False


def _is_text(path: str) -> bool:
    """Whether a path can be written as text: a system may give folders names that are none."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def is_playing(scrubbing: bool = False) -> bool:
    """Whether some window plays its scene, or is `scrubbing`."""
    screens = [window.screen for window in bpy.context.window_manager.windows]
    return any(screen.is_animation_playing or (scrubbing and screen.is_scrubbing) for screen in screens)


def is_rendering() -> bool:
    """Whether Blender renders beside what goes on in its windows."""
    return bool(bpy.app.is_job_running("RENDER"))


def redraw(kind: str = "UI") -> None:
    """Let the sidebars of all 3D views be drawn again, or the views themselves: the 'WINDOW'."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions if area.type == "VIEW_3D" else ():
                if region.type == kind:
                    region.tag_redraw()
