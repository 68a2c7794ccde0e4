"""ROME Studio: nine pages over ``rome``. Start it with ``streamlit run dashboard/app.py``."""
