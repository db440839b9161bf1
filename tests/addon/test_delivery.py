"""A line synced for another medium: fewer keys, what it cost is told, edits stay, and film has all its keys again."""

from __future__ import annotations

import bpy
import pytest
from lockstep.addon import headless, props
from lockstep.addon.lines import takes
from lockstep.engine.check.result import Limits
from lockstep.engine.delivery import load_deliveries
from test_swap import edit, frame_of, middle, peak, points, sync


@pytest.fixture
def anna(face, studio):
    return studio.record("anna")


def count() -> int:
    return sum(map(len, points().values()))


def synced(anna, medium: str) -> str:
    sync(audio=anna.path, frame=11, language="en", medium=medium)
    return bpy.context.scene.lockstep.notes


def test_a_mobile_face_has_fewer_keys_and_says_what_that_cost(anna):
    assert "Mobile" not in synced(anna, "FILM")
    before = count()
    notes = synced(anna, "MOBILE")
    assert count() < before
    assert "Mobile: " in notes and "Closures are off by at most" in notes and "lost" not in notes


def test_the_deliveries_to_be_chosen_are_those_of_the_table_and_what_is_said_of_them_is_so():
    known = load_deliveries()
    shown = [(name.lower(), title) for name, title, _ in props.MEDIA]
    assert shown == [(one.name, one.title) for one in known.values()]
    for name, _, about in props.MEDIA:
        delivery = known[name.lower()]
        usual = (delivery.early, delivery.late) == (Limits().early, Limits().late)
        assert ("limits" in about) == (not usual)
        assert ("all keys stay" in about) == (not delivery.bytes_per_second)
    assert min(known.values(), key=lambda one: one.late).name == "broadcast"
    assert min((one for one in known.values() if one.bytes_per_second), key=lambda one: one.rate).name == "mobile"


def test_back_to_film_all_keys_are_there_again_and_none_of_them_is_taken_for_an_edit(anna):
    synced(anna, "FILM")
    before = points()
    synced(anna, "MOBILE")
    synced(anna, "FILM")
    after = points()
    assert after.keys() == before.keys()
    for name, keys in before.items():
        assert [key[:2] for key in after[name]] == [pytest.approx(key[:2], abs=1e-3) for key in keys]
    assert bpy.ops.lockstep.see_edits() == {"FINISHED"}
    assert not takes.score_of(bpy.context.active_object.lockstep_spans[0]).edits


def test_an_edit_stays_whatever_the_medium(anna):
    synced(anna, "FILM")
    edit(middle(anna, 8), 0.97)
    for medium in ("MOBILE", "GAMES", "FILM"):
        synced(anna, medium)
        assert peak(about=frame_of(middle(anna, 8)), reach=3)[1] == pytest.approx(0.97, abs=0.01)


def test_the_command_takes_the_medium_and_refuses_one_that_there_is_not(anna, tmp_path, capfd):
    synced(anna, "FILM")
    before, target = count(), tmp_path / "small.blend"
    options = [
        "--audio",
        str(anna.path),
        "--start",
        "11",
        "--object",
        "Face",
        "--language",
        "en",
        "--save-as",
        str(target),
    ]
    assert headless.main(["sync", *options, "--medium", "cinema"]) == 1
    assert "film, broadcast, games, mobile" in capfd.readouterr().err and not target.exists()
    assert headless.main(["sync", *options, "--medium", "mobile"]) == 0
    assert "Mobile: " in capfd.readouterr().err and target.exists()
    assert count() < before
