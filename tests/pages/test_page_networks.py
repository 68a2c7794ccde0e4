"""Groups that predict by networks, from the Train page to the report."""

from __future__ import annotations

import pytest
import study_runs
from page_driver import charts, go, healthy, press, primary, start, upload, words

from dashboard import cache
from rome.datasets import SAMPLES, load_sample
from rome.jobs import Progress
from rome.jobs.attempt import Owner
from rome.settings.networks import MoESettings
from rome.settings.study import Settings
from rome.store import Library
from rome.table import read_table

_SMALL = {"epochs": 8, "n_init": 1, "hidden_sizes": (8,)}


@pytest.fixture(scope="module")
def neural_study(studies) -> str:
    """The name of a finished study with networks, of a small table."""
    table = read_table(load_sample("hiring").iloc[:500].to_csv(index=False).encode(), "hiring.csv")
    return study_runs.keep_study(studies, table, SAMPLES["hiring"].roles, Settings(family="moe", moe=_SMALL))


@pytest.fixture
def own_library(tmp_path, monkeypatch):
    """A library that holds nothing yet."""
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    return Library(tmp_path)


class _Patient:
    """Takes work and leaves it to the test."""

    def __init__(self) -> None:
        self.owner = Owner.enlist()
        self.taken = []

    def start(self, attempt) -> None:
        self.taken.append(attempt)


@pytest.fixture
def runner(own_library, monkeypatch):
    patient = _Patient()
    monkeypatch.setattr(cache, "_runner", lambda workers: patient)
    yield patient
    patient.owner.retire()


def _networks(sample: str = "diabetes"):
    """Open the Train page of a sample and choose networks."""
    at = go(press(start(), f"sample-{sample}"), "train")
    return healthy(at.radio(key="train-family").set_value("moe").run())


def _number(at, name: str, value: int):
    return healthy(at.number_input(key=f"train-moe-{name}").set_value(value).run())


def test_both_families_are_offered_with_a_sentence_and_lines_come_first():
    at = go(press(start(), "sample-hiring"), "train")
    radio = at.radio(key="train-family")
    assert radio.value == "em"
    assert radio.options == ["Lines (ROME-EM)", "Networks (ROME-MoE)"]
    assert list(radio.proto.captions) == [
        "One linear rule a group. Quick; its coefficients can be read and have intervals.",
        "One small neural network a group. Follows bends and combinations; can't be read off.",
    ]


def test_every_setting_of_networks_reaches_the_study(runner):
    at = _networks()
    for name, value in (("n-init", 2), ("epochs", 9), ("patience", 0)):
        _number(at, name, value)
    for name, value in (
        ("hidden-sizes", (32, 32)),
        ("gate", "as"),
        ("gate-network", "linear"),
        ("objective", "squared"),
        ("batch-size", 128),
        ("learning-rate", 1e-2),
        ("weight-decay", 0.0),
    ):
        healthy(at.selectbox(key=f"train-moe-{name}").set_value(value).run())
    healthy(at.slider(key="train-moe-training-strength").set_value(0.4).run())
    healthy(at.selectbox(key="train-moe-group-loss").set_value("online").run())
    press(at, "train-start")
    [attempt] = runner.taken
    settings = Settings.from_dict(attempt.request(with_table=False).arguments["settings"])
    assert settings.family == "moe"
    assert settings.moe == MoESettings(
        gate="as",
        gate_network="linear",
        objective="squared",
        group_loss="online",
        training_strength=0.4,
        hidden_sizes=(32, 32),
        epochs=9,
        batch_size=128,
        learning_rate=1e-2,
        weight_decay=0.0,
        patience=None,
        n_init=2,
    )


def test_a_start_from_lines_needs_no_random_starts():
    at = _networks()
    healthy(at.toggle(key="train-moe-warm-start-from-em").set_value(True).run())
    assert "train-moe-n-init" not in [box.key for box in at.number_input]


def test_what_only_lines_have_is_not_offered_for_networks():
    at = _networks()
    keys = [box.key for box in at.selectbox]
    assert not any(key.startswith(("train-noise", "train-gate")) for key in keys)
    assert "train-moe-gate" in keys
    healthy(at.selectbox(key="train-predictor").set_value("aggregate").run())
    assert "train-gamma" not in [box.key for box in at.selectbox]


def test_the_suggestion_says_that_it_is_asked_with_lines(own_library):
    assert "Asked with lines here too" in words(_networks())
    assert "Asked with lines here too" not in words(go(press(start(), "sample-diabetes"), "train"))


def test_a_run_of_networks_says_which_epoch_it_is_at_and_can_be_stopped(runner):
    at = press(_networks(), "train-start")
    assert "2 groups with networks" in words(at)
    curve = tuple((line, epoch, 1.0 / epoch) for line in (1, 2) for epoch in range(1, 9))
    runner.taken[0].tell(Progress("Training the groups' networks", 0.5, 12.0, curve, ()))
    healthy(at.run())
    assert charts(at) == 1
    assert "Start 2 of 3, epoch 8 of at most 200" in words(at)
    press(at, "run-stop")
    assert runner.taken[0].cancel_asked()
    assert "The run was stopped" in words(at)


def test_a_run_of_networks_is_kept_and_shows_how_training_went(own_library):
    at = _networks()
    for name, value in (("n-init", 1), ("epochs", 4)):
        _number(at, name, value)
    press(at, "train-start")
    [identity] = own_library.identities()
    result = own_library.load(identity)
    assert result.settings.moe.epochs == 4
    assert "2 groups with networks" in words(at)
    assert "All 4 epochs ran" in words(at)
    assert primary(at) == ["See who is in the groups"]


def test_a_table_that_is_too_small_for_networks_is_told_in_plain_words(own_library):
    rows = b"".join(b"%d,%d,%d\n" % (row, row * row % 7, row % 3) for row in range(12))
    at = go(upload(start(), "tiny.csv", b"outcome,age,hours\n" + rows), "train")
    healthy(at.radio(key="train-family").set_value("moe").run())
    press(at, "train-start")
    assert "12 rows" in at.error[0].value
    assert own_library.identities() == []


def test_the_groups_page_says_what_networks_do_not_have(neural_study):
    at = go(start(neural_study), "groups")
    said = words(at)
    assert "asked of the data with groups of lines (ROME-EM)" in said
    assert "The gate is a network here, which has no odds to read off" in said
    assert "How sure that is isn't known: the gate is a network." in said
    assert charts(at) == 7


def test_the_compare_page_says_that_pooled_is_one_network(neural_study):
    at = go(start(neural_study), "compare")
    assert "Pooled is one network for everybody" in words(at)
    assert charts(at) >= 3
    healthy(at.select_slider(key="dro-strength").set_value(0.5).run())


def test_the_report_page_shows_and_repeats_a_study_with_networks(neural_study):
    at = go(start(neural_study), "report")
    codes = [block.value for block in at.code]
    assert any("--family moe" in code and "--epochs 8" in code for code in codes)
    assert any("family='moe'" in code and "'epochs': 8" in code for code in codes)
