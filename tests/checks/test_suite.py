"""What `./run test` runs, and what it makes of the outcome."""

from collections import Counter

import pytest

from checks import missing, suite

URLS = ["sqlite://", "postgresql+psycopg://test@/test"]


def runs(*words, campaigns=False):
    return list(suite.runs(URLS, list(words), campaigns=campaigns))


class TestRuns:
    def test_take_everything_on_both_databases_and_browsers_apart(self):
        assert [(name, url) for name, url, _ in runs()] == [
            ("SQLite", URLS[0]),
            ("Journeys on SQLite", URLS[0]),
            ("PostgreSQL", URLS[1]),
            ("Journeys on PostgreSQL", URLS[1]),
        ]

    def test_pass_a_path_on_alone(self):
        given = ["tests/checks::TestRuns", "-k", "path"]
        assert [arguments for _, _, arguments in runs(*given)] == [given, given]

    def test_pass_options_on_to_everything(self):
        assert [arguments[-2:] for _, _, arguments in runs("-k", "a_word")] == [
            ["-k", "a_word"]
        ] * 4

    def test_keep_campaigns_apart(self):
        assert all(str(suite.CAMPAIGNS) not in arguments for _, _, arguments in runs())
        assert all(str(suite.CAMPAIGNS) in arguments for _, _, arguments in runs(campaigns=True))


class TestSumUp:
    @pytest.mark.parametrize(
        ("codes", "counts", "ci", "code"),
        [
            ([0, 0], {"passed": 2}, "", 0),
            ([0, 5], {"passed": 2}, "", 0),
            ([0, 1], {"passed": 2, "failed": 1}, "", 1),
            ([5, 5], {}, "", 5),
            ([0, 0], {"passed": 2, "skipped": 1}, "", 0),
            ([0, 0], {"passed": 2, "skipped": 1}, "true", 1),
            ([2, 0], {"passed": 2}, "", 2),
        ],
    )
    def test_fails_when_one_run_did_or_nothing_ran(self, monkeypatch, codes, counts, ci, code):
        monkeypatch.setenv("CI", ci)
        assert suite.sum_up(codes, Counter(counts), 1.0) == code

    def test_ends_in_a_line_that_counts(self, capsys):
        suite.sum_up([0], Counter(passed=3), 1.0)
        assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 0 failed"


class TestMissing:
    def test_says_in_a_line_what_is_missing_where_it_may_not_install(self, monkeypatch):
        monkeypatch.setattr(missing.os, "geteuid", lambda: 1000)
        monkeypatch.setattr(missing.postgres, "programs", lambda: None)
        monkeypatch.setattr(
            missing, "NEEDS", (missing.Need("A server", "postgresql", missing.postgres.programs),)
        )
        with pytest.raises(
            SystemExit, match=r"missing: A server; on Debian: .*install postgresql$"
        ):
            missing.put_in_place()
