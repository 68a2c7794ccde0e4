"""Settings of a study: three that everybody should look at, the others folded away with a sentence each."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components import network_form, train_fill, training
from dashboard.state import OpenTable
from dashboard.wording import networks
from dashboard.wording import train as words
from rome.settings.study import Settings

_DEFAULT = Settings()


def show(opened: OpenTable) -> Settings:
    """Show the form for a table and return the settings as they stand."""
    family = _family()
    groups, strength = st.columns(2, gap="large")
    with groups:
        auto = st.toggle(
            words.AUTO_LABEL, False, key="train-auto", help=words.AUTO_HELP, persist_state="session"
        )
        chosen = st.slider(
            words.GROUPS_LABEL,
            1,
            words.MOST_GROUPS,
            min(opened.n_groups, words.MOST_GROUPS),
            key=groups_key(opened),
            help=words.GROUPS_HELP,
            persist_state="session",
            disabled=auto,
            on_change=training.open_moved,
            args=(opened, groups_key(opened)),
        )
        n_groups = "auto" if auto else chosen
    with strength:
        dro_strength = _strength()
    with st.expander(words.MORE_SETTINGS, icon=":material/tune:"):
        more = _more(opened, family)
    settings = Settings(
        n_groups=n_groups, family=family, dro_strength=dro_strength, **more, **train_fill.beside_the_form()
    )
    state.visit().shown_settings = settings
    return settings


def _family() -> str:
    """Show the choice between lines and networks, a sentence under each."""
    return st.radio(
        networks.FAMILY_LABEL,
        list(networks.FAMILIES),
        key="train-family",
        format_func=networks.FAMILIES.get,
        captions=list(networks.FAMILY_CAPTIONS.values()),
        help=networks.FAMILY_HELP,
        horizontal=True,
        persist_state="session",
    )


def groups_key(opened: OpenTable) -> str:
    """Return the key of the number of groups: one for each table, which starts from its own default."""
    return f"train-groups-{opened.table.fingerprint[:8]}"


def _strength() -> float | None:
    recommended = st.toggle(
        words.RECOMMENDED_LABEL,
        True,
        key="train-recommended",
        help=words.RECOMMENDED_HELP,
        persist_state="session",
    )
    if recommended:
        st.caption(words.STRENGTH_FREE)
        return None
    chosen = st.slider(
        words.STRENGTH_LABEL,
        0.0,
        1.0,
        0.3,
        0.05,
        key="train-strength",
        help=words.STRENGTH_HELP,
        persist_state="session",
    )
    return round(chosen, 2)


def _more(opened: OpenTable, family: str) -> dict[str, object]:
    left, right = st.columns(2, gap="large")
    with left:
        chosen = _prediction(family)
        # Networks have a part of their own below; what is left stands evenly in two columns.
        chosen |= _guarded(opened) if family == "em" else _test_share()
    with right:
        chosen |= _of_lines(opened) | _test_share() if family == "em" else _guarded(opened)
        chosen |= _seed()
    return chosen | ({"moe": network_form.show()} if family == "moe" else {})


def _prediction(family: str) -> dict[str, object]:
    predictor = _choice(words.PREDICTOR_LABEL, words.PREDICTORS, "predictor", words.PREDICTOR_HELP)
    # "reward" has a meaning for the aggregate only.
    criteria = {
        name: words for name, words in words.CRITERIA.items() if predictor == "aggregate" or name != "reward"
    }
    criterion = _choice(words.CRITERION_LABEL, criteria, f"criterion-{predictor}", words.CRITERION_HELP)
    gamma = "plain"
    if predictor == "aggregate" and family == "em":
        gamma = _choice(words.GAMMA_LABEL, words.GAMMAS, "gamma", words.GAMMA_HELP)
    return {"predictor": predictor, "criterion": criterion, "gamma": gamma}


def _guarded(opened: OpenTable) -> dict[str, object]:
    guard = _choice(words.GUARD_LABEL, words.GUARDS, "guard", words.GUARD_HELP)
    return {"guard": guard, "observed": _observed(opened)}


def _test_share() -> dict[str, object]:
    test_size = st.slider(
        words.TEST_LABEL,
        words.LEAST_TEST,
        words.MOST_TEST,
        _DEFAULT.test_size,
        0.05,
        key="train-test",
        help=words.TEST_HELP,
        persist_state="session",
    )
    return {"test_size": round(test_size, 2)}


def _seed() -> dict[str, object]:
    seed = st.number_input(
        words.SEED_LABEL,
        0,
        2**32 - 1,
        _DEFAULT.random_state,
        key="train-seed",
        help=words.SEED_HELP,
        persist_state="session",
    )
    return {"random_state": int(seed)}


def _of_lines(opened: OpenTable) -> dict[str, object]:
    """Return the settings that only lines have."""
    noise = _noise(opened)
    return {"noise": noise, "gate": _choice(words.GATE_LABEL, words.GATES, "gate", words.GATE_HELP)}


def _noise(opened: OpenTable) -> str:
    outcome = state.choice().outcome
    two_values = outcome is not None and opened.table.frame[outcome].nunique() <= 2
    # Residuals of a yes or no have no tails to choose.
    offered = {name: said for name, said in words.NOISES.items() if name == "normal" or not two_values}
    return _choice(words.NOISE_LABEL, offered, f"noise-{len(offered)}", words.NOISE_HELP)


def _choice(label: str, options: dict[str, tuple[str, str]], name: str, explained: str) -> str:
    """Show a choice with a sentence under it that says what was chosen."""
    chosen = st.selectbox(
        label,
        list(options),
        key=f"train-{name}",
        format_func=lambda option: options[option][0],
        help=explained,
        persist_state="session",
    )
    st.caption(options[chosen][1])
    return chosen


def _observed(opened: OpenTable) -> tuple[str, ...] | None:
    """Return the columns of the observed groups, or None for the sensitive ones."""
    outcome = state.choice().outcome
    chosen = st.multiselect(
        words.OBSERVED_LABEL,
        [name for name in opened.table.frame.columns if name != outcome],
        key=f"train-observed-{opened.table.fingerprint[:8]}",
        help=words.OBSERVED_HELP,
        placeholder=words.OBSERVED_EMPTY,
        persist_state="session",
    )
    return tuple(chosen) or None
