"""Studies that an older version wrote are read, score their own table as they did, and make a report."""

from __future__ import annotations

import zipfile
from pathlib import Path

import golden
import numpy as np
import pytest

from rome.report import render
from rome.results import StudyResult
from rome.score import load_scorer, read_to_score, score
from rome.settings.study import Settings
from rome.store import read_folder

OLDER = Path(next(iter(golden.__path__))) / "studies_0_2_0"


@pytest.fixture
def unpacked(request, tmp_path) -> Path:
    """A folder with the table that a study was made of, and the study."""
    with zipfile.ZipFile(OLDER / f"{request.param}.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path


def of(name: str):
    return pytest.mark.parametrize("unpacked", [name], indirect=True)


every = pytest.mark.parametrize("unpacked", ["numeric", "binary", "tails", "networks"], indirect=True)


def opened(unpacked: Path) -> StudyResult:
    return read_folder(unpacked / "study")


@of("numeric")
def test_an_older_study_of_a_number_is_read_with_its_verdict(unpacked):
    study = opened(unpacked)
    assert study.study_id == "336d384213d531b3"
    assert study.versions["rome"] == "0.2.0"
    assert study.settings == Settings(
        n_init=2, n_bootstrap=100, random_state=5, max_groups=2, min_group_size=10
    )
    assert (study.data.name, study.data.used, study.metric) == ("hiring.csv", 320, "mse")
    assert (study.dro.strength, study.dro.recommended) == (0.25, "pooled")
    assert (study.verdict.level, len(study.selection)) == ("supported", 2)
    assert study.fit.gain.value == pytest.approx(0.3149449525761339)
    first = study.groups[0]
    assert (first.share, first.sigma) == pytest.approx((0.6880250787811953, 3.3986050740718454))
    slope = first.coefficients[1]
    assert (slope.term, slope.value) == ("years_experience", pytest.approx(1.0386505266788577))
    compared = study.chosen.comparison["worst_latent"]
    assert (compared.worst_pooled, compared.relative) == ("Group 2", pytest.approx(-0.4395332946558304))
    assert study.rows.rome[:2] == pytest.approx([27.58802308, 41.35189275])


@of("binary")
def test_an_older_study_of_yes_or_no_is_read_with_its_weights(unpacked):
    study = opened(unpacked)
    assert study.study_id == "c2b6c184deb49c51"
    assert study.settings == Settings(
        n_groups=3,
        max_groups=4,
        predictor="aggregate",
        gamma="cross_fitted",
        observed=("region",),
        min_group_size=20,
        assess_groups=False,
        n_init=2,
        n_bootstrap=100,
        random_state=5,
    )
    assert (study.data.used, study.data.positive, study.metric) == (475, "yes", "brier")
    assert (study.roles.weight, study.verdict) == ("weight", None)
    assert sorted(set(study.rows.weight / study.rows.weight.min())) == pytest.approx([1, 2, 4])
    prior = (0.3351933879234473, 0.3175235784488744, 0.3472830336276783)
    assert study.chosen.prior == study.dro.prior == pytest.approx(prior)
    assert study.chosen.comparison["worst_latent"].relative == pytest.approx(0.1442633923643234)
    assert study.groups[0].sigma is None
    assert study.rows.rome[:2] == pytest.approx([0.51032408, 0.21584966])


@of("tails")
def test_an_older_study_with_heavy_tails_and_a_flexible_gate_is_read(unpacked):
    study = opened(unpacked)
    assert study.study_id == "270fc570d90f7840"
    settings = study.settings
    assert (settings.noise, settings.gate, settings.criterion) == ("t", "flexible", "risk")
    assert (settings.guard, settings.observed) == ("observed", ("sex",))
    assert study.chosen.comparison["worst_observed"].worst_pooled == "sex = male"
    assert study.chosen.comparison["worst_observed"].relative == pytest.approx(-0.312693624292342)
    assert study.groups[0].sigma == pytest.approx(3.605087363088726)
    assert study.rows.rome[:2] == pytest.approx([30.89547615, 42.22555158])


@of("networks")
def test_an_older_study_of_networks_is_read_with_the_record_of_its_training(unpacked):
    study = opened(unpacked)
    assert study.study_id == "3fec14221c35db7a"
    settings = study.settings
    assert (settings.family, settings.n_groups, settings.dro_strength) == ("moe", "auto", 0.35)
    assert (settings.moe.epochs, settings.moe.hidden_sizes) == (12, (6,))
    assert study.training.epoch_limit == study.fit.n_iter == 12
    assert (len(study.groups), len(study.selection)) == (2, 2)
    assert study.chosen.comparison["worst_latent"].relative == pytest.approx(0.16100878678961242)
    assert study.groups[0].share == pytest.approx(0.5141720207342454)


@every
def test_an_older_study_scores_its_table_with_the_numbers_that_it_stored(unpacked):
    scorer = load_scorer(unpacked / "study")
    own = scorer.study.rows
    table = read_to_score(unpacked / "table.csv", scorer.study)
    scored = score(table, scorer)
    assert scored.same_table
    assert scored.errors.evaluation is not None
    for name in ("membership", "responsibilities", "group_predictions", "pooled", "rome"):
        found = getattr(scored.rows, name)[own.row - 1]
        assert found == pytest.approx(getattr(own, name), rel=1e-9, abs=1e-9), name
    assert np.array_equal(scorer.reference.observed(table.frame)[own.row - 1], own.observed_group)


@every
def test_the_report_of_an_older_study_is_made(unpacked):
    study = opened(unpacked)
    page = render(study)
    assert study.study_id in page
    assert study.dro.older_words.split(":")[0] in page
