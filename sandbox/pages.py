"""The pages on which a person plays the buyer, the bank or the producer: plain, in Portuguese."""

import io
from typing import Any

import segno
from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from sandbox import accounts, control, intents, papers, sessions
from sandbox.errors import Refused
from sandbox.store import Store
from sandbox.world import Thing, World

TITLES = {"pix": "Pix", "boleto": "Boleto", "card": "Cartão"}
ONBOARDED = {"complete": "active", "incomplete": "pending", "reject": "restricted"}


def open_doors(app: Flask, store: Store) -> None:
    """Enter the pages; each form does one thing and leads on."""
    pages = Pages(store)
    app.jinja_env.filters["reais"] = reais
    for path, view in (
        ("/", pages.index),
        ("/pay/<session_id>", pages.show_session),
        ("/pix/<intent_id>", pages.show_intent),
        ("/boleto/<intent_id>", pages.show_intent),
        ("/pix/<intent_id>.svg", pages.draw),
        ("/boleto/<intent_id>.pdf", pages.print_out),
        ("/onboard/<link_id>", pages.show_link),
        ("/entregas", pages.show_deliveries),
    ):
        app.add_url_rule(path, view.__name__ + path.partition("<")[0], view)
    app.add_url_rule("/pay/<session_id>", "pay", pages.pay, methods=["POST"])
    app.add_url_rule("/pix/<intent_id>", "pix", pages.settle, methods=["POST"])
    app.add_url_rule("/boleto/<intent_id>", "boleto", pages.settle, methods=["POST"])
    app.add_url_rule("/onboard/<link_id>", "onboard", pages.onboard, methods=["POST"])


class Pages:
    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def world(self) -> World:
        return World(self.store, "", request.host_url.rstrip("/"))

    def index(self) -> str:
        found = {
            kind: self.store.every(kind)[:20] for kind in ("checkout.session", "payment_intent")
        }
        return render_template(
            "index.html",
            sessions=[s for s in found["checkout.session"] if s["status"] == "open"],
            intents=found["payment_intent"],
            titles=TITLES,
        )

    def show_session(self, session_id: str) -> str:
        session = self._found("checkout.session", session_id)
        return render_template("pay.html", session=session, titles=TITLES, refused="")

    def pay(self, session_id: str) -> str | Answer:
        """Do what the buyer chose on the provider's page."""
        session = self._found("checkout.session", session_id)
        outcome = request.form.get("outcome", "")
        try:
            with self.store.transaction():
                waiting = self._do(session_id, outcome)
        except Refused as refused:
            return render_template(
                "pay.html", session=session, titles=TITLES, refused=refused.message
            )
        if outcome in ("declined", "challenge_failed"):
            said = "O banco recusou este cartão. Tente de novo ou use outro."
            return render_template("pay.html", session=session, titles=TITLES, refused=said)
        return redirect(waiting, 303) if waiting else _leave(session["success_url"])

    def _do(self, session_id: str, outcome: str) -> str:
        """Return the page of the code that the buyer now has to pay, if there is one."""
        if outcome in ("pix", "boleto"):
            sessions.start_waiting(self.world, session_id, outcome, request.form.get("tax_id", ""))
            intent = self._found("checkout.session", session_id)["payment_intent"]
            return f"/{outcome}/{intent}"
        if outcome.startswith("challenge"):
            sessions.challenge(self.world, session_id)
        if outcome in ("declined", "challenge_failed"):
            sessions.decline(self.world, session_id)
        elif outcome in ("paid", "challenge_passed"):
            sessions.pay_by_card(self.world, session_id)
        else:
            raise Refused("Escolha como pagar.")
        return ""

    def show_intent(self, intent_id: str) -> str:
        intent = self._found("payment_intent", intent_id)
        method = request.path.split("/")[1]
        return render_template(
            "intent.html", intent=intent, method=method, titles=TITLES, refused=""
        )

    def settle(self, intent_id: str) -> str | Answer:
        """Play the bank: the code is paid, or its time is over."""
        intent, outcome = self._found("payment_intent", intent_id), request.form.get("outcome")
        with self.store.transaction():
            if outcome == "paid" and intent["status"] not in intents.FINAL:
                control.pay(self.world, {"intent": intent_id})
            elif outcome == "lapse":
                intents.lapse(self.world, intent)
                sessions.hear(self.world, intent, paid=False)
        return redirect(request.path, 303)

    def draw(self, intent_id: str) -> Response:
        action: Any = self._found("payment_intent", intent_id)["next_action"] or {}
        shown = action.get("pix_display_qr_code")
        if shown is None:
            raise NotFound
        segno.make(shown["data"], error="m").save(drawn := io.BytesIO(), kind="svg", scale=5)
        return Response(drawn.getvalue(), mimetype="image/svg+xml")

    def print_out(self, intent_id: str) -> Response:
        intent = self._found("payment_intent", intent_id)
        if "boleto_display_details" not in (intent["next_action"] or {}):
            raise NotFound
        return Response(papers.pdf_of(intent), mimetype="application/pdf")

    def show_link(self, link_id: str) -> str | Answer:
        link = self._found("account_link", link_id)
        if link["used"] or link["expires_at"] < self.store.now():
            return redirect(link["refresh_url"], 303)
        return render_template("onboard.html", link=link)

    def onboard(self, link_id: str) -> str | Answer:
        link = self._found("account_link", link_id)
        with self.store.transaction():
            self.world.save(link | {"used": True})
            state = ONBOARDED.get(request.form.get("outcome", ""), "pending")
            accounts.set_state(self.world, link["account"], state)
            accounts.tell(self.world, accounts.REQUIREMENTS_NEWS, link["account"])
        return _leave(link["return_url"] or url_for("index/"))

    def show_deliveries(self) -> str:
        return render_template(
            "deliveries.html", rows=control.show_deliveries(self.world, {})[::-1]
        )

    def _found(self, kind: str, object_id: str) -> Thing:
        found = self.store.find(kind, object_id)
        if found is None:
            raise NotFound
        return found


def _leave(url: str) -> str:
    """Lead elsewhere by a page: a redirect of a form is held against `form-action`, and refused.

    **Source:** https://www.w3.org/TR/CSP3/#directive-form-action (browsers differ on redirects).
    """
    return render_template("leave.html", url=url)


def reais(centavos: int) -> str:
    whole, rest = divmod(centavos, 100)
    return f"R$\N{NO-BREAK SPACE}{whole:,}".replace(",", ".") + f",{rest:02d}"
