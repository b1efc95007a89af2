"""The bank beside the demonstration: the sandbox, as a program of its own."""

import signal
import socket
from urllib.parse import urlsplit

import pytest

from marketplace.core import clock
from marketplace.payments import gateway
from serving import bank
from tests import programs

pytestmark = pytest.mark.only("sqlite")  # the bank keeps a file of its own

ADDRESS, ANOTHER = "http://127.0.0.1:8123", "http://127.0.0.1:8124"


def answers(address):
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=30).close()
    except ConnectionRefusedError:
        return False
    return True


class TestBeside:
    def test_answers_until_the_end_of_the_block(self, tmp_path):
        with bank.beside(tmp_path) as wait:
            address = wait()
            assert "Banco de ensaio" in programs.Web(None, address).get("/")[1]

        assert not answers(address)

    def test_ends_with_whoever_started_it_however_that_one_ends(self, tmp_path):
        words = [programs.command()[0], "-c", STARTED, str(tmp_path)]
        with programs.started({}, *words) as started:
            address = started.stdout.readline().strip()
            assert answers(address)
            started.send_signal(signal.SIGKILL)

            assert programs.until(lambda: not answers(address))


class TestPayThrough:
    def test_has_the_house_ask_it(self, open_house, tmp_path):
        with bank.beside(tmp_path) as wait:
            bank.pay_through(wait(), open_house, ADDRESS, tmp_path)

            assert gateway.current().news(clock.now()) == []

    def test_hears_from_each_of_its_doors(self, open_house, tmp_path):
        with bank.beside(tmp_path) as wait:
            bank.pay_through(wait(), open_house, ADDRESS, tmp_path)

        told = [open_house.config[setting] for setting in bank.FILES]
        assert [len(secrets) for secrets in told] == [1, 1, 1]
        assert len({secrets[0] for secrets in told}) == 3

    def test_knows_again_what_it_was_told_before(self, open_house, tmp_path):
        told = []
        for address in (ADDRESS, ADDRESS, ANOTHER):
            with bank.beside(tmp_path) as wait:
                bank.pay_through(wait(), open_house, address, tmp_path)
            told.append(open_house.config["STRIPE_WEBHOOK_SECRETS"])

        assert told[0] == told[1]
        assert told[2][:-1] == told[0]


STARTED = """
import sys, threading
from pathlib import Path
from serving import bank
with bank.beside(Path(sys.argv[1])) as wait:
    print(wait(), flush=True)
    threading.Event().wait()
"""
