"""Keys reduced for a delivery: the budget is met, and closures and peaks stay where they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_faces import BY_NAME, key_infos, key_names
from test_cli import a_take, table
from test_perform import reading

from engine import cli
from engine.check.result import Limits
from engine.delivery import Delivery, Reduced, cost, delivery_of, load_deliveries, reduce_keys
from engine.delivery.cost import turning
from engine.errors import UsageError
from engine.languages import load
from engine.mouth import Controls
from engine.perform import face_curves, perform
from engine.progress import drain
from engine.rig import Grid, KeyCurve, bind
from engine.take import write_take

RIGS = ("arkit", "vrm", "oculus", "metahuman", "preston_blair")
GRIDS = (Grid(24.0), Grid(60.0), Grid(60.0, 0.0, "subframes"), Grid(24.0, 0.0, "stepped"))


def made(rig: str, grid: Grid) -> tuple[KeyCurve, ...]:
    return drain(perform(reading(), load("en"), BY_NAME[rig], key_infos(key_names(BY_NAME[rig])), Controls(), grid))


def reduced(rig: str, grid: Grid, delivery: Delivery) -> Reduced:
    keys = key_infos(key_names(BY_NAME[rig]))
    contacts = face_curves(reading(), load("en"), Controls()).contacts
    binding = bind(BY_NAME[rig], [key.name for key in keys])
    return reduce_keys(made(rig, grid), binding, keys, contacts, grid, delivery)


@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: f"{grid.mode} {grid.fps:g}")
@pytest.mark.parametrize("rig", RIGS)
def test_a_mobile_face_meets_its_budget_and_keeps_closures_and_peaks_within_a_frame(rig: str, grid: Grid) -> None:
    savings = reduced(rig, grid, delivery_of("mobile")).savings
    assert savings.met and savings.bytes <= savings.budget
    assert savings.closures >= 7 and savings.closures_lost == savings.peaks_lost == 0
    assert savings.closure_shift < 1.0 / 24.0 and savings.peak_shift < 1.0 / 24.0


@pytest.mark.parametrize("rig", RIGS)
def test_no_curve_gets_more_keys_than_it_had(rig: str) -> None:
    before = {curve.name: len(curve.times) for curve in made(rig, Grid(60.0))}
    for name in ("games", "mobile"):
        after = reduced(rig, Grid(60.0), delivery_of(name)).curves
        assert all(len(curve.times) <= before[curve.name] for curve in after)
        assert sum(len(curve.times) for curve in after) < sum(before.values())


@pytest.mark.parametrize("name", ["film", "broadcast"])
def test_a_delivery_without_a_budget_leaves_the_curves_as_they_are(name: str) -> None:
    grid = Grid(24.0)
    found = reduced("arkit", grid, delivery_of(name))
    assert [curve.name for curve in found.curves] == [curve.name for curve in made("arkit", grid)]
    assert found.savings.keys == found.savings.keys_before and found.savings.error == 0.0


def test_a_smaller_budget_costs_more_and_a_budget_that_cannot_be_met_says_so() -> None:
    wide, tight = (reduced("arkit", Grid(60.0), delivery_of("mobile", each)).savings for each in (800.0, 500.0))
    assert tight.met and tight.bytes < wide.bytes and tight.error > wide.error
    hopeless = reduced("arkit", Grid(60.0), delivery_of("mobile", 20.0)).savings
    assert not hopeless.met and hopeless.closures_lost == 0
    assert "cannot be met" in hopeless.lines()[-1]


def test_values_stand_in_the_steps_of_the_delivery_and_keys_on_its_frames() -> None:
    delivery = delivery_of("mobile")
    before = {curve.name: curve for curve in made("arkit", Grid(60.0))}
    for curve in reduced("arkit", Grid(60.0), delivery).curves:
        if len(curve.times) < len(before[curve.name].times):
            assert np.allclose(curve.values * delivery.levels, np.round(curve.values * delivery.levels))
            assert np.allclose(curve.times * 60.0, np.round(curve.times * 60.0))


def test_contacts_where_no_key_stands_are_none_that_could_be_lost() -> None:
    grid, keys = Grid(24.0), key_infos(key_names(BY_NAME["arkit"]))
    contacts = face_curves(reading(), load("en"), Controls()).contacts
    before, behind = (replace(contacts[0], start=at, end=at + 0.06) for at in (-60.0, 600.0))
    binding = bind(BY_NAME["arkit"], [key.name for key in keys])
    some, more = (
        reduce_keys(made("arkit", grid), binding, keys, each, grid, delivery_of("mobile")).savings
        for each in (contacts, (before, *contacts, behind))
    )
    assert some == more


def test_a_long_face_is_looked_at_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reduced("arkit", Grid(24.0), delivery_of("mobile")).savings
    monkeypatch.setattr(cost, "AT_ONCE", 97)
    assert reduced("arkit", Grid(24.0), delivery_of("mobile")).savings == whole


def test_held_curves_that_cannot_be_reduced_are_told_to_be_over_budget() -> None:
    times = np.arange(24) / 24.0
    held = KeyCurve("jawOpen", times, np.tile([0.0, 1.0], 12), np.zeros(24), "CONSTANT")
    binding, keys = bind(BY_NAME["arkit"], ["jawOpen"]), key_infos(["jawOpen"])
    grid = Grid(24.0, 0.0, "stepped")
    tight = replace(delivery_of("mobile", 20.0), rate=0, levels=0)
    savings = reduce_keys((held,), binding, keys, (), grid, tight).savings
    assert savings.keys == savings.keys_before and "cannot be met" in savings.lines()[-1]


def test_a_face_that_does_not_move_is_left_alone() -> None:
    found = reduce_keys(
        (), bind(BY_NAME["arkit"], ["jawOpen"]), key_infos(["jawOpen"]), (), Grid(24.0), delivery_of("mobile")
    )
    assert found.curves == () and found.savings.keys == 0


def test_a_delivery_tightens_the_limits_of_a_check_and_never_loosens_them() -> None:
    assert delivery_of("broadcast").limits(Limits()) == replace(Limits(), early=0.06, late=0.04)
    strict = replace(Limits(), early=0.01, late=0.01)
    assert all(one.limits(strict) == strict for one in load_deliveries().values())
    assert delivery_of("film").limits(Limits()) == Limits()


def test_turns_are_found_where_they_rise_from_both_sides() -> None:
    assert turning(np.array([0.0, 0.3, 0.5, 0.2, 0.22, 0.2, 0.6, 0.0]), 0.06).tolist() == [2, 6]
    assert turning(np.zeros(0), 0.06).tolist() == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("tolerance = 0.03", "tolerance = 0"), "tolerance"),
        (("rate = 15", "rate = -1"), "rate"),
        (("levels = 63", "levels = 1"), "levels"),
        (("bytes_per_key = 4 ", "bytes_per_key = 0 "), "bytes"),
        (("levels = 63", "level = 63"), "fields"),
        (('title = "Mobile"', "title = 3"), "title"),
        (("rate = 15", "rate = '15'"), "rate"),
    ],
)
def test_a_wrong_table_of_deliveries_gets_one_sentence(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    text = Path(cli.__file__).parents[1].joinpath("delivery", "profiles.toml").read_text(encoding="utf-8")
    head, mobile = text.split("[mobile]")
    path = tmp_path / "deliveries.toml"
    path.write_text(f"{head}[mobile]{mobile.replace(*change)}", encoding="utf-8")
    assert change[0] in mobile
    with pytest.raises(UsageError, match=named) as caught:
        load_deliveries(path)
    assert "'mobile'" in str(caught.value)


def test_a_table_that_is_not_there_and_an_unknown_delivery_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_deliveries(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="film, broadcast, games, mobile"):
        delivery_of("cinema")


def test_the_command_reduces_curves_and_says_what_it_cost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take, plain, small = tmp_path / "a.take.json", tmp_path / "plain.csv", tmp_path / "small.csv"
    write_take(a_take(), take)
    assert cli.main(["curves", str(take), "-o", str(plain)]) == 0
    assert cli.main(["curves", str(take), "-o", str(small), "--delivery", "mobile"]) == 0
    assert "Mobile: " in capsys.readouterr().out
    (names, before), (_, after) = table(plain), table(small)
    jaw = names.index("jawOpen")
    assert 0.0 < np.abs(before[:, jaw] - after[:, jaw]).max() < 0.1


@pytest.mark.parametrize(
    "options", [["--delivery", "cinema"], ["--bytes", "9"], ["--delivery", "mobile", "-o", "a.face.json"]]
)
def test_a_delivery_that_makes_no_sense_is_refused_in_a_sentence(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_take(a_take(), tmp_path / "a.take.json")
    assert cli.main(["curves", "a.take.json", "-o", "a.csv", *options]) == 1
    assert capsys.readouterr().err.count("lockstep: ") == 1
    assert not list(tmp_path.glob("*.csv")) and not list(tmp_path.glob("*.face.json"))
