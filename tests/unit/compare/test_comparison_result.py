"""What a finished comparison says of its scores, and how it lies on disk."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from rome.compare import (
    ChosenModel,
    ComparedModel,
    CompareSettings,
    ComparisonResult,
    Failure,
    read_comparison,
    standing_lines,
    write_comparison,
)
from rome.compare.result import SCORE_COLUMNS
from rome.errors import SettingError, StoreError
from rome.stats.tests import corrected_t_test
from rome.table import Roles

#: Mean squared errors of the two observed groups, by model and split; model "late" has no second split.
_LOSSES = {
    "pooled": [(4.0, 1.0), (5.0, 1.0), (6.0, 7.0)],
    "better": [(2.0, 1.0), (4.0, 1.0), (5.0, 6.0)],
    "late": [(8.0, 1.0), None, (9.0, 1.0)],
}


def scores() -> pd.DataFrame:
    rows = []
    for model, splits in _LOSSES.items():
        for split, losses in enumerate(splits):
            if losses is None:
                continue
            for group, loss in zip(("old", "young"), losses, strict=True):
                rows.append((split, model, "observed", group, 50, 0.5, False, "mse", loss))
                rows.append((split, model, "observed", group, 50, 0.5, False, "mae", 99.0))
            rows.append((split, model, "observed", "few", 3, 0.01, True, "mse", 1000.0))
            rows.append((split, model, "overall", "Everybody", 100, 1.0, False, "mse", sum(losses) / 2))
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))


@pytest.fixture
def result() -> ComparisonResult:
    settings = CompareSettings(tuple(_LOSSES), n_splits=3, observed=["age"])
    models = tuple(ComparedModel(name, name.title(), "a", ()) for name in _LOSSES)
    chosen = (ChosenModel(0, "better", {"radius": "0.5"}, 1.5, 8, 1, 2.5, ("UserWarning: hm",)),)
    failures = (Failure(1, "late", "it was late"),)
    roles = Roles(outcome="y", features=("a",), sensitive=("age",))
    return ComparisonResult(
        "0123456789abcdef",
        "table.csv",
        "f" * 16,
        150,
        100,
        50,
        "numeric",
        roles,
        settings,
        models,
        chosen,
        failures,
        {"rome": "0"},
        scores(),
    )


def standing(result: ComparisonResult, model: str, **asked):
    return next(found for found in result.standings("observed", **asked) if found.model == model)


def test_the_worst_group_is_the_worst_of_those_that_are_large_enough(result):
    worst = result.losses("observed")
    assert worst["pooled"].tolist() == [4, 5, 7]
    assert worst["better"].tolist() == [2, 4, 6]
    assert worst["late"].tolist()[::2] == [8, 9]
    assert np.isnan(worst["late"][1])


def test_a_standing_is_the_test_on_paired_splits(result):
    found = standing(result, "better")
    expected = corrected_t_test([-2, -1, -1], 100, 50)
    assert (found.difference, found.low, found.high) == pytest.approx(
        (expected.mean, expected.low, expected.high)
    )
    assert found.p_value == pytest.approx(expected.p_value)
    assert (found.wins, found.ties, found.losses) == (3, 0, 0)
    assert found.ratio == pytest.approx(np.exp(np.mean(np.log([2 / 4, 4 / 5, 6 / 7]))))
    assert found.ratio_low < found.ratio < found.ratio_high
    assert found.relative[0] == pytest.approx((-4 / 3) / (16 / 3))


def test_a_model_that_failed_in_a_split_is_compared_on_the_others(result):
    found = standing(result, "late")
    assert (found.n_splits, found.loss, found.reference) == (2, 8.5, 5.5)
    assert (found.wins, found.losses) == (0, 2)


def test_holm_counts_every_model_that_was_held_against_the_reference(result):
    p_values = [standing(result, name).p_value for name in ("better", "late")]
    assert standing(result, "better").p_holm == pytest.approx(2 * min(p_values))
    assert np.isnan(standing(result, "pooled").p_holm)


def test_any_model_can_be_the_reference(result):
    found = standing(result, "pooled", against="better")
    assert found.difference == pytest.approx(4 / 3)
    with pytest.raises(SettingError, match=r'"pool" did not take part. The nearest name is "pooled"'):
        result.standings("observed", against="pool")


def test_a_grouping_that_was_not_scored_is_refused(result):
    assert result.groupings == ("overall", "observed")
    with pytest.raises(SettingError, match="latent"):
        result.losses("latent")


def test_other_losses_can_be_asked_for_and_nothing_else(result):
    assert result.losses("observed", "mae")["pooled"].tolist() == [99, 99, 99]
    with pytest.raises(SettingError, match="The loss is 'r2'"):
        result.losses("observed", "r2")


def test_the_lines_name_the_reference_and_the_change(result):
    lines = standing_lines(result, "observed")
    assert lines[0].startswith("Worst observed group: mse, mean over 3 splits")
    assert "better           4  -25.0% (95%" in lines[1]
    assert "3 of 3 splits better" in lines[1]
    assert any("(reference)" in line for line in lines)


def test_a_comparison_comes_back_from_disk_as_it_was(result, tmp_path):
    again = read_comparison(write_comparison(result, tmp_path / "out"))
    pd.testing.assert_frame_equal(again.scores, result.scores, check_dtype=False)
    for name in ("comparison_id", "roles", "settings", "models", "chosen", "failures", "n_train", "versions"):
        assert getattr(again, name) == getattr(result, name)
    assert str(again.standings("observed")) == str(result.standings("observed"))


@pytest.mark.parametrize("harm", ["no folder", "other schema", "other columns", "no settings"])
def test_a_damaged_comparison_is_named(result, tmp_path, harm):
    write_comparison(result, tmp_path)
    document = json.loads((tmp_path / "comparison.json").read_text())
    if harm == "no folder":
        (tmp_path / "scores.parquet").unlink()
    elif harm == "other schema":
        document["schema"] = "rome.study/1"
    elif harm == "other columns":
        result.scores[["split"]].to_parquet(tmp_path / "scores.parquet")
    else:
        del document["settings"]
    (tmp_path / "comparison.json").write_text(json.dumps(document))
    with pytest.raises(StoreError, match=r"make it again|Make the comparison again"):
        read_comparison(tmp_path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"models": ()}, "models are none"),
        ({"models": ("pooled", "pooled")}, "name each of them once"),
        ({"models": "pooled"}, "single word"),
        ({"n_splits": 1}, "number of splits"),
        ({"budget": 0}, "tuning budget"),
        ({"criterion": "mean"}, "tuning criterion"),
        ({"test_size": 1.0}, "test share"),
        ({"latent_groups": 13}, "latent groups"),
    ],
)
def test_settings_are_checked(changed, said):
    with pytest.raises(SettingError, match=said):
        CompareSettings(**{"models": ("pooled",), **changed})
