"""The report as a page: whole, closed to the network, fit for every reader, and true to the checks it tells of."""

from __future__ import annotations

import base64
import html.parser
import itertools
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from made_checks import check_of, project

from engine.check.result import Fault
from engine.ledger import Entry, Ledger, report, shot_page
from engine.ledger.histories import History, groups, histories, worst
from engine.ledger.html import project_of
from engine.ledger.words import moments, signed

VOID = {"meta", "img", "br", "col"}
HOSTILE = "<script>alert('1')</script>\"><img src=x onerror=alert(1)>&amp;\x00\u202e"


class Page(html.parser.HTMLParser):
    """A page read: its elements in order, whether they are nested well, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data + " "
        if any(re.fullmatch("h[1-6]", tag) for tag in self.open):
            self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def of_class(self, name: str) -> list[dict[str, str | None]]:
        return [one for _, one in self.elements if name in (one.get("class") or "").split()]


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    return list(Ledger(tmp_path_factory.mktemp("book") / "project.ledger").add_all(project()))


@pytest.fixture(scope="module")
def page(checks: list[Entry]) -> Page:
    return Page(report(checks, "Harbour Lights"))


def failing(shot: str, offset: float, **other: object) -> Entry:
    figures = {**check_of().figures, "offset_frames": offset, "worst_frames": offset}
    return check_of(shot, verdict="fail", figures=figures, **other)


def test_nothing_is_fetched_and_nothing_is_run(page: Page) -> None:
    assert not {"script", "link", "iframe", "object", "embed", "form", "base"} & {name for name, _ in page.elements}
    for name, attributes in page.elements:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "srcset", "action")], name
        assert (attributes.get("href") or "#").startswith("#")
    policy = [one["content"] for one in page.named("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_the_style_fetches_nothing_and_knows_night_and_paper() -> None:
    text = report([check_of()])
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    for needed in ("prefers-color-scheme:dark", "@media print", "size:A4", "table-header-group", "break-inside:avoid"):
        assert needed in style


def test_headings_make_an_outline(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert [text for tag, text in page.headings if tag == "h2"] == [
        "Worst first", "What is wrong", "All lines", "By language", "By character", "How to read this",
    ]  # fmt: skip


def test_every_link_leads_somewhere_and_every_anchor_is_there_once(page: Page) -> None:
    anchors = [one["id"] for _, one in page.elements if one.get("id")]
    assert len(anchors) == len(set(anchors))
    links = {(one["href"] or "")[1:] for one in page.named("a")}
    assert links <= set(anchors)
    assert len(links) > 20


def test_tables_have_captions_and_heads_and_drawings_have_words(page: Page) -> None:
    tables = len(page.named("table"))
    assert tables == 4
    assert len(page.named("caption")) == len(page.named("thead")) == tables
    assert all(one.get("scope") in ("col", "row") for one in page.named("th"))
    for drawing in page.named("svg"):
        assert drawing.get("aria-label") or drawing.get("aria-hidden") == "true"


def test_the_head_tells_project_period_and_counts(page: Page, checks: list[Entry]) -> None:
    lines = histories(checks)
    text = " ".join(page.text.split())
    assert page.headings[0] == ("h1", "Harbour Lights")
    days = sorted(entry.time[:10] for entry in checks)
    assert f"{days[0]} to {days[-1]} (UTC)" in text
    assert f"{len(lines)} lines in 60 shots · {len(checks)} checks" in text
    failed = sum(line.last.verdict == "fail" for line in lines)
    assert 0 < failed < len(lines)
    assert f"{failed} Fail: not in sync" in text


def test_all_lines_are_in_the_table_and_the_worst_are_told_first(page: Page, checks: list[Entry]) -> None:
    lines = histories(checks)
    ranked = worst(line.last for line in lines)
    told = [text for tag, text in page.headings if tag == "h3"]
    assert len(told) == 20
    assert [text.split("sc")[1] for text in told] == [
        f"{entry.shot}{entry.character} · {entry.line}".split("sc")[1] for entry in ranked[:20]
    ]
    rows = len(page.named("tr"))
    assert rows > len(lines) + 4


def test_what_is_wrong_is_told_with_its_time_and_what_to_do() -> None:
    fault = Fault("hole", 1.5, 2.5, "Nothing moves while somebody speaks.", "Sync it again.", True)
    entry = failing("a", 3.0, reasons=(fault.says,), faults=(fault,), advice=("Give the transcript.",), fps=25.0)
    text = " ".join(Page(report([entry])).text.split())
    assert "00:01.50–00:02.50 (frames 38–62) Nothing moves while somebody speaks. Sync it again." in text
    assert text.count("Nothing moves") == 1
    assert "What to do Give the transcript." in text


def test_a_long_list_of_faults_is_cut_in_the_report_and_whole_on_the_shots_page() -> None:
    faults = tuple(Fault("hole", at, at + 0.5, f"Hole {at}.", "") for at in range(30))
    entry = failing("a", 3.0, faults=faults)
    assert "… and 24 more." in report([entry])
    assert shot_page(entry, None).count("Hole ") == 30


def test_every_name_is_shown_as_it_is_and_does_nothing() -> None:
    fault = Fault(HOSTILE, 0.0, 1.0, HOSTILE, HOSTILE)
    entry = check_of(
        HOSTILE, character=HOSTILE, line=HOSTILE, language=HOSTILE, rig=HOSTILE, verdict="fail",
        sound=HOSTILE, take=HOSTILE, motion=HOSTILE, reasons=(HOSTILE,), advice=(HOSTILE,), faults=(fault,),
        settings={HOSTILE: HOSTILE}, versions={HOSTILE: HOSTILE},
        figures={**check_of().figures, "stages": HOSTILE, "sound_findings": HOSTILE},
    )  # fmt: skip
    shown = HOSTILE.replace("\x00", "\ufffd")
    for text in (report([entry, entry], HOSTILE), shot_page(entry, b"png", [entry])):
        page = Page(text)
        assert "script" not in {name for name, _ in page.elements}
        assert not [one for _, one in page.elements if "onerror" in one]
        assert shown in page.text
        assert "\x00" not in text


def test_a_pages_bytes_are_the_same_each_time(checks: list[Entry]) -> None:
    assert report(checks, "x") == report(list(checks), "x")


@pytest.mark.parametrize(
    ("path", "project"),
    [
        ("Harbour/shots.sqlite", "shots"), ("Harbour/lockstep-ledger.sqlite", "Harbour"),
        ("Harbour/ledger.db", "Harbour"),
        ("Harbour/Reel 2.v3.ledger", "Reel 2"), ("Harbour/.ledger", "Harbour"),
    ],
)  # fmt: skip
def test_a_project_is_called_as_its_ledger_or_the_folder_of_it(path: str, project: str) -> None:
    assert project_of(Path(path)) == project


def test_an_empty_ledger_has_a_page_that_says_so() -> None:
    assert "No check has been kept yet." in Page(report([])).text


def test_lines_that_all_pass_have_nothing_to_mend() -> None:
    text = Page(report([check_of(str(number)) for number in range(5)])).text
    assert "Every line passes; there is nothing to mend." in text
    assert "No fault was found in the last checks." in text


def test_a_check_without_figures_is_told_all_the_same() -> None:
    entry = check_of(verdict="fail", figures={}, language="", character="", line="", reasons=("There is no sound.",))
    text = Page(report([entry])).text
    assert "There is no sound." in text
    assert "nan" not in text
    assert "None" not in text
    assert "There is no sound." in Page(shot_page(entry, None)).text


def test_a_thousand_shots_make_a_page_of_a_bearable_size() -> None:
    text = report(project(1000, most=3), "Long")
    assert len(text) < 3_000_000
    assert len(Page(text).of_class("case")) == 20


def test_the_limits_of_the_verdicts_are_drawn_and_told() -> None:
    strict = {"limit_look": 0.5, "limit_drift": 2.0, "limit_late": 0.04, "limit_early": 0.06}
    entries = [check_of(settings=strict), check_of(motion="2", settings=strict)]
    text = " ".join(Page(report(entries)).text.split())
    assert "Fail from 2 frames of drift in ten seconds, from 40 ms late or 60 ms early; look from 0.5 frame" in text


def test_a_trend_goes_over_versions_and_says_its_values() -> None:
    seconds = [failing("a", offset, version=2) for offset in (2.5, 2.0)]
    entries = [failing("a", 4.0, version=1), *seconds, check_of("a", version=3)]
    labels = [one["aria-label"] or "" for one in Page(report(entries)).of_class("trend")]
    assert labels[0] == "Offset over 3 versions: +4.0, +2.0, +0.2 frames"


def test_lines_are_ranked_by_verdict_then_error_then_closures_then_amplitude() -> None:
    base = check_of().figures
    lips = check_of("lips", verdict="look", figures={**base, "closures_missed": 9})
    flat = check_of("flat", verdict="look", figures={**base, "amplitude": 0.2})
    nothing = check_of("nothing", verdict="fail", figures={"offset_frames": None})
    early = failing("early", -6.0)
    entries = [
        check_of("fine"),
        check_of("unsure", verdict="unknown"),
        flat,
        lips,
        failing("late", 5.0),
        early,
        nothing,
    ]
    random.Random(3).shuffle(entries)
    assert [entry.shot for entry in worst(entries)] == ["nothing", "early", "late", "lips", "flat", "unsure", "fine"]
    assert [entry.shot for entry in worst(entries, 2)] == ["nothing", "early"]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (failing("a", 5.0), check_of("a"), "better"),
        (check_of("a"), failing("a", 5.0), "worse"),
        (failing("a", 5.0), failing("a", -3.0), "better"),
        (failing("a", 3.0), failing("a", -5.0), "worse"),
        (failing("a", 3.0), failing("a", 3.1), "as before"),
        (failing("a", 3.0), check_of("a", verdict="unknown", figures={}), "better"),
    ],
)
def test_a_line_is_better_or_worse_than_its_version_before(before: Entry, after: Entry, change: str) -> None:
    assert History((replace(before, version=1), replace(after, version=2))).change == change
    again = History((replace(before, version=1), replace(after, version=1), replace(after, version=2)))
    assert again.change == "as before"


def test_lines_are_in_the_order_in_which_people_count() -> None:
    names = ["sc2/sh1", "sc2/sh10b", "sc2/sh10", "sc2/sh2", "sc10/sh1", "SC2/sh3", "intro", "7"]
    found = [line.last.shot for line in histories(check_of(name) for name in names)]
    assert found == ["7", "intro", "sc2/sh1", "sc2/sh2", "SC2/sh3", "sc2/sh10", "sc2/sh10b", "sc10/sh1"]


def test_a_first_version_is_neither_better_nor_worse() -> None:
    assert History((replace(check_of(), version=1), replace(failing("a", 5.0), version=1))).change == ""


def test_groups_tell_counts_medians_and_closures() -> None:
    entries = [failing("a", 4.0), failing("b", -3.0), check_of("c"), check_of("d", language="de")]
    found = {group.name: group for group in groups(histories(entries), lambda entry: entry.language)}
    assert found["en"].counts == {"fail": 2, "look": 0, "unknown": 0, "pass": 1}
    assert found["en"].middle("offset_frames") == 3.0
    assert found["en"].missed == 3 / 42
    assert found["de"].counts["pass"] == 1


def test_a_shots_page_holds_its_plot() -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    entry = failing("sc010/sh020", 3.0)
    (image,) = Page(shot_page(entry, png)).named("img")
    source = image["src"] or ""
    assert source.startswith("data:image/png;base64,")
    assert base64.b64decode(source.partition(",")[2]) == png
    assert "offset +3.0 frames (+125 ms)" in (image["alt"] or "")
    assert not Page(shot_page(entry, None)).named("img")


def test_a_shots_page_tells_both_ways_of_measuring_and_what_was_checked() -> None:
    figures = {
        **check_of().figures, "energy_offset_frames": -1.2, "energy_confidence": 0.5, "sound_snr_db": 21.53,
        "budget_closure": 5, "budget_closure_over": 2, "norm_rate_says": "fast for German",
        "stages": "classes 1.00-2.00 (noise lies over it)",
    }  # fmt: skip
    entry = check_of(figures=figures, settings={"lead": 30.0}, versions={"blender": "5.0.1"}, language="de")
    text = " ".join(Page(shot_page(entry, None, [failing("a", 3.0)])).text.split())
    for part in (
        "−1.2 frames (−50 ms)",
        "22 dB",
        "Closures 5 2",
        "fast for German",
        "noise lies over it",
        "German",
        "5.0.1",
        "a" * 64,
    ):
        assert part in text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1.25, 1, "+1.2"), (-0.04, 1, "0.0"), (-0.06, 1, "−0.1"), (None, 1, "–"), (0.0, 2, "0.00"), (-12.0, 0, "−12")],
)
def test_numbers_bear_their_sign(value: float | None, digits: int, text: str) -> None:
    assert signed(value, digits) == text


def test_moments_are_told_by_clock_and_frame() -> None:
    entry = check_of(fps=24.0, figures={})
    assert moments(61.25, 62.0, entry) == "01:01.25–01:02.00 (frames 1470–1488)"
    assert moments(0.5, 0.51, entry) == "00:00.50 (frame 12)"
    in_a_scene = check_of(fps=24.0, figures={"base_frame": 1001.0, "speed": 0.8})
    assert moments(0.8, 1.6, in_a_scene) == "00:00.80–00:01.60 (frames 1025–1049)"
