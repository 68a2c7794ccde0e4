"""The pictures of the pages: the window that they are taken in."""

from __future__ import annotations

import argparse

import pytest

from benchmarks.screenshots import window_size


def test_a_size_is_read_as_width_and_height():
    assert window_size("1366x768") == (1366, 768)


@pytest.mark.parametrize("text", ["1366", "1366 x 768", "widexhigh"])
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(argparse.ArgumentTypeError, match="1366x768"):
        window_size(text)
