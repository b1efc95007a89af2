"""What the codes of a bank's answer mean (CNAB 240, field G059), in plain words.

**Source:** FEBRABAN, "Layout Padrão FEBRABAN 240 posições", table G059, as two implementations that
name the field list it alike (read on 2026-11-28; the manual itself was not at hand). Codes for
loans, bars and bills are left out: no payout of ours is one. Banks add codes of their own: those
are shown as they are, to a person.
"""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _

PAID = frozenset({"00", "03"})
TAKEN_IN = frozenset({"BD", "BE"})  # the bank knows of it, and has not paid it
NOTED = frozenset({"ZA", "ZB"})  # told besides, and decides nothing
_FORM = _("The bank did not accept the file as it is written: ask the bank about it.")
_ACCOUNT = _("The account that was to receive is not valid.")
_ADDRESS = _("The address of who receives is not right.")
WORDS = {
    "00": _("The bank paid it."),
    "03": _("The bank paid it, by a decision of its branch."),
    "BD": _("The bank took it in, and will pay it."),
    "BE": _("The bank took a change of it in, and will pay it."),
    "ZA": _("The bank put another branch or account in its place."),
    "ZB": _("The name is not quite as the Receita Federal has it."),
    **dict.fromkeys(("01", "HF"), _("There was not enough money in the account that pays.")),
    "02": _("The payment was cancelled."),
    **dict.fromkeys(("AK", "AL"), _("The bank that was to receive is not valid.")),
    **dict.fromkeys(("AG", "AM", "AN", "AZ", "BA"), _ACCOUNT),
    "AO": _("The name of who receives is missing."),
    "AP": _("The day of the payment is not valid."),
    **dict.fromkeys(("AQ", "AR"), _("The amount is not valid.")),
    "AT": _("The CPF or CNPJ is not that of who receives."),
    **dict.fromkeys(("AU", "AV", "AW", "AX", "AY"), _ADDRESS),
    **dict.fromkeys(("BB", "BC"), _("The bank did not accept the number of the payment.")),
    "BF": _("The payment was taken off the bank's list."),
    "BG": _("The account may not be used, by law."),
    **dict.fromkeys(("AA", "AB", "AC", "AD", "AE", "AF", "AH", "AI", "AJ", "AS"), _FORM),
    **dict.fromkeys(("HA", "HB", "HC", "HD", "HE", "HG", "HH", "HI", "HJ", "HK", "HL"), _FORM),
    "TA": _FORM,
}
REFUSED = frozenset(WORDS) - PAID - TAKEN_IN - NOTED
CAME_BACK = "P3"  # ours, for a record of what came back after it was paid (G060) without a code
WORDS[CAME_BACK] = _("It came back from the bank that was to receive.")
UNKNOWN = _("The public list does not have this code: ask the bank.")
MARK = "CNAB"  # a reason that is codes, not words


def kept(codes: Iterable[str]) -> str:
    """Return codes as a reason is kept."""
    return " ".join((MARK, *codes))


def said(reason: str) -> str:
    """Return a reason as people read it: what was typed, or what its codes mean."""
    mark, *codes = reason.split(" ")
    return " ".join(map(words_of, codes)) if mark == MARK and codes else reason


def words_of(code: str) -> str:
    """Return what a code means, with the code by which the bank knows it."""
    return f"{WORDS.get(code, UNKNOWN)} ({code})"
