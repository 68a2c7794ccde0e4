"""``rome check``: a study held to limits, by exit status, in a sentence and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from study_runs import ADVISED, ROLES, as_table, hiring, run_once

from rome import store
from rome.cli.main import main
from rome.errors import RomeError, SettingError
from rome.results.limits import check_limits
from rome.settings.limits import Limits
from rome.stats.estimate import Estimate


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    finished = run_once(as_table(hiring()), ROLES, ADVISED)
    return store.write_folder(finished, tmp_path_factory.mktemp("cli") / "study")


@pytest.fixture(scope="module")
def result(folder):
    return store.read_folder(folder)


def observed(result, model: str = "advised", metric: str = "rmse") -> dict[str, float]:
    ranked = [score for score in result.chosen.groupings["observed"] if not score.too_small]
    return {score.group: score.scores[model][metric].value for score in ranked}


def test_a_limit_that_is_kept_ends_with_status_0_and_says_so(folder, result, capsys):
    worst = max(observed(result).values())
    assert main(["check", str(folder), "--worst-group-max", str(worst * 1.01)]) == 0
    assert capsys.readouterr().out.startswith("Kept: worst observed group (")


def test_a_broken_limit_ends_with_status_1_and_names_group_value_and_limit(folder, result, capsys):
    values = observed(result)
    worst = max(values, key=values.get)
    assert main(["check", str(folder), "--worst-group-max", "0.01"]) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"Broken: worst observed group ({worst}), typical error")
    assert said.strip().endswith("above 0.0100.")


def test_one_broken_limit_of_two_is_enough_and_json_holds_both(folder, result, capsys):
    values = observed(result)
    gap = max(values.values()) - min(values.values())
    status = main(["check", str(folder), "--worst-group-max", "0.01", "--gap-max", f"{gap * 1.1}", "--json"])
    assert status == 1
    told = json.loads(capsys.readouterr().out)
    assert told["study_id"] == result.study_id
    worst, between = told["limits"]
    assert (worst["kept"], between["kept"]) == (False, True)
    assert worst["value"]["value"] == pytest.approx(max(values.values()))
    assert between["value"]["value"] == pytest.approx(gap)
    assert between["groups"] == [max(values, key=values.get), min(values, key=values.get)]


def test_the_model_and_the_grouping_that_are_named_are_judged(result):
    limits = Limits(worst_group_max=1e9, grouping="latent", model="pooled", metric="mse")
    (held,) = check_limits(result, limits)
    worst = max(result.chosen.groupings["latent"], key=lambda score: score.scores["pooled"]["mse"].value)
    assert (held.groups, held.value) == ((worst.group,), worst.scores["pooled"]["mse"])


def test_without_a_limit_nothing_is_checked():
    with pytest.raises(SettingError, match=r"No limit is given.*--worst-group-max"):
        Limits()


def test_a_metric_of_which_more_is_better_has_no_worst_error(result):
    with pytest.raises(SettingError, match=r"More accuracy is no error.*--gap-max"):
        check_limits(result, Limits(worst_group_max=0.1, metric="accuracy"))


def test_a_metric_that_the_study_lacks_is_refused_with_those_that_it_has(result):
    with pytest.raises(SettingError, match="has no brier; it has mse, rmse"):
        check_limits(result, Limits(gap_max=0.1, metric="brier"))


def test_where_no_group_is_large_enough_nothing_is_said_to_be_kept(result):
    small = {
        name: tuple(replace(score, too_small=True) for score in scores)
        for name, scores in result.chosen.groupings.items()
    }
    evaluations = tuple(replace(each, groupings=small) for each in result.evaluations)
    with pytest.raises(RomeError, match="No observed group has the 30 held-out rows"):
        check_limits(replace(result, evaluations=evaluations), Limits(gap_max=1.0))


def _scored(result, change):
    """Return the study with ``change`` made to the scores of every group."""
    evaluations = tuple(
        replace(each, groupings={name: tuple(map(change, table)) for name, table in each.groupings.items()})
        for each in result.evaluations
    )
    return replace(result, evaluations=evaluations)


def test_a_gap_needs_two_groups_that_are_large_enough(result):
    (first, *_) = [score.group for score in result.chosen.groupings["observed"] if not score.too_small]
    alone = _scored(result, lambda score: replace(score, too_small=score.group != first))
    with pytest.raises(RomeError, match="Only one observed group has the 30"):
        check_limits(alone, Limits(gap_max=1.0))
    assert check_limits(alone, Limits(worst_group_max=1e9))[0].groups == (first,)


def test_a_group_whose_value_is_not_known_is_neither_kept_nor_broken(result):
    name = result.chosen.groupings["observed"][0].group
    unknown = Estimate(float("nan"), float("nan"), float("nan"))

    def change(score):
        if score.group != name:
            return score
        scores = {model: {**metrics, "rmse": unknown} for model, metrics in score.scores.items()}
        return replace(score, scores=scores, too_small=False)

    with pytest.raises(RomeError, match=r"The rmse of the observed group .* is not known"):
        check_limits(_scored(result, change), Limits(worst_group_max=1e9))


def test_an_older_study_is_judged_at_the_strength_that_it_recommends(result):
    other = next(each for each in result.evaluations if each.strength != result.dro.strength)
    older = replace(result, advice=None, dro=replace(result.dro, recommended=other.strength))
    (held,) = check_limits(older, Limits(worst_group_max=1e9))
    ranked = [score for score in other.groupings["observed"] if not score.too_small]
    assert held.model == "rome"
    assert held.value.value == max(score.scores["rome"]["rmse"].value for score in ranked)
