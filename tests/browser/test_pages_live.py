"""Every page in a real browser: themes, narrow windows, bad files, stopping, UMAP, names for controls."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from page_steps import (
    PAGES,
    drawn,
    lasso,
    open_sample,
    says,
    selected_rows,
    settle,
    study_of,
    train,
    upload,
    visit,
)

_FIGURES = {"Data": 4, "Train": 1, "Groups": 6, "Compare": 4, "What if": 2}
_NAMELESS = """() => [...document.querySelectorAll('input, textarea, button, [role=slider], [role=combobox]')]
  .filter(part => part.offsetParent !== null && part.closest('[data-testid=stMain]'))
  .filter(part => !(part.ariaLabel || part.textContent || part.title || part.labels?.length
    || part.getAttribute('aria-labelledby') || part.closest('label')))
  .map(part => part.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_drawn_in_the_visitors_theme(studied, scheme):
    page = studied(color_scheme=scheme)
    for name in PAGES:
        visit(page, name)
        drawn(page, _FIGURES.get(name, 0))
        for colour in page.evaluate(
            "() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => plot._fullLayout.font.color)"
        ):
            assert colour == {"light": "#1B1F24", "dark": "#E7EAEE"}[scheme]


def test_no_page_is_wider_than_its_window_and_every_control_has_a_name(studied):
    page = studied()
    for name in PAGES:
        page.set_viewport_size({"width": 1280, "height": 1000})
        visit(page, name)
        for width in (1280, 760):
            page.set_viewport_size({"width": width, "height": 1000})
            settle(page)
            page.wait_for_timeout(400)
            over = page.evaluate(
                "() => document.querySelector('[data-testid=stMain]').scrollWidth - "
                "document.querySelector('[data-testid=stMain]').clientWidth"
            )
            assert over <= 1, (name, width)
            assert page.evaluate(_NAMELESS) == [], (name, width)


def test_a_link_opens_the_study_for_somebody_else(studied, visitor, server):
    study = study_of(studied())
    other = visitor()
    other.goto(f"{server}/compare?study={study}")
    other.get_by_role("heading", name="Compare", exact=True, level=1).wait_for()
    drawn(other, 4)
    visit(other, "Groups")
    drawn(other, 6)
    assert study_of(other) == study


def test_a_link_may_be_the_first_visit_after_a_start(browser, fresh_server):
    page = browser.new_page()
    page.goto(f"{fresh_server}/compare")
    page.get_by_role("heading", name="Compare", exact=True, level=1).wait_for()
    settle(page)
    assert page.get_by_test_id("stSidebar").get_by_role("link").count() == len(PAGES)
    assert page.title() == "Compare · ROME Studio"
    page.close()


def test_every_figure_has_words_for_those_who_cannot_see_it(studied):
    page = studied()
    visit(page, "Compare")
    drawn(page, 4)
    assert page.get_by_label("Change against pooled from strength", exact=False).count() >= 1


def test_a_bad_file_is_told_in_plain_words_and_the_open_table_stays(visitor, tmp_path):
    page = visitor()
    open_sample(page, "diabetes progression")
    bad = tmp_path / "scan.csv"
    bad.write_bytes(b"%PDF-1.7" + bytes(500))
    page.get_by_text("Open another table").click()
    upload(page, bad)
    says(page, "is a PDF document")
    says(page, "diabetes.csv is open: 442 rows")
    assert "Traceback" not in page.inner_text("body")


def test_a_run_can_be_stopped_and_leaves_no_study(visitor):
    page = visitor()
    open_sample(page, "the paper's simulation")
    visit(page, "Train")
    page.get_by_role("button", name="Start training").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached")
    settle(page)
    assert page.get_by_role("button", name="Start training").is_visible()
    assert page.get_by_role("heading", name="The study", exact=True).count() == 0


def test_a_large_map_is_thinned_says_so_and_can_be_drawn_on(visitor, kept_file, server, tmp_path):
    path = tmp_path / "large.csv"
    rng = np.random.default_rng(5)
    pd.DataFrame(rng.normal(size=(5200, 3)), columns=["sex", "a", "y"]).round(3).to_csv(path, index=False)
    page = visitor()
    study = kept_file(path, n_init=1, max_iter=50, n_bootstrap=100, assess_groups=False, advise=False)
    page.goto(f"{server}/groups?study={study}")
    # A study without a verdict has no figure of it.
    drawn(page, 5)
    assert page.get_by_text("5,000 of 5,200 rows are drawn").is_visible()
    lasso(page)
    assert selected_rows(page) > 50


def test_a_umap_comes_on_request_and_pca_stays_at_hand(visitor, kept, server):
    page = visitor()
    study = kept("diabetes", n_init=2, n_bootstrap=100, assess_groups=False, advise=False)
    page.goto(f"{server}/groups?study={study}")
    page.get_by_role("button", name="Draw with UMAP").click()
    page.get_by_role("radio", name="UMAP").wait_for(timeout=120_000)
    settle(page)
    drawn(page, 5)
    assert page.get_by_text("UMAP 1").count() == 1
    page.get_by_role("radio", name="PCA").click()
    page.get_by_text("PCA 1").wait_for()


def test_names_that_are_markup_scripts_or_links_are_shown_and_never_act(visitor, kept_file, tmp_path):
    names = ("<img src=x onerror=alert(1)>", "[age](http://evil.example)", "$sex$ :smile:", "**y**")
    rng = np.random.default_rng(5)
    path = tmp_path / "table.csv"
    pd.DataFrame(rng.normal(size=(200, 4)), columns=list(names)).to_csv(path, index=False)
    kept_file(path)
    page = visitor()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    upload(page, path)
    says(page, "table.csv is open")
    settle(page)
    said = page.get_by_test_id("stMain").inner_text()
    assert [name for name in names[:3] if name not in said] == []
    visit(page, "Train")
    train(page)
    for name in ("Groups", "Compare", "Report"):
        visit(page, name)
        assert page.locator("a[href*=evil]").count() == 0
        assert page.locator("img[src=x]").count() == 0
    assert dialogs == []
