"""Faults that somebody might make in a rule: each is put in by hand, and the tests of the rules have to notice."""

import json
import subprocess
import sys

from app.settings import PROJECT
from tests.programme.mutation import CAUGHT, SURVIVED, every


def test_every_mutant_changes_a_text_that_is_there_once() -> None:
    for mutant in every():
        assert mutant.text(), mutant
        compile(mutant.text(), mutant.module, "exec")
    assert len(set(every())) == len(every()) >= 25


def test_every_mutant_of_the_rules_is_caught() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.programme.mutation"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    ran = json.loads(told.stdout)
    assert ran["unchanged"] == SURVIVED, "the tests fail without any fault"
    assert len(ran["mutants"]) == len(every())
    assert [each for each in ran["mutants"] if each["ends"] != CAUGHT] == []
