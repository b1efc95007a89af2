"""What the tests of the sandbox buy."""

from typing import Any

from tests.sandbox.conftest import Bank


def pix(bank: Bank, centavos: int, *, seconds: int = 3_600) -> Any:
    return bank.client.v1.payment_intents.create(
        {
            "amount": centavos,
            "currency": "brl",
            "confirm": True,
            "payment_method_data": {"type": "pix"},
            "payment_method_options": {"pix": {"expires_after_seconds": seconds}},
        }
    )


def boleto(bank: Bank, centavos: int, *, days: int = 3, tax_id: str = "529.982.247-25") -> Any:
    address = {
        "line1": "Rua 1",
        "city": "Manaus",
        "state": "AM",
        "postal_code": "69000-000",
        "country": "BR",
    }
    payer = {"name": "Bia", "email": "bia@example.org", "address": address}
    return bank.client.v1.payment_intents.create(
        {
            "amount": centavos,
            "currency": "brl",
            "confirm": True,
            "payment_method_data": {
                "type": "boleto",
                "boleto": {"tax_id": tax_id},
                "billing_details": payer,
            },  # type: ignore[typeddict-item]
            "payment_method_options": {"boleto": {"expires_after_days": days}},
        }
    )


def session(bank: Bank, centavos: int, pieces: int = 1) -> Any:
    price: Any = {
        "currency": "brl",
        "unit_amount": centavos,
        "product_data": {"name": "Cesto de arumã"},
    }
    return bank.client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "http://127.0.0.1:1/obrigado",
            "line_items": [{"price_data": price, "quantity": pieces}],
            "allowed_payment_method_types": ["card"],
            "payment_intent_data": {"transfer_group": "purchase_1"},
        }
    )


def paid_by_card(bank: Bank, centavos: int) -> Any:
    made = session(bank, centavos)
    bank.hand("pay-card", session=made.id)
    return bank.client.v1.checkout.sessions.retrieve(made.id)


def charge_of(bank: Bank, made: Any) -> str:
    """Return the id of the charge of a session or an intent that was paid."""
    intent = getattr(made, "payment_intent", None) or made.id
    return str(bank.client.v1.payment_intents.retrieve(intent).latest_charge)


def active_account(bank: Bank) -> str:
    """Return the id of a connected account that may be paid."""
    wanted: Any = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    account = bank.client.v2.core.accounts.create(
        {
            "contact_email": "mara@example.org",
            "dashboard": "express",
            "identity": {"country": "br"},
            "configuration": {"recipient": {"capabilities": wanted}},
        }
    )
    bank.hand("capability", account=account.id, state="active")
    return str(account.id)
