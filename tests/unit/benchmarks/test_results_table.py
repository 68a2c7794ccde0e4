"""The table of results on real data: how rows are drawn, groups are scored and changes are tested."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest

from benchmarks import latent_groups, real_splits, results_table
from benchmarks.real_splits import SplitLosses, group_means, kept_split, one_split, told_by_gate, worst
from benchmarks.real_tables import real_table
from benchmarks.results_table import change
from rome.compare import CompareSettings
from rome.errors import TableError
from rome.groups.groupings import Grouped
from rome.stats.tests import corrected_t_test


@pytest.fixture
def folder(tmp_path):
    """A folder with a stand-in for the insurance table: the slope of charges turns with age."""
    rng = np.random.default_rng(0)
    n = 240
    age, bmi = rng.integers(18, 65, n), rng.normal(30, 5, n)
    slope = np.where(age > 40, 5.0, -5.0)
    frame = pd.DataFrame(
        {
            "age": age,
            "region": rng.choice(["north", "south"], n),
            "bmi": bmi,
            "unused": 1.0,
            "charges": slope * (bmi - 30) + rng.normal(0, 1, n),
        }
    )
    frame.loc[:9, "charges"] = np.nan
    frame.to_csv(tmp_path / "insurance.csv", index=False)
    said = {"outcome": "charges", "features": ["bmi"], "sensitive": ["age", "region"]}
    (tmp_path / "insurance.json").write_text(json.dumps(said), encoding="utf-8")
    return tmp_path


def losses(split: int, pooled: float, rome: float) -> SplitLosses:
    """Return a split of 70 and 30 rows with two losses."""
    found = {"latent": {"pooled": pooled, "rome_em": rome}}
    return SplitLosses("made", split, 70, 30, found, {"latent": 2}, (0.5, 0.5), 0.1, 0.2, {}, 1.0)


def test_only_rows_with_an_outcome_and_columns_with_a_role_are_kept(folder):
    real = real_table(folder, "insurance", 1000)
    assert (len(real.frame), real.rows_with_outcome) == (230, 230)
    assert list(real.frame) == ["charges", "bmi", "age", "region"]


def test_the_same_seed_draws_the_same_rows_of_a_large_table(folder):
    one, same, other = (real_table(folder, "insurance", 50, seed).frame for seed in (0, 0, 1))
    assert len(one) == 50
    assert one.equals(same)
    assert not one.equals(other)


def test_codes_are_taken_as_texts_and_missing_ones_stay_missing(folder, monkeypatch):
    source = replace(real_table.__globals__["SOURCES"]["insurance"], codes=("age",))
    monkeypatch.setitem(real_table.__globals__["SOURCES"], "insurance", source)
    content = (folder / "insurance.csv").read_text(encoding="utf-8").splitlines()
    content[20] = "," + content[20].split(",", 1)[1]
    (folder / "insurance.csv").write_text("\n".join(content), encoding="utf-8")
    age = real_table(folder, "insurance", 1000).frame["age"]
    assert age.isna().sum() == 1
    assert age.dropna().str.fullmatch(r"\d\d").all()


def test_an_unknown_table_and_a_missing_file_are_named(folder):
    with pytest.raises(TableError, match="insurance"):
        real_table(folder, "insurence", 10)
    with pytest.raises(TableError, match="wages"):
        real_table(folder, "wages", 10)


def test_the_worst_group_is_the_largest_mean_among_the_ranked():
    group = Grouped(("a", "b"), np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]))
    squared, weights = np.array([4.0, 1.0, 9.0]), np.array([1.0, 2.0, 1.0])
    assert group_means(group, weights, squared) == pytest.approx([5 / 2, 10 / 2])
    assert worst(group, np.array([True, True]), weights, squared) == pytest.approx(5)
    assert worst(group, np.array([True, False]), weights, squared) == pytest.approx(2.5)
    assert np.isnan(worst(group, np.array([False, False]), weights, squared))


def test_a_gate_tells_all_nothing_or_half():
    assert told_by_gate(np.eye(2)[[0, 1, 0, 1]]) == pytest.approx(1)
    assert told_by_gate(np.full((4, 2), 0.5)) == pytest.approx(0)
    assert told_by_gate(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.5, 0.5]])) == pytest.approx(0.5)


def test_a_change_is_a_share_of_the_reference_with_the_corrected_interval():
    found = [losses(0, 10, 5), losses(1, 12, 7), losses(2, 8, 2)]
    one = change(found, "latent", "rome_em", "pooled")
    test = corrected_t_test([-5, -5, -6], 70, 30)
    assert one.change == pytest.approx(-16 / 30)
    assert (one.low, one.high) == pytest.approx((test.low / 10, test.high / 10))
    assert (one.better, one.splits) == (3, 3)


def test_splits_in_which_no_group_can_be_ranked_are_left_out():
    found = [losses(0, 10, 5), losses(1, 12, 6), losses(2, float("nan"), float("nan"))]
    assert change(found, "latent", "rome_em", "pooled").splits == 2


def test_a_split_finds_the_planted_groups_and_scores_every_grouping(folder):
    settings = CompareSettings(("pooled", "pooled_with_s", "rome_em"), n_splits=2, budget=1)
    found = one_split(real_table(folder, "insurance", 1000), settings, 0)
    assert set(found.losses) == {"everybody", "latent", "predicted", "observed"}
    assert found.n_train + found.n_test == 230
    assert found.losses["latent"]["pooled"] >= found.losses["everybody"]["pooled"] * 0.99
    # Slopes of opposite sign that age tells apart: the gate finds them, and one line fits neither.
    assert found.losses["latent"]["rome_em"] < 0.5 * found.losses["latent"]["pooled"]
    assert found.told > 0.4
    assert found.room > 0.5


def test_a_kept_split_is_read_and_not_done_again(folder, tmp_path, monkeypatch):
    real = real_table(folder, "insurance", 1000)
    settings = CompareSettings(("pooled",), n_splits=2, budget=1)
    monkeypatch.setattr(real_splits, "one_split", lambda *_: losses(0, 10, 5))
    first = kept_split(real, settings, 0, tmp_path)
    monkeypatch.setattr(real_splits, "one_split", lambda *_: pytest.fail("done again"))
    again = kept_split(real, replace(settings, n_splits=9), 0, tmp_path)
    assert json.dumps(asdict(again)) == json.dumps(asdict(first))


def test_another_budget_is_another_split(folder, tmp_path, monkeypatch):
    real = real_table(folder, "insurance", 1000)
    done = []
    monkeypatch.setattr(real_splits, "one_split", lambda *_: done.append(1) or losses(0, 10, 5))
    for budget in (1, 2):
        kept_split(real, CompareSettings(("pooled",), n_splits=2, budget=budget), 0, tmp_path)
    assert len(done) == 2


def test_the_command_prints_every_grouping_and_what_survives_holm(folder, monkeypatch, capsys):
    monkeypatch.setattr(results_table, "MODELS", ("pooled", "pooled_with_s", "rome_em", "rome_moe"))

    def made(real, settings, split, keep):
        pairs = {"pooled": 10.0 + split, "mlp_with_s": 9.0, "rome_em": 5.0 + split, "rome_moe": 9.0 - split}
        pairs["pooled_with_s"] = 8.0
        return replace(losses(split, 0, 0), losses={"latent": pairs}, groups={"observed": 4})

    monkeypatch.setattr(results_table, "kept_split", made)
    arguments = ["x", "--data", str(folder), "--tables", "insurance", "--splits", "3"]
    monkeypatch.setattr("sys.argv", arguments)
    results_table.main()
    said = capsys.readouterr().out
    assert "rome_em" in said
    assert "-45.5%" in said
    assert "3 of 3 splits better" in said
    assert "made rome_em -45.5%" in said.split("Holm")[1]


def test_the_columns_that_tell_the_planted_groups_are_found(folder):
    real = real_table(folder, "insurance", 1000)
    found = dict(zip(latent_groups.MEASURES, latent_groups.of_split(real, 0), strict=True))
    # Age decides who is in which group, and bmi says nothing of it.
    assert found["by_s"] > found["by_a"] + 0.3
    assert 0.3 < found["share"] <= 0.55
    assert "told by s" in latent_groups.sentence("made", np.array(list(found.values())))
