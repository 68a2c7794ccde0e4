"""Maps of the rows: the same every time, and finite whatever the columns."""

from __future__ import annotations

import numpy as np
import pytest

from rome.study.projection import pca_map, umap_map


def columns(n: int = 200, p: int = 5, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, p)) @ np.diag(np.arange(p, 0, -1.0))


def test_pca_is_the_projection_on_the_two_widest_directions():
    matrix = columns()
    centred = matrix - matrix.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    expected = centred @ vectors[:, ::-1][:, :2]
    found = pca_map(matrix)
    assert found.shape == (200, 2)
    assert np.abs(found) == pytest.approx(np.abs(expected))


def test_the_largest_loading_of_each_component_is_positive():
    for seed in range(10):
        matrix = columns(seed=seed)
        centred = matrix - matrix.mean(axis=0)
        loadings = np.linalg.lstsq(centred, pca_map(matrix), rcond=None)[0]
        projected = np.linalg.svd(centred, full_matrices=False)[2][:2]
        for component, direction in zip(pca_map(matrix).T, projected, strict=True):
            score = centred @ direction
            sign = np.sign(score @ component)
            assert sign * direction[np.abs(direction).argmax()] > 0
        assert np.isfinite(loadings).all()


def test_the_order_of_rows_moves_no_row():
    matrix = columns()
    order = np.random.default_rng(1).permutation(len(matrix))
    assert pca_map(matrix[order]) == pytest.approx(pca_map(matrix)[order], abs=1e-9)


def test_one_column_is_a_line():
    matrix = np.arange(5.0)[:, None]
    assert pca_map(matrix).tolist() == [[-2, 0], [-1, 0], [0, 0], [1, 0], [2, 0]]


def test_constant_columns_are_a_point():
    assert pca_map(np.full((6, 3), 2.0)) == pytest.approx(np.zeros((6, 2)))


def test_many_columns_give_the_same_map_every_time():
    matrix = columns(n=60, p=600)
    assert np.array_equal(pca_map(matrix), pca_map(matrix))


def test_umap_is_the_same_for_the_same_seed_and_keeps_clusters_apart():
    rng = np.random.default_rng(0)
    matrix = np.vstack([rng.normal(0, 0.1, (30, 3)), rng.normal(8, 0.1, (30, 3))])
    first, again = umap_map(matrix, seed=1, n_neighbors=8), umap_map(matrix, seed=1, n_neighbors=8)
    assert np.array_equal(first, again)
    inside = np.linalg.norm(first[:30] - first[:30].mean(axis=0), axis=1).max()
    between = np.linalg.norm(first[:30].mean(axis=0) - first[30:].mean(axis=0))
    assert between > inside


def test_umap_of_few_rows_works():
    found = umap_map(columns(n=6, p=3), seed=0)
    assert found.shape == (6, 2)
    assert np.isfinite(found).all()
