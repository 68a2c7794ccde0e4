"""The entry: ``streamlit run dashboard/app.py``."""

from pathlib import Path

import streamlit as st

from dashboard import wording

_ASSETS = Path(__file__).resolve().parents[1] / "assets"
_LOGO = "logo_dark.svg" if st.context.theme.type == "dark" else "logo.svg"

# The pages lie in views/: beside a folder called pages/ Streamlit builds a navigation of its own, and a link
# to a page that is the first visit after a start would miss this file.
page = st.navigation(
    {
        section: [
            st.Page(f"views/{each.key}.py", title=each.title, url_path=each.key, default=each.key == "data")
            for each in pages
        ]
        for section, pages in (
            ("", wording.journey.PAGES),
            (wording.journey.MORE_TITLE, wording.journey.MORE),
        )
    },
    # The path of steps in the sidebar is drawn by the pages, which know how far each step is.
    position="hidden",
)
st.set_page_config(wording.journey.tab_title(page.title), _ASSETS / "icon.png", layout="wide")
st.logo(_ASSETS / _LOGO, size="large", icon_image=_ASSETS / "icon.png")
page.run()
