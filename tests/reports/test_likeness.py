"""How alike a distributor's code is to something that is known, and why a person would say so."""

import pytest

from app.reports.aliases.suggestions.likeness import (
    LEAST,
    Source,
    differences,
    likeness,
    runs,
    shared_words,
    telling_words,
)


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        ("DRIVE-1", "DRIVE-1", "is SKU DRIVE-1"),
        ("drive-1", "DRIVE-1", "differs from SKU DRIVE-1 only in capital letters"),
        ("DRIVE 1", "DRIVE-1", "differs from SKU DRIVE-1 only in punctuation"),
        ("0045-7", "45.7", "differs from SKU 45.7 only in leading zeros"),
        ("ACM/DRIVE-1", "DRIVE-1", "contains SKU DRIVE-1"),
        ("DRIEV-1", "DRIVE-1", "differs from SKU DRIVE-1 in one character"),
        ("DRIVES-1", "DRIVE-1", "differs from SKU DRIVE-1 in one character"),
        ("SWITCHBOX", "SWIDCHBOXX", "differs from SKU SWIDCHBOXX in 2 characters"),
        ("PURZ", "WD10PURZ", "is part of SKU WD10PURZ"),
    ],
)
def test_a_code_is_like_a_known_one_for_a_reason(code: str, text: str, reason: str) -> None:
    found = likeness(code, Source.SKU, text)
    assert found is not None and found.reason == reason and LEAST <= found.score <= 1


@pytest.mark.parametrize(
    ("code", "text"),
    [("A-3", "A-1"), ("SWITCH", "DRIVE"), ("", "DRIVE"), ("--", "DRIVE"), ("AB", "ABSOLUTE"), ("1", "2")],
)
def test_what_is_not_alike_is_not_suggested(code: str, text: str) -> None:
    assert likeness(code, Source.SKU, text) is None


def test_the_more_alike_two_codes_are_the_higher_the_score() -> None:
    codes = ("DRIVE-1", "drive-1", "DRIVE.1", "00DRIVE1", "X-DRIVE-1", "DRIEV-1", "DRIVE-2")
    found = [likeness(code, Source.SKU, "DRIVE-1") for code in codes]
    scores = [each.score for each in found if each is not None]
    assert len(scores) == len(codes) and scores == sorted(scores, reverse=True)


def test_a_wrong_digit_is_less_a_slip_than_a_wrong_letter() -> None:
    digit, letter = likeness("SWITCH-24", Source.SKU, "SWITCH-28"), likeness("SWITCK-24", Source.SKU, "SWITCH-24")
    assert digit is not None and letter is not None and digit.score < letter.score


def test_the_runs_of_a_codes_words_are_what_it_may_hold() -> None:
    assert runs("ACM-DRIVE-1-EU") == ["ACMDRIVE", "ACMDRIVE1", "DRIVE", "DRIVE1", "DRIVE1EU"]
    assert runs("DRIVE") == [] and runs("a b c") == []
    assert len(runs("-".join("ABCDE" for _ in range(1000)))) <= 36


def test_words_that_stand_in_many_names_tell_less() -> None:
    assert telling_words("Blue drive 1000 TB") == ["BLUE", "DRIVE"]
    rare = shared_words("BLUE DRIVE", "Blue drive 4 TB", {"BLUE": 1, "DRIVE": 1})
    common = shared_words("BLUE DRIVE", "Blue drive 4 TB", {"BLUE": 30, "DRIVE": 40})
    assert rare is not None and common is not None
    assert rare.score == 0.8 and common.score < LEAST
    assert rare.reason == "shares BLUE and DRIVE with the name Blue drive 4 TB"
    assert shared_words("BLUE", "Red", {}) is None


@pytest.mark.parametrize(
    ("left", "right", "many"),
    [
        ("", "", 0),
        ("AB", "BA", 1),
        ("ABC", "AC", 1),
        ("ABCD", "WXYZ", None),
        ("KITTEN", "SITTING", None),
        ("AAB", "ABA", 1),
    ],
)
def test_differences_count_what_is_wrong_missing_extra_or_exchanged(left: str, right: str, many: int | None) -> None:
    assert differences(left, right, 2) == many == differences(right, left, 2)
