"""The entry: ``streamlit run dashboard/app.py``."""

from pathlib import Path

import streamlit as st

from dashboard.shared import steps

_ASSETS = Path(__file__).resolve().parents[1] / "assets"
_LOGO = "logo_dark.svg" if st.context.theme.type == "dark" else "logo.svg"

# The pages lie in screens/: beside a folder called pages/ Streamlit builds a navigation of its own, and a
# link to a page that is the first visit after a start would miss this file.
page = st.navigation(
    {
        section: [
            st.Page(steps.script(each.key), title=each.title, url_path=each.key, default=each.key == "data")
            for each in pages
        ]
        for section, pages in (
            ("", steps.PAGES),
            ("More", steps.MORE),
        )
    },
    # The path of steps in the sidebar is drawn by the pages, which know how far each step is.
    position="hidden",
)
st.set_page_config(steps.tab_title(page.title), _ASSETS / "icon.png", layout="wide")
st.logo(_ASSETS / _LOGO, size="large", icon_image=_ASSETS / "icon.png")
page.run()
