"""What goes wrong in a comparison is named, and the rest goes on."""

from __future__ import annotations

import os
import sys

import pytest
from comparing_models import QUICK, ROLES, Broken, spec_of

from rome.compare import CompareSettings, compare, default_models, registry, work
from rome.compare.work import done_tasks
from rome.errors import RomeError, SettingError

run_module = sys.modules["rome.compare.run"]


class _Deadly:
    """Whoever unpickles this ends at once, as a process does that is killed for its memory."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_process_that_dies_is_told_in_plain_words(tmp_path):
    tasks = [work.Task(0, "pooled", "a"), work.Task(0, "pooled", "b")]
    job = work.Job(_Deadly(), ROLES, CompareSettings(("pooled",)), tmp_path)
    with pytest.raises(RomeError, match="fewer"):
        list(done_tasks(job, tasks, 2, lambda: None))


def test_a_split_that_can_not_be_prepared_fails_alone(table, monkeypatch):
    plain = work.prepared

    def odd(job, split):
        if split == 1:
            raise RomeError("too few of each")
        return plain(job, split)

    for module in (work, run_module):
        monkeypatch.setattr(module, "prepared", odd)
    found = compare(table, ROLES, ["pooled"], latent_groups=1, **QUICK)
    assert [(failure.split, failure.model) for failure in found.failures] == [(1, "every model")]
    assert found.losses("overall")["pooled"].notna().tolist() == [True, False]


def test_a_model_that_fails_is_named_and_the_others_go_on(table, with_model):
    with_model(spec_of(Broken, "broken"))
    found = compare(table, ROLES, ["pooled", "broken"], latent_groups=1, **QUICK)
    assert [(failure.split, failure.model) for failure in found.failures] == [(0, "broken"), (1, "broken")]
    assert "No configuration of broken could be fitted: it is broken" in found.failures[0].reason
    assert found.losses("overall")["broken"].isna().all()
    assert found.standings("overall")[-1].n_splits == 0


def test_unknown_models_are_named(table):
    with pytest.raises(SettingError, match=r'no model "rome_me".*The nearest name is "rome_'):
        compare(table, ROLES, ["pooled", "rome_me"], **QUICK)


def test_a_model_whose_package_is_missing_says_how_to_get_it(table, monkeypatch):
    monkeypatch.setattr(registry, "_installed", lambda spec: spec.package is None)
    assert "bounded_loss" not in default_models()
    with pytest.raises(SettingError, match="pip install"):
        compare(table, ROLES, ["bounded_loss"], **QUICK)
