"""Who may enter each door, and whose things they see behind it: one line per endpoint.

Add a line for each new endpoint to your feature's part, e.g.

    "enterprises.edit_group": Door(PRODUCERS, others="", abroad=""),

- ``enter``: the people of the cast for whom the door opens; the others get 401 (the visitor) or
  403, whatever the address says.
- An address may name a thing: their own, another's in the same Division, one abroad (of another
  Division), nobody's. ``own``, ``others``, ``abroad`` say which of those who enter see it; for the
  rest it is not there: 404, the same page as for nobody's. Left out, each is as the one before it,
  so a public thing needs no word and a private one ends with ``others=""``.
- ``send``: what a form must hold for the view to get as far as the thing.
- ``also``: an answer that is right here though it would be wrong elsewhere.
- Where the ids in an address come from: `access_objects.py`.

The cast: ana (member), mara (manager), till (stall till) and faci (facilitator) of one enterprise,
bia who buys there, desk (Division till), arti (articulation), quali (qualification), fin (finance),
head, coun (council) and dora (administrator) of its Division, and a visitor without a login.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Door:
    """Who of the cast may enter, and whose things they see."""

    enter: str
    own: str | None = None
    others: str | None = None
    abroad: str | None = None
    send: dict[str, str] = field(default_factory=dict)
    also: int = 200

    def sees(self, name: str, whose: str) -> bool:
        told, who = {"own": self.own, "others": self.others, "abroad": self.abroad}, self.enter
        for kind, people in told.items():
            who = who if people is None else people
            if kind == whose:
                break
        return whose in told and name in who.split()


ALL = "visitor ana mara bia till desk faci arti quali fin head coun dora"
PEOPLE = ALL.removeprefix("visitor ")
PRODUCERS = "ana mara faci"
STAFF = "desk arti quali fin head coun dora"
VETTING = "arti head"
NUMBERS = "quali arti head coun fin"

CORE = {
    "static": Door(ALL),
    "core.show_media": Door(ALL),
    "core.create_csp_report": Door(ALL),
    "core.show_health": Door(ALL),
    "core.show_metrics": Door(ALL),  # who asks from this machine; tests/core/test_metrics.py
    "core.show_readiness": Door(ALL, also=503),  # the tests' schema comes from no migration
}
REGISTRARS = "faci arti head dora"
ACCOUNTS = {
    "entrance.new_session": Door(ALL),
    "entrance.create_session": Door(ALL),
    "entrance.delete_session": Door(PEOPLE),
    "entrance.new": Door(ALL),
    "entrance.create": Door(ALL),
    "entrance.new_reset": Door(ALL),
    "entrance.create_reset": Door(ALL),
    "entrance.new_redemption": Door(ALL),
    "entrance.create_redemption": Door(ALL),
    "second_step.new": Door(ALL),
    "second_step.create": Door(ALL),
    "second_step.create_key": Door(ALL),
    "factor.show": Door(PEOPLE),
    "factor.new": Door(PEOPLE),
    "factor.create": Door(PEOPLE),
    "factor.create_recovery_codes": Door(PEOPLE, also=404),  # none is set up
    "factor.new_proof": Door(PEOPLE),
    "factor.create_proof": Door(PEOPLE),
    "account.show": Door(PEOPLE),
    "own_data.show": Door(PEOPLE),
    "own_data.create_copy": Door(PEOPLE),
    "erasing.new": Door(PEOPLE),
    "erasing.create": Door(PEOPLE),
    "erasing.show": Door(ALL),
    "erasing.new_request": Door("arti head dora"),
    "erasing.create_request": Door("arti head dora", send={"paper": "2026/17"}),
    "erasing.create_confirmation": Door("arti head dora", also=404),  # none waits
    "erasing.delete_request": Door("arti head dora", also=404),  # none waits
    "account.update_language": Door(PEOPLE),
    "account.edit": Door(PEOPLE),
    "account.update": Door(PEOPLE),
    "account.edit_password": Door(PEOPLE),
    "account.update_password": Door(PEOPLE),
    "account.end_other_sessions": Door(PEOPLE),
    "readings.index": Door(PEOPLE),
    "readings.overview": Door("head"),
    "account.update_role": Door(PEOPLE),
    "account.end_device": Door(PEOPLE, own=""),
    "consents.index": Door(PEOPLE),
    "consents.create": Door(PEOPLE),
    "codes.new_help": Door("faci"),
    "codes.create_help": Door("faci"),
    # A buyer belongs to no Division: staff of each may find them and mend their login.
    "people.index": Door("arti head dora"),
    "people.show": Door("arti head dora"),
    "people.new": Door(REGISTRARS),
    "people.create": Door(REGISTRARS),
    "codes.create": Door("arti head dora"),
    "grants.create": Door("dora", send={"role": "council", "reason": "a"}),
    "grants.new_end": Door("dora", abroad=""),
    "grants.create_end": Door("dora", abroad="", send={"reason": "a"}),
    "grants.new_closing": Door("dora"),
    "grants.create_closing": Door("dora", send={"reason": "a"}),
    "grants.new_factor_reset": Door("dora"),
    "grants.create_factor_reset": Door("dora", send={"reason": "a"}, also=404),  # none is set up
    "zones.index": Door("dora"),
    "zones.create": Door("dora"),
    "zones.edit": Door("dora", abroad=""),
    "zones.update": Door("dora", abroad=""),
    "zones.create_neighbourhood": Door("dora"),
    "zones.edit_neighbourhood": Door("dora", abroad=""),
    "zones.update_neighbourhood": Door("dora", abroad=""),
    "division.settings": Door("arti head dora"),
    "division.edit": Door("dora"),
    "division.update": Door("dora"),
}
NOTIFICATIONS = {
    "notifications.index": Door(PEOPLE),
    "notifications.create_reading_of_all": Door(PEOPLE),
    "notifications.create_reading": Door(PEOPLE, own="bia", others=""),
    "notifications.show_to_pass_on": Door("arti head"),
}
RUNS = "mara faci"  # who runs a group: its managers, and the facilitators it accepted
WIZARD = Door(PEOPLE, own="mara", others="")
CASES = Door(VETTING, abroad="")
ENTERPRISES = {
    "registration.new": Door(ALL),
    "registration.create": Door(ALL),
    "registration.new_on_behalf": Door("faci arti head"),
    "registration.create_on_behalf": Door("faci arti head"),
    "registration.show": WIZARD,
    "registration.create_sending": WIZARD,
    "registration.create_code": Door("faci arti head", own=""),
    "steps.edit": WIZARD,
    "steps.update": WIZARD,
    "steps.create_people": WIZARD,
    "steps.edit_person": WIZARD,
    "steps.update_person": WIZARD,
    "steps.delete_person": WIZARD,
    "steps.create_photo": WIZARD,
    "steps.delete_photo": WIZARD,
    "group.show": Door(PRODUCERS),
    "group.create_choice": Door(PRODUCERS),
    "group.edit": Door(RUNS),
    "group.update": Door(RUNS),
    "group.create_photo": Door(RUNS),
    "group.delete_photo": Door(RUNS),
    "group.create_facilitator": Door("mara"),
    "group.delete_facilitator": Door(RUNS, own="mara", others=""),
    "group.create_pause": Door(RUNS),
    "group.delete_pause": Door(RUNS),
    "pix.show": Door("mara"),
    "pix.new": Door("mara"),
    "pix.create": Door("mara"),
    "pix.delete": Door("mara", send={"reason": "a"}, also=409),  # no change waits
    "members.new": Door(RUNS),
    "members.create": Door(RUNS),
    "members.show": Door(RUNS, others=""),
    "members.update": Door(RUNS, others=""),
    "members.create_access": Door("mara", others=""),
    "members.create_leaving": Door(RUNS, others=""),
    "vetting.index": Door(VETTING),
    "vetting.show": CASES,
    "vetting.create_analysis": CASES,
    "vetting.create_approval": CASES,
    "vetting.new_return": CASES,
    "vetting.create_return": CASES,
    "vetting.new_refusal": CASES,
    "vetting.create_refusal": CASES,
    "vetting.new_suspension": CASES,
    "vetting.create_suspension": CASES,
    "vetting.new_reinstatement": CASES,
    "vetting.create_reinstatement": CASES,
    "vetting.create_manager": CASES,
    "vetting.edit": CASES,
    "vetting.update": CASES,
    "enterprise_imports.new": Door(VETTING),
    "enterprise_imports.create": Door(VETTING),
    "enterprise_imports.show": Door(VETTING, own=""),
    "enterprise_imports.create_confirmation": Door(VETTING, own=""),
    "enterprise_imports.delete": Door(VETTING, own=""),
    "enterprise_imports.export": Door(VETTING),
}
PAYOUTS = Door("fin head", abroad="")
PAYING = Door("fin", abroad="")
PAYMENTS = {
    "reconciling.index": Door("fin head"),
    "reconciling.show": Door("fin head"),
    "reconciling.export": Door("fin head"),
    "reconciling.create_closing": Door("fin"),
    "unidentified.index": Door("fin head"),
    "unidentified.new_owner": Door("fin"),
    "unidentified.create_owner": Door("fin"),
    "books.show": Door("fin head"),
    "books.entries": Door("fin head"),
    "books.balances_csv": Door("fin head"),
    "books.balances_xlsx": Door("fin head"),
    "books.entries_csv": Door("fin head"),
    "books.entries_xlsx": Door("fin head"),
    "disputes.index": Door("fin head"),
    "disputes.show": Door("fin head"),
    "disputes.create_answer": Door("fin"),
    "funds.index": Door("fin head coun"),
    "funds.create_rate": Door("head"),
    "debts.index": Door("fin head"),
    "debts.show": PAYOUTS,
    "debts.create_waiver": PAYING,
    "debts.create_grant": PAYING,
    "debts.create_drop": PAYING,
    "payouts.index": Door("fin head"),
    "payouts.create": Door("fin", also=404),  # no Division is named
    "payouts.show": PAYOUTS,
    "payouts.export": PAYOUTS,
    "payouts.create_approval": PAYING,
    "payouts.create_discard": PAYING,
    "payouts.new_confirmation": PAYING,
    "payouts.create_confirmation": PAYING,
    "payouts.new_return": PAYING,
    "payouts.create_return": PAYING,
    "quarantine.index": Door("fin head"),
    "quarantine.create_look": Door("fin"),
    "receiving.show": Door("mara"),
    "receiving.create_agreement": Door("mara"),
    "receiving.new": Door("mara"),
    "receiving.create": Door("mara"),
    "receiving.delete": Door("mara"),
    "receiving.create_link": Door("mara", also=404),  # it has no account
    "receiving.show_back": Door("mara"),
    "receiving.show_again": Door("mara"),
    "webhooks.create": Door(ALL, also=404),  # the tests' house has no provider
    "webhooks.create_of_account": Door(ALL, also=404),
    "webhooks.create_thin": Door(ALL, also=404),
}
CATALOGUE = {
    "products.index": Door(PRODUCERS),
    "products.new": Door(PRODUCERS),
    "products.create": Door(PRODUCERS),
    "product_editor.edit": Door(PRODUCERS, others=""),
    "product_editor.update_text": Door(PRODUCERS, others=""),
    "product_editor.update_kind": Door(PRODUCERS, others=""),
    "product_editor.update_measures": Door(PRODUCERS, others=""),
    "product_editor.update_supply": Door(PRODUCERS, others=""),
    "product_editor.create_publication": Door(PRODUCERS, others=""),
    "product_editor.create_withdrawal": Door(PRODUCERS, others=""),
    "product_prices.show": Door(PRODUCERS, others=""),
    "product_prices.update": Door(PRODUCERS, others=""),
    "product_photos.create": Door(PRODUCERS, others=""),
    "product_photos.update": Door(PRODUCERS, others=""),
    "product_photos.create_cover": Door(PRODUCERS, others=""),
    "product_photos.create_deletion": Door(PRODUCERS, others=""),
    "product_stock.update": Door(PRODUCERS, others="", send={"more": "1"}),
    "product_sheets.new": Door(PRODUCERS),
    "product_sheets.create": Door(PRODUCERS),
    "product_sheets.create_photos": Door(PRODUCERS),
    "product_sheets.export_csv": Door(PRODUCERS),
    "product_sheets.export_xlsx": Door(PRODUCERS),
    "product_sheets.show": Door(PRODUCERS, own="ana", others=""),
    "product_sheets.create_import": Door(PRODUCERS, own="ana", others=""),
    "categories.index": Door("dora"),
    "categories.create": Door("dora"),
    "categories.edit": Door("dora"),
    "categories.update": Door("dora"),
    "categories.create_retirement": Door("dora"),
    "categories.create_return": Door("dora"),
    "price_tags.new": Door(PRODUCERS),
    "price_tags.show": Door(PRODUCERS),
    "price_tags.show_product": Door(ALL),
    "all_products.index": Door("arti head quali"),
    "all_products.export_csv": Door("arti head quali"),
}
ORDERS = {
    "baskets.show": Door(ALL),
    "baskets.update": Door(ALL),
    "baskets.create_item": Door(ALL),
    "checkout.new": Door(ALL),
    "checkout.create": Door(ALL),
    # A purchase's link is the right to its page: who has it, may.
    "purchases.index": Door(ALL),
    "purchases.create_search": Door(ALL),
    "purchases.create_letter": Door(ALL),
    "purchases.show": Door(ALL),
    "paying.show": Door(ALL),
    "paying.show_back": Door(ALL),
    "paying.create": Door(ALL),
    "paying.create_look": Door(ALL),
    "paying.create_basket": Door(ALL),
    "boletos.new": Door(ALL),
    "boletos.create": Door(ALL),
    "purchase_data.show": Door(ALL),
    "purchase_erasing.new": Door(ALL),
    "purchase_erasing.create": Door(ALL),
    "purchase_erasing.create_letter": Door(ALL),
    "purchase_data.create_copy": Door(ALL),
    "refund_keys.edit": Door(ALL),
    "refund_keys.update": Door(ALL),
    "hand_refunds.index": Door("fin head"),
    "hand_refunds.show": PAYOUTS,
    "hand_refunds.edit_key": PAYING,
    "hand_refunds.update_key": PAYING,
    "hand_refunds.create_proof": PAYING,
    "hand_refunds.create_confirmation": PAYING,
    "hand_refunds.new_return": PAYING,
    "hand_refunds.create_return": PAYING,
    "changes.new_cancellation": Door(ALL),
    "changes.create_cancellation": Door(ALL),
    "changes.new_withdrawal": Door(ALL),
    "changes.create_withdrawal": Door(ALL),
    "changes.edit_window": Door(ALL),
    "changes.update_window": Door(ALL),
    "orders.index": Door(PRODUCERS),
    "statements.show": Door(PRODUCERS),
    "statements.export": Door(PRODUCERS),
    "orders.preparation": Door(PRODUCERS, others=""),
    "orders.show": Door(PRODUCERS, others=""),
    "orders.create_acceptance": Door(PRODUCERS, others=""),
    "orders.new_refusal": Door(PRODUCERS, others=""),
    "orders.create_refusal": Door(PRODUCERS, others=""),
    "orders.create_ready": Door(PRODUCERS, others=""),
    "orders.create_dispatch": Door(PRODUCERS, others=""),
    "orders.create_code": Door(PRODUCERS, others=""),
    "orders.new_return": Door(PRODUCERS, others=""),
    "orders.create_return": Door(PRODUCERS, others=""),
    "orders.create_refund": Door(PRODUCERS, others=""),
    "handovers.new_quick": Door(f"{PRODUCERS} till desk"),
    "handovers.create_quick": Door(f"{PRODUCERS} till desk"),
    "handovers.new": Door(f"{PRODUCERS} till desk", others="desk", abroad=""),
    "handovers.create": Door(f"{PRODUCERS} till desk", others="desk", abroad=""),
    "staff_orders.index": Door("arti head fin"),
    "staff_orders.export": Door("arti head fin"),
    "staff_orders.show": Door("arti head fin", abroad=""),
    "order_payments.index": Door("fin head", abroad=""),
    "staff_orders.new_cancellation": Door(VETTING, abroad=""),
    "staff_orders.create_cancellation": Door(VETTING, abroad=""),
    "staff_orders.new_handover": Door(VETTING, abroad=""),
    "staff_orders.create_handover": Door(VETTING, abroad=""),
    "staff_orders.create_code": Door(VETTING, abroad=""),
    "places.points": Door("arti head dora"),
    "places.new_point": Door("arti head dora"),
    "places.create_point": Door("arti head dora"),
    "places.edit_point": Door("arti head dora", abroad=""),
    "places.update_point": Door("arti head dora", abroad=""),
    "places.create_point_closing": Door("arti head dora", abroad=""),
    "places.deliveries": Door("arti head dora"),
    "places.update_delivery": Door("arti head dora", abroad=""),
    "places.closing_days": Door("arti head dora"),
    "places.create_closing_day": Door("arti head dora"),
    "places.create_reopening": Door("arti head dora", abroad=""),
}
FAIRS = {
    "fairs.index": Door("arti head quali"),
    "fairs.new": Door(VETTING),
    "fairs.create": Door(VETTING),
    "fairs.show": Door("arti head quali", abroad=""),
    "fairs.edit": Door(VETTING, abroad=""),
    "fairs.update": Door(VETTING, abroad=""),
    "fairs.create_announcement": Door(VETTING, abroad=""),
    "fairs.new_cancellation": Door(VETTING, abroad=""),
    "fairs.create_cancellation": Door(VETTING, abroad=""),
    "fairs.create_copy": Door(VETTING, abroad=""),
    "fairs.create_exhibitor": Door(VETTING, abroad=""),
    "fairs.create_removal": Door(VETTING, abroad=""),
    "fairs.ours": Door(PRODUCERS),
    "fair_calls.show": Door("arti head quali", abroad=""),
    "fair_calls.edit": Door(VETTING, abroad=""),
    "fair_calls.update": Door(VETTING, abroad=""),
    "fair_calls.create_draw": Door(VETTING, abroad=""),
    "fair_calls.create_place": Door(VETTING, abroad=""),
    "fair_calls.create_return": Door(VETTING, abroad=""),
    "fair_calls.show_attendance": Door("arti head quali", abroad=""),
    "fair_calls.create_attendance": Door(VETTING, abroad=""),
    "applying.show": Door(PRODUCERS, abroad=""),
    "applying.create": Door(PRODUCERS, abroad=""),
    "applying.create_withdrawal": Door(PRODUCERS, others=""),
    "applying.create_giving_up": Door(PRODUCERS, abroad=""),
    "fair_offers.index": Door(PRODUCERS, others=""),
    "fair_offers.edit": Door(PRODUCERS, others=""),
    "fair_offers.update": Door(PRODUCERS, others=""),
    "fair_offers.create_return": Door(PRODUCERS, others=""),
    "fair_lists.show": Door(PRODUCERS, others=""),
    "fair_lists.index": Door(VETTING, abroad=""),
    "fair_lists.create_passing_on": Door(VETTING, abroad=""),
    "fair_results.show": Door(ALL),
    "fair_results.export": Door(ALL),
    "tills.index": Door("arti head quali", abroad=""),
    "tills.create": Door(VETTING, abroad=""),
    "tills.create_revocation": Door(VETTING, abroad=""),
    "tills.create_settlement": Door(VETTING, abroad="", send={"note": "Contado de novo"}),
    "till_files.new": Door(VETTING, abroad=""),
    "till_files.create": Door(VETTING, abroad=""),
    "paper_sheets.index": Door(VETTING, abroad=""),
    "paper_sheets.create": Door(VETTING, abroad=""),
    "paper_sheets.create_undoing": Door(VETTING, abroad="", send={"reason": "Engano"}),
    "tills.pix": Door(PRODUCERS),
    "tills.create_pix_arrival": Door(PRODUCERS, others=""),
    "tills.create_pix_absence": Door(PRODUCERS, others=""),
    "remarks.index": Door("arti head quali desk", abroad=""),
    "remarks.create": Door("arti head quali desk", abroad="", send={"words": "Faltou sombra"}),
    "remarks.create_withdrawal": Door("arti head quali desk", abroad=""),
    "fair_reports.show": Door("quali arti head fin", abroad=""),
    "fair_reports.export_csv": Door("quali arti head fin", abroad=""),
    "fair_reports.export_xlsx": Door("quali arti head fin", abroad=""),
    "fair_reports.export_pdf": Door("quali arti head fin", abroad=""),
    "fair_reports.export_summary": Door("quali arti head fin", abroad=""),
    "fair_reports.show_summary": Door("quali arti head fin", abroad=""),
    "fair_reports.ours": Door(PRODUCERS, others=""),
    "till_api.show": Door(ALL, also=401),  # a till's token alone: tests/fairs/test_till_doors.py
    "till_api.create": Door(ALL, also=401),
    "till_app.show": Door(ALL),
    "till_app.worker": Door(ALL),
    "till_app.manifest": Door(ALL),
}
REPORTS = {
    "reports.show": Door(NUMBERS),
    "reports.export_csv": Door(NUMBERS),
    "reports.export_xlsx": Door(NUMBERS),
}
STOREFRONT = {
    "storefront.index": Door(ALL),
    "storefront.products": Door(ALL),
    "storefront.product": Door(ALL),
    "storefront.makers": Door(ALL),
    "storefront.enterprise": Door(ALL),
    "storefront.fair_index": Door(ALL),
    "storefront.fair": Door(ALL),
    "storefront.help_index": Door(ALL),
    "storefront.help_topic": Door(ALL),
    "storefront.privacy": Door(ALL),
    "storefront.terms": Door(ALL),
    "storefront.accessibility": Door(ALL),
    "storefront.robots": Door(ALL),
    "storefront.sitemap": Door(ALL),
}
DESKS = {
    "desks.today": Door("ana mara faci till"),
    "desks.division": Door("head arti quali fin dora desk"),
    "desks.council": Door("coun"),
    "desks.letters": Door("head arti dora"),
    "desks.letter": Door("head arti dora", own=""),  # none is kept here
}

DOORS = {
    **CORE,
    **ACCOUNTS,
    **NOTIFICATIONS,
    **ENTERPRISES,
    **PAYMENTS,
    **CATALOGUE,
    **ORDERS,
    **FAIRS,
    **REPORTS,
    **STOREFRONT,
    **DESKS,
}
