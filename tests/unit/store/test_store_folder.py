"""Studies on disk: what is written comes back."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import study_runs

from rome import store
from rome.datasets import SAMPLES, load_sample
from rome.errors import StoreError
from rome.results import StudyResult
from rome.serialize.codec import from_plain, to_plain
from rome.serialize.csv_json import to_csv
from rome.stats.estimate import Estimate
from rome.store import Library
from rome.study.model import StudyModel
from rome.table import read_table


def strictly(path: Path):
    """Parse JSON, refusing NaN and infinities."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def same(first: object, second: object) -> bool:
    """Equality in which NaN equals NaN, arrays by content and type."""
    if isinstance(first, np.ndarray):
        kind = first.dtype.kind
        return first.dtype == second.dtype and np.array_equal(first, second, equal_nan=kind == "f")
    if is_dataclass(first):
        names = [field.name for field in fields(first)]
        return type(first) is type(second) and all(same(getattr(first, n), getattr(second, n)) for n in names)
    if isinstance(first, float) and math.isnan(first):
        return isinstance(second, float) and math.isnan(second)
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    if isinstance(first, tuple):
        return len(first) == len(second) and all(map(same, first, second))
    return first == second and type(first) is type(second)


def test_a_study_comes_back_as_it_was(finished, folder):
    back = store.read_folder(folder)
    for field in fields(StudyResult):
        assert same(getattr(finished.result, field.name), getattr(back, field.name)), field.name


def test_nan_comes_back_as_nan_and_nothing_else_does(finished, tmp_path):
    first, *others = finished.result.evaluations
    worst = replace(
        first.comparison["worst_observed"], low=math.nan, p_value=math.nan, reason="no group ranked"
    )
    changed = replace(first, comparison={**first.comparison, "worst_observed": worst})
    result = replace(finished.result, evaluations=(changed, *others))
    written = store.write_folder(replace(finished, result=result), tmp_path)
    strictly(written / "study.json")
    back = store.read_folder(written)
    assert same(back.evaluations, result.evaluations)
    assert math.isnan(back.evaluations[0].comparison["worst_observed"].low)


def test_json_is_strict(folder):
    for name in ("study.json", "evaluations.json", "model/model.json"):
        strictly(folder / name)


def numbers(entry: dict) -> bool:
    return {"value", "low", "high"} == set(entry)


def test_study_json_has_the_layout_that_its_documentation_promises(finished, folder):
    document = strictly(folder / "study.json")
    assert document["schema"] == "rome.study/1"
    assert {"fingerprint", "rows", "used", "left_out", "columns"} <= set(document["data"])
    assert (document["data"]["rows"], document["data"]["used"], document["data"]["left_out"]) == (600, 599, 1)
    assert document["data"]["columns"][0] == "applicant"
    assert document["roles"]["outcome"] == "rating"
    assert document["settings"] == finished.result.settings.as_dict()
    assert {"rome", "python", "numpy"} <= set(document["versions"])
    assert {"n_groups", "log_likelihood", "n_iter", "converged", "seconds"} <= set(document["fit"])
    assert set(document["fit"]["log_likelihood"]) == {"train", "test"}
    assert {"strength", "recommended", "criterion", "guard", "prior", "sentence"} <= set(document["dro"])
    assert document["dro"]["strength"] == 0.35
    assert len(document["path"]) == 21
    assert all({"strength", "worst_group", "overall"} <= set(point) for point in document["path"])
    assert {"severity", "column", "what", "remedy", "mend"} == set(document["findings"][0])


def test_study_json_holds_groups_groupings_and_comparisons_as_promised(folder):
    document = strictly(folder / "study.json")
    for group in document["groups"]:
        assert {"name", "share", "coefficients", "sigma", "profile"} <= set(group)
        assert {"term", "value"} <= set(group["coefficients"][0])
    assert set(document["groupings"]) == {"latent", "predicted", "observed"}
    for table in document["groupings"].values():
        for row in table:
            assert {"group", "n", "pooled", "rome"} <= set(row)
            assert numbers(row["pooled"]["mse"])
            assert numbers(row["rome"]["mse"])
    assert set(document["comparison"]) == {"overall", "worst_latent", "worst_predicted", "worst_observed"}
    for compared in document["comparison"].values():
        assert {"pooled", "rome", "difference", "low", "high", "p_value"} <= set(compared)


def test_study_json_shows_the_chosen_strength(finished, folder):
    document = strictly(folder / "study.json")
    chosen = finished.result.at(0.35)
    assert document["comparison"]["worst_latent"]["rome"] == chosen.comparison["worst_latent"].rome
    first = document["groupings"]["observed"][0]
    assert first["rome"]["mse"]["value"] == chosen.groupings["observed"][0].scores["rome"]["mse"].value


def test_rows_csv_has_one_line_a_used_row_and_nothing_that_executes(finished, folder):
    text = (folder / "rows.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 599
    assert [int(row["row"]) for row in rows[:6]] == [1, 2, 3, 4, 5, 7]
    assert {row["split"] for row in rows} == {"train", "test"}
    arrays = finished.result.rows
    assert [float(row["rome_prediction"]) for row in rows] == pytest.approx(arrays.rome)
    assert float(rows[0]["responsibility_1"]) + float(rows[0]["responsibility_2"]) == pytest.approx(1)
    assert {row["predicted_group"] for row in rows} <= {"Group 1", "Group 2"}


def test_the_stored_model_predicts_what_rows_csv_says(finished, folder):
    model = StudyModel.load(folder / "model")
    frame = load_sample("hiring").iloc[:600].copy()
    frame.loc[frame.index[7], "referral"] = "=2+2"
    rows = finished.result.rows
    used = frame.iloc[rows.row - 1]
    assert model.predict(used, 0.35) == pytest.approx(rows.rome)
    assert model.predict_pooled(used) == pytest.approx(rows.pooled)
    assert model.membership(used) == pytest.approx(rows.membership)
    assert model.group_predictions(used) == pytest.approx(rows.group_predictions)
    with pytest.raises(StoreError, match=r"holds no DRO strength 0\.333"):
        model.predict(used, 0.333)


def test_the_stored_model_of_a_binary_outcome_predicts_the_same(finished, tmp_path):
    frame = load_sample("hiring").iloc[:600].copy()
    frame["hired"] = np.where(frame["rating"] > 50, "yes", "no")
    roles = replace(SAMPLES["hiring"].roles, outcome="hired", ignored=("rating",))
    table = read_table(to_csv(frame), name="hired.csv")
    settings = replace(finished.result.settings, predictor="aggregate", criterion="reward")
    run = study_runs.run_once(table, roles, settings)
    model = StudyModel.load(store.write_folder(run, tmp_path) / "model")
    assert model.predict(table.frame, 0.35) == pytest.approx(run.result.rows.rome)
    assert model.predict_pooled(table.frame) == pytest.approx(run.result.rows.pooled)
    assert same(store.read_folder(tmp_path), run.result)


def test_nothing_in_a_folder_is_a_pickle(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".json", ".csv", ".npz", ".safetensors"}
    with np.load(folder / "rows.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fibU" for name in arrays.files)
    source = Path(store.__file__).parents[1]
    for path in source.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import pickle" not in text
        assert "joblib.load" not in text
        assert "joblib.dump" not in text


def test_a_folder_is_made_and_an_older_study_in_it_is_replaced(finished, tmp_path):
    target = tmp_path / "deep" / "down"
    store.write_folder(finished, target)
    renamed = replace(finished.result, study_id="0" * 16)
    store.write_folder(replace(finished, result=renamed), target)
    assert store.read_folder(target).study_id == "0" * 16


def test_a_file_in_the_way_is_told(finished, tmp_path):
    (tmp_path / "taken").write_text("not a folder")
    with pytest.raises(StoreError, match="Choose another folder"):
        store.write_folder(finished, tmp_path / "taken")
    with pytest.raises(StoreError, match="Choose another folder"):
        Library(tmp_path / "taken").save(finished)


def test_the_library_keeps_studies_by_identity_newest_first(finished, tmp_path):
    library = Library(tmp_path / "studies")
    assert library.identities() == []
    first, second = finished.result.study_id, "f" * 16
    library.save(finished)
    library.save(replace(finished, result=replace(finished.result, study_id=second)))
    assert set(library.identities()) == {first, second}
    assert library.has(second)
    assert same(library.load(first), finished.result)
    library.save(finished)
    assert sorted(path.name for path in library.root.iterdir()) == sorted([first, second])


def test_a_draft_that_fails_leaves_nothing_behind_and_the_old_study_whole(finished, tmp_path, monkeypatch):
    library = Library(tmp_path)
    library.save(finished)

    def fail(*_, **__) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(StudyModel, "save", fail)
    with pytest.raises(StoreError, match="No space left"):
        library.save(finished)
    assert [path.name for path in tmp_path.iterdir()] == [finished.result.study_id]
    assert same(library.load(finished.result.study_id), finished.result)


@pytest.mark.parametrize("identity", ["", "../../etc", "A" * 16, "f" * 15, "f" * 16 + "\n"])
def test_what_is_no_identity_never_becomes_a_path(tmp_path, identity):
    with pytest.raises(StoreError, match="is no study"):
        Library(tmp_path).load(identity)


def test_an_unknown_identity_is_told(tmp_path):
    with pytest.raises(StoreError, match="There is no study"):
        Library(tmp_path).load("0" * 16)


def test_the_environment_names_the_library(monkeypatch, tmp_path):
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path / "here"))
    assert Library().root == tmp_path / "here"


def test_plain_values_come_back_by_their_type():
    estimate = Estimate(1.0, math.nan, 2.0)
    assert same(from_plain(Estimate, json.loads('{"value": 1, "low": null, "high": 2.0}')), estimate)
    assert to_plain((estimate,))[0]["high"] == 2.0
    with pytest.raises(StoreError, match='has no "high"'):
        from_plain(Estimate, {"value": 1, "low": 1}, "estimate")
    with pytest.raises(StoreError, match=r'"estimate\.value" holds'):
        from_plain(Estimate, {"value": "1", "low": 1, "high": 1}, "estimate")
