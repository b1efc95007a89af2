"""The page on which an app of a phone is given its key, for whoever sets up a second step."""

from flask import current_app, render_template
from flask_babel import gettext

from marketplace.accounts import arrival, queries, totp
from marketplace.accounts.errors import WrongFactor
from marketplace.accounts.forms import EnrolmentForm
from marketplace.accounts.operations import factors
from marketplace.core import clock, vault
from marketplace.core.finding import find_one
from marketplace.core.qr import qr_path
from marketplace.core.rights import Person


def page(user_id: int, form: EnrolmentForm, *, url: str) -> str:
    """Show a key, as a QR code and to be typed; a new one unless the form carries one."""
    user = find_one(queries.by_id(user_id))
    key = _key_in(form, user_id) or totp.new_key()
    form.sealed.data = vault.seal(key, _purpose(user_id))
    name = {"account": user.email or user.mobile or "", "issuer": current_app.config["SITE_NAME"]}
    address = totp.address_of(key, **name)
    facts = {"address": address, "drawn": qr_path(address), "key": totp.shown(key)}
    code = arrival.code_shown(user, key)
    return render_template("accounts/enrol.html", form=form, url=url, demo_code=code, **facts)


def enrolled(user_id: int, form: EnrolmentForm, *, replace: bool) -> list[str]:
    """Keep the key that the page showed, and return the recovery codes; none with errors on it."""
    key = _key_in(form, user_id)
    if not form.validate():
        return []
    if key is None:
        form.code.errors = [gettext("The key on this page is a new one: give it to the app first.")]
        return []
    typed, by = form.code.data or "", Person(id=user_id)
    try:
        return factors.enrol(user_id, key, typed, replace=replace, by=by, now=clock.now())
    except WrongFactor as error:
        form.code.errors = [str(error)]
        return []


def _key_in(form: EnrolmentForm, user_id: int) -> bytes | None:
    try:
        return vault.unseal(form.sealed.data or "", _purpose(user_id))
    except vault.NotOurs:
        return None


def _purpose(user_id: int) -> str:
    return f"enrolment:{user_id}"
