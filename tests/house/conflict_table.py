"""Who may not decide what: one line for each operation that somebody asks for.

An operation of yours that is not here fails ``test_conflicts.py``. Say which it is:

- ``OWN``: an act of those it is about: their basket, order, goods, group, account. Whose it is, is
  asked of the database; nobody is judged.
- ``SERVES``: work for anybody alike, with nothing to win by it, or what concerns a whole Division.
- ``ENTERPRISE``: decides about an enterprise. Refused to whoever belongs to it, in whatever role.
- ``PERSON``: decides about somebody's account. Refused to themselves.
- ``TWO``: takes a second person, who is never the first.
- ``PARTS``: only called by others of these, or by jobs, and decides nothing itself.

``ENTERPRISE``, ``PERSON`` and ``TWO`` need a try in ``test_conflicts.py``.
"""

OWN, SERVES, ENTERPRISE = "own", "serves", "enterprise"
PERSON, TWO, PARTS = "person", "two", "parts"

ACCOUNTS = {
    "closing.deactivate_person": PERSON,
    "closing.reactivate_person": PERSON,
    "codes.issue_code": PERSON,
    "consents.decide": OWN,
    "erasing.ask_for": PERSON,
    "erasing.confirm": TWO,
    "erasing.erase_own": OWN,
    "erasing.give_up": PERSON,
    "factors.enrol": OWN,
    "factors.keep_factor": PARTS,
    "factors.keep_recovery_codes": PARTS,
    "factors.renew_recovery_codes": OWN,
    "factors.reset_factor": PERSON,
    "people.add_person": PARTS,
    "people.change_language": OWN,
    "people.change_own_data": OWN,
    "people.change_password": OWN,
    "people.give_password": OWN,
    "people.register_person": SERVES,
    "people.set_password_hash": PARTS,
    "people.set_reach": PARTS,
    "places.add_neighbourhood": SERVES,
    "places.add_zone": SERVES,
    "places.change_division": SERVES,
    "places.change_neighbourhood": SERVES,
    "places.load_reference": PARTS,
    "places.rename_zone": SERVES,
    "roles.end_role": SERVES,  # one's own too: giving a right up decides nothing for oneself
    "roles.give_role": PERSON,
    "sessions.choose_role": OWN,
    "sessions.end_device": OWN,
    "sessions.end_other_sessions": OWN,
    "sessions.end_session": OWN,
}
CATALOGUE = {
    "importing.bring_all": OWN,
    "importing.bring_rows": PARTS,
    "lists.add_category": SERVES,
    "lists.rename_category": SERVES,
    "lists.restore_category": SERVES,
    "lists.retire_category": SERVES,
    "movements.mark_crossing": PARTS,
    "movements.note_each": PARTS,
    "photos.add_photo": OWN,
    "photos.describe_photo": OWN,
    "photos.order_photos": OWN,
    "photos.remove_photo": OWN,
    "prices.set_price": OWN,
    "products.block_products": PARTS,
    "products.create_product": OWN,
    "products.publish_product": OWN,
    "products.save_product": OWN,
    "products.unblock_products": PARTS,
    "products.withdraw_product": OWN,
    "stock.change_stock": OWN,
    "stock.count_stock": OWN,
    "stock.hold": PARTS,
    "stock.hold_each": PARTS,
    "stock.receive": OWN,
    "stock.release": PARTS,
    "stock.sell": PARTS,
    "stock.sell_held": PARTS,
    "stock.take_back": PARTS,
}
ENTERPRISES = {
    "drafts.begin_for_another": SERVES,
    "drafts.begin_registration": OWN,
    "drafts.save_step": OWN,
    "drafts.send_registration": OWN,
    "facilitation.accept_facilitator": TWO,
    "facilitation.end_facilitation": OWN,
    "members.add_member": OWN,
    "members.add_members": OWN,
    "members.appoint_manager": ENTERPRISE,
    "members.change_member": OWN,
    "members.give_access": OWN,
    "members.member_leaves": OWN,
    "members.set_access": OWN,
    "pix.cancel_pix_change": OWN,
    "pix.change_pix": OWN,
    "profile.change_profile": OWN,
    "profile.correct_record": ENTERPRISE,
    "profile.pause": OWN,
    "profile.resume": OWN,
    "profile.set_photo": OWN,
    "registration.import_enterprises": ENTERPRISE,
    "registration.register_enterprise": PARTS,
    "vetting.approve": ENTERPRISE,
    "vetting.refuse": ENTERPRISE,
    "vetting.reinstate": ENTERPRISE,
    "vetting.return_registration": ENTERPRISE,
    "vetting.suspend": ENTERPRISE,
    "vetting.take_up": ENTERPRISE,
}
FAIRS = {
    "announce_fair": SERVES,
    "cancel_fair": SERVES,
    "change_fair": SERVES,
    "clone_fair": ENTERPRISE,
    "place_exhibitor": ENTERPRISE,
    "plan_fair": SERVES,
    "remove_exhibitor": ENTERPRISE,
}
NOTIFICATIONS = {
    "mark_all_read": OWN,
    "mark_read": OWN,
    "tell": PARTS,
}
ORDERS = {
    "baskets.accept_prices": OWN,
    "baskets.change_quantity": OWN,
    "baskets.clear_old_baskets": PARTS,
    "baskets.put_in": OWN,
    "baskets.take_out": OWN,
    "buyers.cancel_order": OWN,
    "buyers.change_window": OWN,
    "buyers.withdraw_order": OWN,
    "checkout.place_order": OWN,
    "closing.cancel_by_staff": ENTERPRISE,
    "closing.cancel_open_at": PARTS,
    "closing.close_no_shows": PARTS,
    "closing.lapse_unanswered": PARTS,
    "closing.refuse_waiting": PARTS,
    "collections.cancel_collection": SERVES,
    "collections.change_collection": SERVES,
    "collections.open_collection": SERVES,
    "collections.set_sellers": PARTS,
    "facts.declare_total": PARTS,
    "facts.record": PARTS,
    "facts.record_sale": PARTS,
    "facts.take_back_all": PARTS,
    "facts.take_back_less": PARTS,
    "erasing.erase_purchase": OWN,
    "handovers.hand_over": SERVES,
    "handovers.hand_over_without_code": OWN,  # the seller's; staff only for others: `acted_on_by`
    "lookup.issue_lookup_code": SERVES,
    "lookup.mail_lookup_code": SERVES,
    "moves.accept": PARTS,
    "moves.accept_order": OWN,
    "moves.dispatch_order": OWN,
    "moves.mark_ready": OWN,
    "moves.refuse_order": OWN,
    "places.change_point": SERVES,
    "places.close_day": SERVES,
    "places.close_point": SERVES,
    "places.open_point": SERVES,
    "places.reopen_day": SERVES,
    "places.set_delivery_price": SERVES,
    "placing.write": PARTS,
    "returns.accept_return": OWN,
    "returns.confirm_refund": OWN,
    "returns.withdraw": PARTS,
    "steps.end": PARTS,
    "steps.move": PARTS,
    "steps.note": PARTS,
    "steps.recount": PARTS,
}
PAYMENTS = {
    "direct.catch_up": PARTS,
    "direct.enter_sale": PARTS,
    "direct.take_sale_back": PARTS,
    "ledger.post": PARTS,
    "ledger.reverse": PARTS,
    "payments.cancel_payment": PARTS,
    "payments.change_amount": PARTS,
    "payments.confirm_refund": PARTS,
    "payments.owe_refund": PARTS,
    "payments.request_payment": PARTS,
    "payments.request_payments": PARTS,
    "payments.settle_payment": PARTS,
}
RULES = {
    f"{feature}.{name}": rule
    for feature, rules in {
        "accounts": ACCOUNTS,
        "catalogue": CATALOGUE,
        "enterprises": ENTERPRISES,
        "fairs": FAIRS,
        "notifications": NOTIFICATIONS,
        "orders": ORDERS,
        "payments": PAYMENTS,
    }.items()
    for name, rule in rules.items()
}
