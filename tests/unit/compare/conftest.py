"""One comparison of two splits that the tests of this folder share, with its table and its folder."""

from __future__ import annotations

import pytest
from comparing_models import MODELS, QUICK, ROLES

from rome.compare import MODEL_SPECS, ModelSpec, compare, registry, work
from rome.datasets import load_sample
from rome.table import Table, read_table


@pytest.fixture(scope="package")
def table(tmp_path_factory) -> Table:
    path = tmp_path_factory.mktemp("compare") / "hiring.csv"
    load_sample("hiring").iloc[:400].to_csv(path, index=False)
    return read_table(str(path))


@pytest.fixture(scope="package")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="package")
def result(table, folder):
    return compare(table, ROLES, MODELS, folder=folder, **QUICK)


@pytest.fixture
def with_model(monkeypatch):
    def add(spec: ModelSpec) -> None:
        specs = {**MODEL_SPECS, spec.name: spec}
        for module in (registry, work):
            monkeypatch.setattr(module, "MODEL_SPECS", specs)

    return add
