"""The entry: ``streamlit run dashboard/app.py``."""

from pathlib import Path

import streamlit as st

from dashboard import wording

_ASSETS = Path(__file__).resolve().parents[1] / "assets"

st.set_page_config(page_title=wording.journey.PRODUCT, page_icon=_ASSETS / "icon.png", layout="wide")
_LOGO = "logo_dark.svg" if st.context.theme.type == "dark" else "logo.svg"
st.logo(_ASSETS / _LOGO, size="large", icon_image=_ASSETS / "icon.png")
st.navigation(
    [
        st.Page(f"pages/{page.key}.py", title=page.title, url_path=page.key, default=page.key == "data")
        for page in wording.journey.PAGES
    ],
    position="hidden",
).run()
