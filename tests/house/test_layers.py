"""The house stands as it is drawn: what the import linter cannot see."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.pure


def floors() -> dict[str, int]:
    """Every room's height, read from the linter's own list; the ground is 0."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (contract,) = [
        one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    ]
    return {
        room.strip(): height
        for height, layer in enumerate(reversed(contract["layers"]))
        for room in layer.split("|")
    }


def test_foreign_keys_point_down_or_stay_in_their_room() -> None:
    height = floors()
    pointing_up = []
    for model in apps.get_models():
        room = model.__module__.split(".")
        if room[0] != "peakend":
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not (field.concrete and field.is_relation) or target is None:
                continue
            other = target.__module__.split(".")
            if other[0] == "peakend" and height[other[1]] > height[room[1]]:
                pointing_up.append(f"{model.__name__}.{field.name} → {target.__name__}")
    assert pointing_up == []


def test_every_room_says_what_it_is_for_and_is_in_the_drawing() -> None:
    drawing = (ROOT / "docs" / "architecture.md").read_text()
    for room in floors():
        first = (ROOT / "peakend" / room / "__init__.py").read_text().splitlines()[0]
        assert first.startswith('"""'), room
        assert len(first) > 20, room
        assert f"{room}/" in drawing, room


def test_no_file_has_let_a_second_idea_move_in() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "peakend").rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 600
    }
    assert long == {}


def test_both_readmes_name_the_same_settings_and_every_setting_is_named() -> None:
    read = (ROOT / "peakend" / "config" / "env.py").read_text()
    names = set(re.findall(r"PEAKEND_[A-Z_]+", read))
    for page in ("README.md", "README.zh.md"):
        text = (ROOT / page).read_text()
        assert {name for name in names if name not in text} <= {
            "PEAKEND_DEBUG",
            "PEAKEND_DEMO",
            "PEAKEND_",
        }, page
