"""What is no history is one line that says so."""

import h5py
import pytest
from analysis.history import FORMAT, HistoryError, plain, read


def test_what_is_no_history_is_refused_in_one_line(tmp_path):
    text, other, newer = tmp_path / "text.h5", tmp_path / "other.h5", tmp_path / "newer.h5"
    text.write_text("this is no HDF5 file")
    for path, version in ((other, None), (newer, 999)):
        with h5py.File(path, "w", libver="latest") as file:
            if version:
                file.attrs["format"] = version
    for path, expected in (
        (text, "is no history, or a damaged one"),
        (other, "is no history, or a damaged one"),
        (newer, f"format is 999; expected {FORMAT}"),
        (tmp_path / "none.h5", "does not exist"),
    ):
        with pytest.raises(HistoryError, match=expected) as error:
            read(path)
        assert str(error.value).startswith(f"{path}: ") and "\n" not in str(error.value)


def test_what_controls_how_a_text_is_shown_is_replaced():
    assert plain("a\x1b[31mb\u202ec\nd") == "a\ufffd[31mb\ufffdc\nd"
