"""Studies are read once a session, and anew where they are made anew or gone."""

from __future__ import annotations

import os
import shutil

import pytest
from page_driver import go, press, start, words
from streamlit.testing.v1 import AppTest

from rome.store import Library


@pytest.fixture
def kept(hiring_study, studies, tmp_path, monkeypatch) -> Library:
    """A library of its own with one study."""
    shutil.copytree(studies / hiring_study, tmp_path / hiring_study)
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    return Library()


def _reading(identity: str) -> None:
    """A page that opens a study twice and tells whether it is the one of the run before."""
    import streamlit as st

    from dashboard import cache
    from rome.errors import StoreError

    try:
        opened = cache.study(identity)
        known = st.session_state.get("known")
        st.text(f"{opened is cache.study(identity)} {opened is known}")
        st.session_state["known"] = opened
    except StoreError as error:
        st.error(str(error))


def test_a_study_is_read_once_and_again_when_it_was_made_again(kept, hiring_study):
    at = AppTest.from_function(_reading, args=(hiring_study,), default_timeout=240).run()
    assert at.text[0].value == "True False"
    assert at.run().text[0].value == "True True"
    os.utime(kept.folder(hiring_study) / "study.json", ns=(1, 1))
    assert at.run().text[0].value == "True False"


def test_a_study_that_is_gone_is_said_to_be_gone_though_it_was_read(kept, hiring_study):
    at = AppTest.from_function(_reading, args=(hiring_study,), default_timeout=240).run()
    shutil.rmtree(kept.folder(hiring_study))
    assert "There is no study" in at.run().error[0].value


def test_moving_the_number_of_groups_to_a_study_that_cannot_be_read_offers_it_and_says_why(kept):
    at = press(press(go(press(start(), "sample-diabetes"), "train"), "train-start"), "next-groups")
    at = go(at, "train")
    at.slider[0].set_value(3).run()
    at = press(at, "train-start")
    other = next(name for name in kept.identities() if kept.load(name).settings.n_groups == 3)
    at.slider[0].set_value(2).run()
    (kept.folder(other) / "evaluations.json").write_text("{", encoding="utf-8")
    os.utime(kept.folder(other) / "study.json", ns=(1, 1))
    at.slider[0].set_value(3).run()
    assert not at.exception
    at = press(at, "train-start")
    assert "damaged" in words(at)
