"""Settings as a file on the pages: downloaded from a study, read into the form, refused in words."""

from __future__ import annotations

import json

import pytest
from page_driver import go, healthy, press, start, words

from rome.datasets import SAMPLES
from rome.settings.study import Settings
from rome.store import Library
from rome.store.settings_file import write_settings

ROLES = SAMPLES["hiring"].roles
CHANGED = Settings(
    n_groups=3,
    predictor="aggregate",
    criterion="risk",
    gamma="cross_fitted",
    dro_strength=0.45,
    guard="observed",
    observed=("origin",),
    noise="t",
    gate="flexible",
    test_size=0.4,
    random_state=11,
    n_bootstrap=300,
)


def train_page():
    return go(press(start(), "sample-hiring"), "train")


def give(at, content: bytes, page: str = "train"):
    uploader = at.file_uploader(key=f"settings-upload-{page}")
    return healthy(uploader.set_value(("mine.json", content, "application/json")).run())


@pytest.fixture
def own_library(tmp_path, monkeypatch) -> Library:
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    return Library(tmp_path)


@pytest.mark.parametrize(
    "settings", [CHANGED, Settings(n_groups="auto", family="moe", moe={"epochs": 77, "hidden_sizes": (16,)})]
)
def test_every_setting_of_a_file_reaches_the_form(settings, monkeypatch):
    asked = []
    at = give(train_page(), write_settings(ROLES, settings, "hiring.csv"))
    assert "can't take" not in words(at)
    assert not at.warning
    from dashboard.screens.train import start as training

    monkeypatch.setattr(training.jobs, "study_request", lambda *given: asked.append(given))
    at.button(key="train-start").click().run()
    assert asked[0][2] == settings


def test_settings_without_a_control_are_said_and_can_be_given_up(own_library):
    at = give(train_page(), write_settings(ROLES, CHANGED, "hiring.csv"))
    assert "n_bootstrap 300" in words(at)
    press(at, "settings-forget")
    assert "n_bootstrap" not in words(at)


def test_what_the_form_cannot_show_is_told():
    at = give(train_page(), write_settings(ROLES, Settings(n_groups=9, test_size=0.8), "hiring.csv"))
    assert "n_groups 9" in at.warning[0].value.replace("\\", "")
    assert "test_size 0.8" in at.warning[0].value.replace("\\", "")


def test_numbers_of_networks_beyond_the_form_are_told():
    networks = Settings(family="moe", moe={"epochs": 6000, "patience": 2000, "hidden_sizes": (7,)})
    at = give(train_page(), write_settings(ROLES, networks, "hiring.csv"))
    said = at.warning[0].value.replace("\\", "")
    assert all(part in said for part in ("moe.epochs 6000", "moe.patience 2000", "moe.hidden_sizes [7]"))


def test_columns_that_the_table_lacks_are_named():
    roles = {"outcome": "salary", "features": ["experience", "shoe size"], "sensitive": ["age"]}
    whole = json.loads(write_settings(ROLES, Settings(), "hiring.csv")) | {"roles": roles}
    at = press(start(), "sample-hiring")
    give(at, json.dumps(whole).encode(), "data")
    said = at.warning[0].value.replace("\\", "")
    assert "2 columns that this table lacks: salary, shoe size" in said or "salary" in said
    assert at.selectbox(key="roles-outcome").value is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not json", "is not JSON: line 1"),
        (b"[]", "holds a list"),
        (b'{"schema": "x"}', "has the layout 'x'"),
        (b'{"schema": "rome.settings/1", "roles": {}, "settings": {"n_groups": 99}}', "The roles hold no"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(content, said):
    at = train_page()
    before = at.slider[0].value
    give(at, content)
    assert said in at.error[0].value.replace("\\", "")
    assert at.slider[0].value == before
    give(at, write_settings(ROLES, Settings(n_groups=4), "hiring.csv"))
    assert not at.error
    assert at.slider[0].value == 4
