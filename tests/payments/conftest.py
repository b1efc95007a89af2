"""The payment provider's stand-in, and a house that pays through it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.payments import gateway
from marketplace.payments.gateway import StripeGateway
from tests.sandbox.conftest import KEY, Bank, bank

__all__ = ["bank"]


@pytest.fixture
def stripe_here(app: Flask, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeGateway]:
    """The house's gateway, leading to the sandbox."""
    monkeypatch.setitem(app.config, "STRIPE_KEY", KEY)
    monkeypatch.setitem(app.config, "STRIPE_API", bank.url)
    found = gateway.current()
    assert isinstance(found, StripeGateway)
    yield found
    del app.extensions[gateway.KEPT]


@pytest.fixture
def pix_here(app: Flask, stripe_here: StripeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let buyers pay by Pix, at 1,19 %."""
    monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (119, 0)})


@pytest.fixture
def boleto_here(app: Flask, stripe_here: StripeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let buyers pay by Pix, by card, or by boleto at R$ 3,45."""
    rates = {"pix": (119, 0), "card": (399, 39), "boleto": (0, 345)}
    monkeypatch.setitem(app.config, "STRIPE_METHODS", rates)


@pytest.fixture
def card_here(app: Flask, stripe_here: StripeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let buyers pay by Pix, at 1,19 %, or by card, at 3,99 % and 39 centavos."""
    monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (119, 0), "card": (399, 39)})


@pytest.fixture
def connect_here(app: Flask, pix_here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let enterprises have accounts at the provider, and buyers pay by Pix."""
    monkeypatch.setitem(app.config, "STRIPE_CONNECT", True)
