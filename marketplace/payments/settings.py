"""What this installation says about paying online."""

from datetime import timedelta

from flask import current_app

from marketplace.core.money import at_rate
from marketplace.payments.bank_file import Payer
from marketplace.payments.models.payments import Method

LIVE = ("sk_live_", "rk_live_")


def environment() -> str:
    """Return whether the provider moves real money for us: ``live`` or ``test``; empty if unset."""
    if not (key := str(current_app.config["STRIPE_KEY"])):
        return ""
    return "live" if key.startswith(LIVE) else "test"


def connects() -> bool:
    """Whether enterprises may have accounts at the provider."""
    return bool(environment() and current_app.config["STRIPE_CONNECT"])


def address(path: str) -> str:
    """Return where the provider sends a buyer back to."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


def fee_cents(method: Method, amount_cents: int) -> int | None:
    """Return what an online payment is reckoned to cost; none where the way is not open here.

    In centavos of BRL, half a centavo up.
    """
    rate: tuple[int, int] | None = current_app.config["STRIPE_METHODS"].get(method.value)
    if rate is None or not environment():
        return None
    share, fixed = rate
    return min(at_rate(amount_cents, share) + fixed, amount_cents)


def rates() -> dict[Method, tuple[int, int]]:
    """Return what each online way that is open here is reckoned to cost.

    A part of what is paid, in hundredths of a percent, and centavos of BRL of each payment.
    """
    told = current_app.config["STRIPE_METHODS"] if environment() else {}
    return {way: told[way.value] for way in Method if way.value in told}


def release_hold() -> timedelta:
    """Return how long a share waits until it may be paid out."""
    return timedelta(days=int(current_app.config["RELEASE_DAYS"]))


def released_from_hand_over() -> bool:
    """Whether that time runs from the hand-over of what was paid for, not from its payment."""
    return bool(current_app.config["RELEASE_FROM"] == "hand_over")


def least_payout_cents() -> int:
    """Return from how many centavos of BRL on an enterprise is paid out."""
    return int(current_app.config["PAYOUT_LEAST_CENTS"])


def debt_percent() -> int:
    """Return how much of a payout goes to a debt at most, in percent."""
    return int(current_app.config["PAYOUT_DEBT_PERCENT"])


def payout_weekday() -> int:
    """Return the day of the week on which payouts are made: Monday is 0."""
    return int(current_app.config["PAYOUT_WEEKDAY"])


def payer() -> Payer | None:
    """Return the account from which the bank's file pays out; none where none is set."""
    told: dict[str, str] = current_app.config["BANK_PAYER"]
    if not told:
        return None
    branch, _dash, branch_digit = told["branch"].upper().partition("-")
    account, _dash, account_digit = told["account"].upper().partition("-")
    kept = {name: told[name] for name in ("bank", "agreement", "tax_id", "holder")}
    digits = {"branch_digit": branch_digit, "account_digit": account_digit}
    return Payer(branch=branch, account=account, **digits, **kept)
