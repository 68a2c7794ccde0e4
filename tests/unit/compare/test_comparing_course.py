"""The course of a comparison: kept parts, several processes, an end when it is asked for."""

from __future__ import annotations

import time

import pytest
from comparing_models import MODELS, QUICK, ROLES

from rome.compare import compare, default_models, work
from rome.errors import Cancelled, StoreError


def test_what_is_there_is_not_done_again(table, result, folder, monkeypatch):
    def never(*_args, **_kwargs):
        raise AssertionError("fitted again")

    before = {path: path.stat().st_mtime_ns for path in (folder / "parts").iterdir()}
    monkeypatch.setattr(work, "tune", never)
    again = compare(table, ROLES, MODELS[:2], folder=folder, **QUICK)
    assert {path: path.stat().st_mtime_ns for path in (folder / "parts").iterdir()} == before
    assert again.losses("overall").equals(result.losses("overall")[list(MODELS[:2])])


@pytest.mark.parametrize("changed", [{"budget": 3}, {"random_state": 5}, {"criterion": "worst_observed"}])
def test_other_settings_are_other_files(table, result, folder, changed, monkeypatch):
    def never(*_args, **_kwargs):
        raise Cancelled

    monkeypatch.setattr(work, "tune", never)
    with pytest.raises(Cancelled):
        compare(table, ROLES, MODELS, folder=folder, **{**QUICK, **changed})


def test_a_comparison_that_was_cut_off_goes_on_where_it_stopped(table, result, tmp_path):
    def stop(share: float, _what: str) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        compare(table, ROLES, MODELS, folder=tmp_path, progress=stop, **QUICK)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    assert 2 < len(kept) < 8
    again = compare(table, ROLES, MODELS, folder=tmp_path, **QUICK)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    assert len(after) == 8
    assert kept.items() <= after.items()
    assert again.scores.equals(result.scores)


def test_a_damaged_file_is_named(table, tmp_path):
    compare(table, ROLES, ["pooled"], latent_groups=1, folder=tmp_path, **QUICK)
    first = sorted((tmp_path / "parts").iterdir())[0]
    first.write_bytes(first.read_bytes()[:50])
    with pytest.raises(StoreError, match=rf"{first.name}.*delete it and run"):
        compare(table, ROLES, ["pooled"], latent_groups=1, folder=tmp_path, **QUICK)


def test_a_place_that_is_a_file_is_refused(table, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(StoreError, match="Choose another folder"):
        compare(table, ROLES, ["pooled"], folder=tmp_path / "out", **QUICK)


def test_several_processes_give_the_same_scores(table, result, tmp_path):
    seen: list[float] = []
    again = compare(
        table,
        ROLES,
        MODELS,
        folder=tmp_path,
        progress=lambda share, _: seen.append(share),
        **{**QUICK, "n_jobs": 2},
    )
    assert again.scores.equals(result.scores)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 1)


# A pool that is told to kill its workers may still hand out a task that it has just struck off: joblib's own
# thread then dies of the missing task, and nothing else comes of it.
@pytest.mark.filterwarnings(
    "ignore:Exception in thread ExecutorManagerThread:pytest.PytestUnhandledThreadExceptionWarning"
)
def test_several_processes_end_soon_when_they_are_asked_to(table, tmp_path):
    began = time.perf_counter()

    def stop(_share: float, what: str) -> None:
        if what == "Fitting":
            raise Cancelled

    with pytest.raises(Cancelled):
        compare(
            table,
            ROLES,
            default_models(),
            10,
            8,
            criterion="overall",
            n_jobs=2,
            folder=tmp_path,
            progress=stop,
        )
    assert time.perf_counter() - began < 120
    assert not list((tmp_path / "parts").glob("*.npz"))
