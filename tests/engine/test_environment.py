"""The scripts' environments: made once, made anew when half made or changed, and plain words where something lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
if str(SCRIPTS) not in sys.path:
    sys.path.append(str(SCRIPTS))

import environment  # noqa: E402
import libraries  # noqa: E402


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A checkout in which making an environment is only noted down."""
    made = []

    def make(_program, folder):
        made.append(folder.name)
        python = environment._python_of(folder)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        (folder / environment.STAMP).unlink(missing_ok=True)

    monkeypatch.setattr(environment, "CHECKOUT", tmp_path)
    monkeypatch.setattr(environment, "find_python", lambda: sys.executable)
    monkeypatch.setattr(environment, "_make", make)
    monkeypatch.setattr(environment, "_install", lambda *_: None)
    return made


def test_an_environment_is_made_once_and_used_again(house, tmp_path):
    python = environment.ensure("demo", ["a==1", "b"])
    assert environment.ensure("demo", ["a==1", "b"]) == python
    assert house == ["venv-demo"]
    assert python.is_relative_to(tmp_path / ".cache" / "venv-demo")
    assert python.name == ("python.exe" if os.name == "nt" else "python")


def test_another_list_of_packages_makes_it_anew(house):
    environment.ensure("demo", ["a==1"])
    environment.ensure("demo", ["a==2"])
    assert len(house) == 2


def test_an_environment_whose_installation_failed_is_not_taken_for_whole(house, monkeypatch):
    def fail(*_):
        raise environment.SetupError("pip could not install a.")

    monkeypatch.setattr(environment, "_install", fail)
    for _ in range(2):
        with pytest.raises(environment.SetupError):
            environment.ensure("demo", ["a"])
    assert len(house) == 2


def test_a_package_that_pip_cannot_find_is_told_in_one_sentence(tmp_path, capsys):
    with pytest.raises(environment.SetupError) as caught:
        nowhere = ["--no-index", "--find-links", str(tmp_path), "there-is-no-such-package"]
        environment._install(Path(sys.executable), nowhere, 0.0)
    text = str(caught.value)
    assert "there-is-no-such-package" in text
    assert text.endswith("then run this again.")
    assert "\n" not in text


def test_a_missing_library_names_its_package_for_debian_and_fedora():
    text = libraries.sentence(["libSM.so.6", "libGL.so.1", "libSM.so.6"])
    assert "libSM.so.6, libGL.so.1;" in text
    assert "apt install libsm6 libgl1" in text
    assert "dnf install libSM libglvnd-glx" in text


def test_an_unknown_library_is_still_named():
    assert "libodd.so.3" in libraries.sentence(["libodd.so.3"])


def test_a_module_that_lacks_a_library_is_seen_by_its_import_error(tmp_path):
    fake = tmp_path / "python"
    fake.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "sys.exit('ImportError: libXi.so.6: cannot open shared object file: No such file or directory')\n",
        encoding="utf-8",
    )
    fake.chmod(0o755)
    if os.name == "nt":
        pytest.skip("Windows has no such libraries")
    with pytest.raises(environment.SetupError, match="libxi6"):
        libraries.check_bpy(fake)


def test_the_demo_refuses_a_sound_that_is_not_there_before_it_makes_anything(tmp_path):
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "demo.py"), "--audio", str(tmp_path / "nothing.wav")],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "nothing.wav" in done.stderr
