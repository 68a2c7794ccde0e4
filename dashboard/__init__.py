"""ROME Studio: five pages over ``rome``. Start it with ``streamlit run dashboard/app.py``."""
