"""The Data page: opening tables, reading them, and giving columns their roles."""

from __future__ import annotations

import pytest
from page_driver import address, go, healthy, press, primary, start, upload, words

GOOD = b"age;sex;pay;hours\n" + b"".join(
    b"%d;%s;%d,5;%d\n" % (20 + row % 40, b"mf"[row % 2 : row % 2 + 1], 900 + 7 * row, 30 + row % 11)
    for row in range(120)
)


def _part(at, field):
    return at.multiselect(key=f"roles-{field}").value


def test_without_a_table_the_page_offers_a_file_and_every_sample():
    at = start()
    assert len(at.file_uploader) == 1
    assert [button.key for button in at.button] == ["sample-hiring", "sample-diabetes", "sample-paper"]
    assert primary(at) == []


@pytest.mark.parametrize(("sample", "rows"), [("hiring", "3,000"), ("diabetes", "442"), ("paper", "8,000")])
def test_every_sample_opens_with_its_own_parts(sample, rows):
    at = press(start(), f"sample-{sample}")
    assert f"is open: {rows} rows" in words(at)
    assert at.selectbox(key="roles-outcome").value is not None
    assert _part(at, "sensitive")
    assert primary(at) == ["Train a study"]
    assert not at.button(key="next-train").disabled


def test_a_file_says_how_it_was_read_and_what_its_columns_seem_to_be():
    at = upload(start(), "pay.csv", GOOD)
    assert "pay.csv is open: 120 rows, 4 columns." in words(at)
    assert "Separator: semicolon" in words(at)
    assert "Decimal mark: comma" in words(at)
    assert _part(at, "sensitive") == ["age", "sex"]


def test_a_file_that_cannot_be_read_says_why_and_changes_nothing():
    at = upload(start(), "pay.csv", GOOD)
    at = upload(at, "picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert "is a picture" in at.error[0].value.replace("\\", "")
    assert "still open" in at.error[0].value
    assert "pay.csv is open" in words(at)


def test_a_bad_first_file_leaves_the_page_as_it_was():
    at = upload(start(), "empty.csv", b"")
    assert "empty" in at.error[0].value
    assert "still open" not in at.error[0].value
    assert at.button(key="sample-hiring")


def test_a_good_file_clears_the_error_of_a_bad_one():
    at = upload(start(), "empty.csv", b"")
    at = press(at, "sample-hiring")
    assert not at.error


def test_a_column_that_becomes_the_outcome_leaves_the_features_and_frees_the_old_outcome():
    at = press(start(), "sample-hiring")
    at.selectbox(key="roles-outcome").set_value("work_sample").run()
    assert "work_sample" not in _part(at, "features")
    assert "rating" in _part(at, "features")


def test_a_sensitive_column_that_is_taken_out_becomes_a_feature_and_can_be_put_back():
    at = press(start(), "sample-hiring")
    at.multiselect(key="roles-sensitive").set_value(["age"]).run()
    assert set(_part(at, "features")) >= {"sex", "origin"}
    press(at, "roles-reset")
    assert _part(at, "sensitive") == ["age", "sex", "origin"]
    assert "sex" not in _part(at, "features")


def test_no_sensitive_column_is_told_and_stops_the_way_on():
    at = press(start(), "sample-hiring")
    at.multiselect(key="roles-sensitive").set_value([]).run()
    assert "No column is sensitive" in words(at)
    assert at.button(key="next-train").disabled


def test_no_outcome_is_told_and_stops_the_way_on():
    at = press(start(), "sample-hiring")
    at.selectbox(key="roles-outcome").set_value(None).run()
    assert "is the outcome" in words(at)
    assert at.button(key="next-train").disabled


def test_parts_survive_a_change_of_page():
    at = press(start(), "sample-hiring")
    at.multiselect(key="roles-sensitive").set_value(["age", "origin"]).run()
    at.multiselect(key="roles-allowed").set_value(["origin"]).run()
    go(at, "train")
    go(at, "data")
    assert _part(at, "sensitive") == ["age", "origin"]
    assert _part(at, "allowed") == ["origin"]


def test_names_that_are_markup_or_formulas_are_shown_letter_by_letter(hostile_csv):
    at = upload(start(), "<i>.csv", hostile_csv)
    answer = next(element.value for element in at.markdown if "is open" in element.value)
    assert "\\<i\\>" in answer
    at.multiselect(key="roles-features").set_value([]).run()
    left = next(element.value for element in at.caption if element.value.startswith("Left out"))
    assert "[x](" not in left


def test_another_table_closes_the_study_of_the_first(hiring_study):
    at = start(hiring_study)
    press(at, "sample-hiring")
    assert address(at) == hiring_study
    press(at, "sample-diabetes")
    assert "study" not in at.query_params


CODED = b"race,age,note,hours,pay\n" + b"".join(
    b"%d,%d,same,%d,%d\n"
    % (1 + row % 3, 99 if row % 10 == 0 else 20 + row % 20, 30 + row % 13, 900 + 7 * row % 83)
    for row in range(160)
)


def _fix(at, label: str) -> str:
    return next(each.key for each in at.button if each.key.startswith("fix-") and each.label == label)


def _is_offered(at, label: str) -> bool:
    return any(button.key.startswith("fix-") and button.label == label for button in at.button)


def test_a_corrected_reading_is_tried_at_once_and_undone():
    at = upload(start(), "pay.csv", GOOD)
    at = healthy(at.selectbox(key="reading-header").set_value("no").run())
    assert "is open: 121 rows" in words(at)
    assert "Header: none" in words(at)
    at = press(at, "undo")
    assert "is open: 120 rows" in words(at)
    assert _part(at, "sensitive") == ["age", "sex"]


def test_a_correction_that_cannot_be_made_says_why_and_changes_nothing():
    at = upload(start(), "pay.csv", GOOD)
    at = healthy(at.selectbox(key="reading-separator").set_value("|").run())
    assert "only one column" in at.error[0].value
    assert "stays as it was" in at.error[0].value
    assert "pass " not in at.error[0].value
    assert "is open: 120 rows, 4 columns" in words(at)
    assert at.selectbox(key="reading-separator").value == ""


def test_a_file_whose_separator_is_not_found_is_opened_by_saying_it():
    # A space, but one record is a value short: nothing cuts every line alike.
    content = GOOD.replace(b",5;", b";").replace(b";", b" ").replace(b"20 m 900 30\n", b"20 m 900\n")
    at = upload(start(), "odd.csv", content)
    assert "only one column" in at.error[0].value
    at.selectbox(key="reading-separator").set_value(" ")
    at = healthy(at.run())
    assert "odd.csv is open: 120 rows, 4 columns." in words(at)


def test_a_column_of_codes_is_read_as_categories_by_one_press_and_back():
    at = upload(start(), "coded.csv", CODED)
    at = press(at, _fix(at, "Read as categories"))
    assert "**race** is read as categories" in words(at)
    assert at.multiselect(key="reading-categories").value == ["race"]
    assert not _is_offered(at, "Read as categories")
    at = press(at, "take-back-0")
    assert at.multiselect(key="reading-categories").value == []
    assert _is_offered(at, "Read as categories")


def test_a_code_for_not_known_counts_as_missing_by_one_press_and_everything_is_undone():
    at = upload(start(), "coded.csv", CODED)
    at = press(at, _fix(at, "Count as missing"))
    assert "99 counts as missing in **age**" in words(at)
    assert "Missing: 16 values in 1 columns" in words(at)
    at = press(at, "undo-all")
    assert "Missing: none" in words(at)
    assert not any(button.key == "undo" for button in at.button)


def test_a_column_that_says_nothing_is_left_out_by_one_press_and_put_back():
    at = upload(start(), "coded.csv", CODED)
    at = healthy(at.multiselect(key="roles-features").set_value(["note", "hours"]).run())
    at = press(at, _fix(at, "Leave it out"))
    assert "**note** is left out" in words(at)
    assert "note" not in _part(at, "features")
    at = press(at, "take-back-0")
    assert "note" in _part(at, "features")


def test_an_edited_part_is_undone():
    at = press(start(), "sample-hiring")
    at.multiselect(key="roles-sensitive").set_value(["age"]).run()
    at = press(at, "undo")
    assert _part(at, "sensitive") == ["age", "sex", "origin"]


def test_the_outcome_is_shown_by_each_sensitive_column_before_any_model():
    at = press(start(), "sample-hiring")
    figures = at.get("plotly_chart")
    assert len(figures) == 4
    assert all(figure.proto.alt for figure in figures)
    at.multiselect(key="roles-sensitive").set_value([]).run()
    assert not at.get("plotly_chart")


def test_remedies_on_the_page_speak_of_no_python():
    at = upload(start(), "coded.csv", CODED)
    at.selectbox(key="roles-outcome").set_value(None).run()
    said = words(at)
    assert "Choose what to predict" in said
    assert "pass " not in said


def test_a_prediction_is_guessed_and_its_model_can_be_audited():
    rows = [(20 + row % 40, "mf"[row % 2], 30 + row % 11, row % 7) for row in range(150)]
    lines = [f"{age},{sex},{hours},{20 * hours + 9 * noise},{20 * hours}" for age, sex, hours, noise in rows]
    at = upload(start(), "scored.csv", "\n".join(["age,sex,hours,pay_y,yhat", *lines]).encode())
    at.selectbox(key="roles-outcome").select("pay_y").run()
    if at.selectbox(key="roles-prediction").value is None:
        at.selectbox(key="roles-prediction").select("yhat").run()
    assert healthy(at)
    assert _part(at, "features") == ["hours"]
    assert "trained on these very rows" in words(at)
    at.selectbox(key="roles-prediction").select(None).run()
    assert "yhat" not in _part(at, "features")
