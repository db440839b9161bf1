"""A model's folder in Allosaurus' own format, read and run by NumPy alone."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import made_allosaurus as made
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.ears.allosaurus import find_folder, open_ear, read_folder
from engine.ears.allosaurus.checkpoint import read_tensors
from engine.ears.allosaurus.features import Settings, features
from engine.ears.allosaurus.folder import VARIABLE
from engine.ears.allosaurus.plain import PlainNetwork
from engine.errors import UsageError
from engine.progress import drain

Doubles = NDArray[np.float64]


def voice(seconds: float = 0.7, rate: int = 8000) -> NDArray[np.float32]:
    """Something like speech at full scale 32768: a buzz that comes and goes, and noise."""
    times = np.arange(int(seconds * rate)) / rate
    buzz = sum(np.sin(2.0 * np.pi * 120.0 * n * times) / n for n in range(1, 25))
    noise = np.random.default_rng(5).standard_normal(len(times))
    sound = 2000.0 * buzz * (1.0 + np.sin(2.0 * np.pi * 3.0 * times)) + 300.0 * noise * (1.0 + np.cos(9.0 * times))
    return sound.astype(np.float32)


def sigmoid(value: Doubles) -> Doubles:
    return 1.0 / (1.0 + np.exp(-value))


def one_way(rows: Doubles, tables: dict[str, NDArray[np.floating]], end: str) -> Doubles:
    """An LSTM as its equations stand in the book, gate by gate."""
    into, again = (tables[f"blstm_layer.weight_{kind}_{end}"].astype(np.float64) for kind in ("ih", "hh"))
    bias = (tables[f"blstm_layer.bias_ih_{end}"] + tables[f"blstm_layer.bias_hh_{end}"]).astype(np.float64)
    size = again.shape[1]
    said, cell, out = np.zeros(size), np.zeros(size), []
    for row in rows:
        gates = into @ row + again @ said + bias
        taken, kept, new, shown = (gates[size * gate : size * (gate + 1)] for gate in range(4))
        cell = sigmoid(kept) * cell + sigmoid(taken) * np.tanh(new)
        said = sigmoid(shown) * np.tanh(cell)
        out.append(said)
    return np.array(out)


def reference_scores(rows: Doubles, tables: dict[str, NDArray[np.floating]], layers: int) -> Doubles:
    for layer in range(layers):
        forth = one_way(rows, tables, f"l{layer}")
        back = one_way(rows[::-1], tables, f"l{layer}_reverse")[::-1]
        rows = np.concatenate([forth, back], axis=1)
    return rows @ tables["phone_layer.weight"].T + tables["phone_layer.bias"]


def reference_features(samples: NDArray[np.float32], settings: Settings) -> Doubles:
    """The cepstra frame by frame and number by number, in double precision."""
    size, step = round(settings.window * settings.rate), round(settings.shift * settings.rate)
    points = 256
    window = [(0.5 - 0.5 * np.cos(2.0 * np.pi * n / (size - 1))) ** 0.85 for n in range(size)]
    rows = []
    for start in range(0, len(samples) - size + 1, step):
        frame = samples[start : start + size].astype(np.float64)
        frame = frame - frame.mean()
        risen = [(frame[n] - 0.97 * frame[max(0, n - 1)]) * window[n] for n in range(size)]
        power = np.abs(np.fft.rfft(risen, points)) ** 2
        row = reference_cepstra(power, settings, points)
        if settings.energy:
            row[0] = np.log((frame**2).sum())
        rows.append(row)
    table = np.array(rows)
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    if settings.joined == 1:
        return table
    count = len(table)
    return np.array([np.concatenate([table[i - 1], table[i], table[(i + 1) % count]]) for i in range(0, count, 3)])


def reference_cepstra(power: Doubles, settings: Settings, points: int) -> Doubles:
    def mel(hertz: float) -> float:
        return 1127.0 * np.log(1.0 + hertz / 700.0)

    step = (mel(settings.high) - mel(settings.low)) / (settings.banks + 1)
    logs = []
    for bank in range(settings.banks):
        total = 0.0
        for point in range(points // 2):
            away = abs(mel(point * settings.rate / points) - (mel(settings.low) + (bank + 1) * step)) / step
            total += max(0.0, 1.0 - away) * power[point]
        logs.append(np.log(total))
    count = settings.banks
    cepstra = []
    for number in range(settings.cepstra):
        scale = np.sqrt((1.0 if number == 0 else 2.0) / count)
        whole = sum(logs[n] * np.cos(np.pi * number * (2 * n + 1) / (2 * count)) for n in range(count))
        cepstra.append(scale * whole * (1.0 + 11.0 * np.sin(np.pi * number / 22.0)))
    return np.array(cepstra)


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize(("sound", "layers", "width"), made.NETWORKS)
def test_a_model_runs_by_numpy_as_a_plain_reference_has_it(
    tmp_path: Path, older: bool, sound: dict[str, object], layers: int, width: int
) -> None:
    tables = made.tables(width=width, layers=layers)
    model = read_folder(made.folder(tmp_path / "uni", tables, older, **sound))
    samples = voice()
    scores = drain(PlainNetwork(model).scores(samples))
    wanted = reference_scores(reference_features(samples, model.settings), tables, layers)
    assert scores.shape == wanted.shape
    assert np.abs(wanted).max() > 0.5
    assert np.abs(scores - wanted).max() < 1e-4


def test_features_agree_with_a_plain_reference(tmp_path: Path) -> None:
    settings = read_folder(made.folder(tmp_path / "uni")).settings
    rows = features(voice(), settings)
    assert rows.dtype == np.float32
    assert np.abs(rows - reference_features(voice(), settings)).max() < 5e-4  # normalised in single precision
    with pytest.raises(ValueError, match="too few"):
        features(voice()[: settings.least - 1], settings)


@pytest.mark.parametrize("write", [made.write_zipped, made.write_older])
def test_tables_are_read_as_they_were_written(tmp_path: Path, write) -> None:
    random = np.random.default_rng(1)
    tables = {
        "module.phone_layer.weight": random.normal(size=(5, 3)).astype(np.float16),
        "allophone_layer_dict.eng": random.normal(size=(4, 4)),
        "phone_layer.bias": np.asfortranarray(random.normal(size=(2, 3))),
    }
    write(tmp_path / "model.pt", tables)
    found = read_tensors(tmp_path / "model.pt", lambda name: "allophone" not in name)
    assert sorted(found) == ["module.phone_layer.weight", "phone_layer.bias"]
    for name, table in found.items():
        assert table.dtype == np.float32
        assert np.array_equal(table, tables[name].astype(np.float32))


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_names_a_function_is_not_obeyed(tmp_path: Path, packed: bool) -> None:
    path = made.folder(tmp_path / "uni")
    trap = tmp_path / "sprung"
    evil = b"\x80\x02cpathlib\nPath\n" + b"(" + made._text(str(trap)) + b"tR" + b"."
    touched = b"\x80\x02cos\nmkdir\n(" + made._text(str(trap)) + b"tR."
    for pickle in (evil, touched):
        if packed:
            with zipfile.ZipFile(path / "model.pt", "w") as archive:
                archive.writestr("model/data.pkl", pickle)
        else:
            (path / "model.pt").write_bytes(pickle)
        with pytest.raises(UsageError, match=r"names (os|pathlib)\.\w+, which is no part of a model"):
            PlainNetwork(read_folder(path))
        assert not trap.exists()


def test_a_packed_archive_is_not_unpacked(tmp_path: Path) -> None:
    path = made.folder(tmp_path / "uni")
    with zipfile.ZipFile(path / "model.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model/data.pkl", b"\x00" * 1000000)
    with pytest.raises(UsageError, match="packed or too large"):
        PlainNetwork(read_folder(path))


def test_tables_that_reach_beyond_their_numbers_are_refused(tmp_path: Path) -> None:
    table = np.zeros((4, 4), np.float32)
    data = made.pickled({"phone_layer.weight": table}, view=False)
    wider = data.replace(made._whole(4) * 2, made._whole(4) + made._whole(400))
    negative = data.replace(made._whole(4) + made._whole(1) + b"t", made._whole(-4) + made._whole(1) + b"t")
    assert wider != data != negative
    for pickle in (wider, negative):
        with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
            archive.writestr("model/data.pkl", pickle)
            archive.writestr("model/data/0", table.tobytes())
        with pytest.raises(ValueError, match="damaged"):
            read_tensors(tmp_path / "model.pt", lambda name: True)


@pytest.mark.parametrize("older", [False, True])
def test_weights_that_are_cut_off_get_one_sentence_wherever_they_end(tmp_path: Path, older: bool) -> None:
    path = made.folder(tmp_path / "uni", older=older)
    whole = (path / "model.pt").read_bytes()
    for kept in [0, 1, 3, 20, *range(200, len(whole) - 1, len(whole) // 40)]:
        (path / "model.pt").write_bytes(whole[:kept])
        with pytest.raises(UsageError) as met:
            open_ear(path, plain=True)
        assert one_sentence(met.value)
        assert "model.pt" in str(met.value)


def one_sentence(error: Exception) -> bool:
    return str(error).endswith(".") and "\n" not in str(error) and "github.com/xinjli/allosaurus" in str(error)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("pm_config.json", "{", "cut off or no JSON"),
        ("pm_config.json", "[]", "something else"),
        ("pm_config.json", '{"model": "mfcc_hires"}', "lacks a setting"),
        ("pm_config.json", '{"model": "fbank"}', "another kind"),
        ("am_config.json", '{"model": "transformer"}', "another kind"),
        ("phone.txt", "p 1\nm 3\n", "does not number"),
        ("phone.txt", "p one\n", "no phone and its number"),
        ("phone.txt", "p 1\nm 2\n", "tells 13 units apart"),
        ("model.pt", "weights", "model.pt"),
    ],
)
def test_a_foreign_or_broken_folder_gets_one_sentence(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = made.folder(tmp_path / "uni")
    (path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as met:
        open_ear(path, plain=True)
    assert one_sentence(met.value)


@pytest.mark.parametrize("part", ["pm_config.json", "phone.txt", "model.pt", "inventory/index.json"])
def test_a_folder_without_one_of_its_parts_names_it(tmp_path: Path, part: str) -> None:
    path = made.folder(tmp_path / "uni")
    (path / part).unlink()
    with pytest.raises(UsageError, match=f"lacks {part}") as met:
        open_ear(path, plain=True)
    assert one_sentence(met.value)


def test_weights_of_another_model_get_one_sentence(tmp_path: Path) -> None:
    tables = made.tables()
    del tables["blstm_layer.bias_hh_l1_reverse"]
    path = made.folder(tmp_path / "uni", tables)
    with pytest.raises(UsageError, match=r"no blstm_layer\.bias_hh_l1_reverse"):
        open_ear(path, plain=True)
    made.write_zipped(path / "model.pt", made.tables(width=60))
    with pytest.raises(UsageError, match="takes 60 numbers"):
        open_ear(path, plain=True)


def test_no_folder_says_where_to_put_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("engine.ears.allosaurus.folder.package_home", lambda: None)
    with pytest.raises(UsageError, match="--allosaurus-model") as met:
        find_folder()
    assert one_sentence(met.value)
    (tmp_path / "model.tar.gz").write_bytes(b"")
    for place, what in (("nowhere", "is not there"), (".", "holds no Allosaurus"), ("model.tar.gz", "a file")):
        with pytest.raises(UsageError, match=what) as met:
            find_folder(tmp_path / place)
        assert one_sentence(met.value)


def test_a_model_is_found_by_name_in_the_environment_or_among_the_packages_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    home = tmp_path / "allosaurus" / "pretrained"
    older, newer = made.folder(home / "eng2102"), made.folder(home / "uni2005")
    monkeypatch.setattr("engine.ears.allosaurus.folder.package_home", lambda: home)
    assert find_folder() == newer
    assert find_folder(older) == older
    with pytest.raises(UsageError, match="2 Allosaurus models"):
        find_folder(home)
    shutil.rmtree(newer)
    assert find_folder(home) == older
    other = made.folder(tmp_path / "mine")
    monkeypatch.setenv(VARIABLE, str(other))
    assert find_folder() == other
    assert read_folder(other).name == "allosaurus-mine"


def test_a_language_opens_the_phones_that_it_has(tmp_path: Path) -> None:
    path = made.folder(tmp_path / "uni")
    model = read_folder(path)
    allowed = {model.units[number] for number in model.allowed("en")}
    assert allowed == {"<blk>", *made.ENGLISH} - {"ɹ"}
    for code in (None, "und", "fr"):
        assert len(model.allowed(code)) == len(made.UNITS) + 1
    (path / "inventory" / "stan1293.txt").write_text("t̠ʃ\nn̪ 2\nʰp 3\nʕ\n", encoding="utf-8")
    assert {model.units[number] for number in model.allowed("en")} == {"<blk>", "t͡ʃ", "n", "p"}
    (path / "inventory" / "updated_stan1293.txt").write_text("u\nə\n", encoding="utf-8")
    assert {model.units[number] for number in model.allowed("en")} == {"<blk>", "u", "ə"}
