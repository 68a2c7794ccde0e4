"""What two studies were asked differently, as the Studies page words it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_factory import make_result

from dashboard.screens.studies import contrast as differences
from rome.contrast import Difference, contrast
from rome.settings.study import Settings


@pytest.mark.parametrize(
    ("name", "first", "second", "line"),
    [
        ("gate", "linear", "flexible", ("Linear", "Flexible")),
        ("guard", "latent", "observed", ("Latent groups", "Observed groups")),
        ("moe.gate", "s", "as", ("The sensitive columns", "All columns")),
        ("moe.hidden_sizes", [64], [7, 5], ("64", "7 and 5")),
        ("moe.warm_start_from_em", True, False, ("yes", "no")),
        ("n_groups", 2, 3, ("2", "3")),
    ],
)
def test_settings_have_the_words_of_the_train_page(name, first, second, line):
    said = differences.line(Difference("setting", name, first, second))
    assert said[1:] == line
    assert "moe" not in said[0]
    assert "_" not in said[0]
    assert said[0][0].isupper()


def test_every_setting_of_networks_has_words():
    for name, value in Settings(family="moe").moe.as_dict().items():
        said = differences.line(Difference("setting", f"moe.{name}", value, value))
        assert "networks: " not in said[0].lower()


def test_the_networks_of_one_study_are_told_in_a_line():
    lines = make_result(2)
    moe = {"epochs": 50, "hidden_sizes": (32, 32), "training_strength": 0.5}
    networks = replace(lines, settings=Settings(n_groups=2, family="moe", moe=moe))
    assert differences.networks_line("B", networks, lines) == (
        "The networks of B: each group's has 32 and 32 hidden neurons; the gate is a network and sees the "
        "sensitive columns; trained by likelihood for at most 50 epochs, the best of 3 random starts, the "
        "worst group guarded at 0.5."
    )
    assert differences.networks_line("A", lines, networks) == ""
    assert differences.networks_line("A", networks, networks) == ""


def test_a_cell_counts_rows_and_says_their_share_of_the_first_group():
    result = make_result(2)
    held = contrast(result, result)
    table = differences.cross_table(held, "posterior")
    counts = held.movement.posterior
    assert table.shape == (2, 3)
    assert table.iloc[0, 1] == f"{counts[0, 0]} (100%)"
