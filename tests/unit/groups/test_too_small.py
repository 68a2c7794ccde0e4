"""How few rows are too few: by Kish's effective number, in groupings and in cohorts."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import golden
import numpy as np
import pytest
from results_factory import make_result

from rome.cohorts import rows_scores
from rome.groups import evaluate, latent
from rome.groups.groupings import from_labels
from rome.groups.scoring import disparity
from rome.score import load_scorer, read_to_score, score
from rome.stats.bootstrap import Resampling

LABELS = np.repeat(["even", "heavy"], 40)


def scores_of(weights, grouping, grouped, min_group_size=30):
    """Score two models, of which the second is far off in the last 40 of 80 rows."""
    return evaluate(
        np.zeros(80),
        {"pooled": np.ones(80), "rome": np.repeat([2.0, 9.0], 40)},
        {grouping: grouped},
        np.asarray(weights, dtype=float),
        kind="numeric",
        resampling=Resampling(80, 60, 0),
        min_group_size=min_group_size,
    )


def with_one_heavy_row(weight: float = 1e6) -> np.ndarray:
    weights = np.ones(80)
    weights[50] = weight
    return weights


def small(scores) -> dict[str, bool]:
    return {score.group: score.too_small for table in scores.groups.values() for score in table}


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_a_group_of_which_one_row_holds_nearly_all_weight_is_shown_and_never_ranked(unit):
    found = scores_of(unit * with_one_heavy_row(), "observed", from_labels(LABELS))
    assert small(found) == {"even": False, "heavy": True}
    heavy = found.groups["observed"][1]
    assert heavy.n == 40
    assert heavy.share > 0.99
    assert heavy.scores["rome"]["mse"].value == pytest.approx(81)
    compared = found.compare("observed", "pooled", "rome")
    assert (compared.worst_pooled, compared.worst_rome) == ("even", "even")
    assert compared.rome == found.worst("observed", "rome") == pytest.approx(4)
    assert disparity(found.groups["observed"], "rome", "mse").worst_group == "even"


def test_the_same_group_is_ranked_where_its_rows_weigh_the_same():
    found = scores_of(np.ones(80), "observed", from_labels(LABELS))
    assert small(found) == {"even": False, "heavy": False}
    assert found.compare("observed", "pooled", "rome").worst_rome == "heavy"


def test_responsibilities_and_weights_count_together_in_a_latent_group():
    responsibilities = np.where(LABELS[:, None] == np.array(["even", "heavy"]), 0.95, 0.05)
    grouped = latent(responsibilities, ("even", "heavy"))
    assert small(scores_of(np.ones(80), "latent", grouped)) == {"even": False, "heavy": False}
    # The twentieth of the heavy row outweighs all rows of the other group as well.
    assert small(scores_of(with_one_heavy_row(), "latent", grouped)) == {"even": True, "heavy": True}


def test_the_effective_number_decides_not_the_count_and_not_the_sum_of_weights():
    # (39 + w)² / (39 + w²) is 30 at w = 5.07.
    for weight, expected in ((5.0, False), (5.1, True), (12.0, True)):
        effective = (39 + weight) ** 2 / (39 + weight**2)
        assert (effective < 30) == expected
        found = scores_of(with_one_heavy_row(weight), "observed", from_labels(LABELS))
        assert small(found)["heavy"] == expected, weight


@pytest.mark.parametrize("weight", [0.1, 1 / 3, 0.7, 1e-12])
def test_just_as_many_rows_as_are_asked_for_are_enough_whatever_rounding_does_to_their_weights(weight):
    found = scores_of(np.full(80, weight), "observed", from_labels(LABELS), min_group_size=40)
    assert small(found) == {"even": False, "heavy": False}
    found = scores_of(np.full(80, weight), "observed", from_labels(LABELS), min_group_size=41)
    assert small(found) == {"even": True, "heavy": True}


def test_where_every_group_has_one_heavy_row_nothing_can_be_compared_but_everybody():
    weights = with_one_heavy_row()
    weights[3] = 1e6
    found = scores_of(weights, "observed", from_labels(LABELS))
    assert small(found) == {"even": True, "heavy": True}
    assert found.compare("observed", "pooled", "rome").reason == "no group ranked"
    assert np.isnan(found.worst("observed", "rome"))
    assert found.compare(None, "pooled", "rome").reason is None


def test_a_cohort_is_too_small_by_the_same_rule_as_a_group():
    result = make_result()
    rows, least = result.rows, result.settings.min_group_size
    held_out = np.flatnonzero(rows.is_test & (rows.weight > 0))
    enough = rows_scores(result, rows.row[held_out[:least]])
    assert (enough.held_out, enough.too_few, enough.score.too_small) == (least, False, False)
    fewer = rows_scores(result, rows.row[held_out[: least - 1]])
    assert (fewer.held_out, fewer.too_few, fewer.score.too_small) == (least - 1, True, True)
    # A row without weight does not count.
    weights = rows.weight.copy()
    weights[held_out[1]] = 0.0
    again = rows_scores(replace(result, rows=replace(rows, weight=weights)), rows.row[held_out[:least]])
    assert (again.held_out, again.too_few) == (least - 1, True)
    weights[held_out[0]] = 1e6
    heavy = rows_scores(replace(result, rows=replace(rows, weight=weights)), rows.row[held_out])
    assert heavy.held_out == len(held_out) - 1
    assert (heavy.too_few, heavy.score.too_small) == (True, True)


def test_a_scored_table_ranks_no_group_of_which_one_row_holds_nearly_all_weight(tmp_path):
    with zipfile.ZipFile(Path(next(iter(golden.__path__))) / "studies_0_2_0" / "binary.zip") as archive:
        archive.extractall(tmp_path)
    scorer = load_scorer(tmp_path / "study")
    table = read_to_score(tmp_path / "table.csv", scorer.study)
    frame = table.frame.copy()
    usable = (frame["region"] == "south") & frame["repaid"].notna()
    frame.loc[usable.idxmax(), "weight"] = 1e7
    plain = score(table, scorer).errors.evaluation
    heavy = score(replace(table, frame=frame, fingerprint="other"), scorer).errors.evaluation

    def small_regions(evaluation):
        return {found.group: found.too_small for found in evaluation.groupings["observed"]}

    before, after = small_regions(plain), small_regions(heavy)
    assert after == before | {"region = south": True}
    assert not before["region = south"]
    assert plain.comparison["worst_observed"].reason is None
    worst = heavy.comparison["worst_observed"]
    assert "region = south" not in (worst.worst_pooled, worst.worst_rome)
