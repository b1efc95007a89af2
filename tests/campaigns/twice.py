"""What does more when it is done a second time, because nobody was told of the first; and why.

By name, within `marketplace`. Whatever is not here must refuse, or leave all as it is.
"""

AGAIN = "what was asked for twice is wanted twice, and shown where it can be taken back"
COUNTS = "it counts each try"
CODE = "only the last code holds; the one that nobody was told of is of no use"
VERSION = "the page's version alone is counted on"
ERASED = "a second confirmation; nothing was left to erase"

MORE = {
    "accounts.operations.codes.ask_for_letter": COUNTS,
    "accounts.operations.codes.issue_code": CODE,
    "accounts.operations.erasing.erase_own": ERASED,
    "accounts.operations.sessions.start_session": "the other session is in nobody's hands",
    "assessments.operations.visiting.note_visit": "only without the key that its page sends",
    "catalogue.operations.photos.order_photos": VERSION,
    "catalogue.operations.products.create_product": "only without the key that its page sends",
    "catalogue.operations.stock.change_stock": AGAIN,
    "catalogue.operations.stock.receive": AGAIN,
    "catalogue.operations.stock.sell": "who calls it has a key: the sale's",
    "core.imports.keep": "another draft, gone after a day",
    "core.limits.count": COUNTS,
    "core.limits.take": COUNTS,
    "core.queue.put_off": "the pause is drawn by lot",
    "core.readings.note": COUNTS,
    "enterprises.operations.members.add_member": AGAIN,
    "enterprises.operations.members.give_access": CODE,
    "enterprises.operations.profile.change_profile": VERSION,
    "enterprises.operations.profile.correct_record": VERSION,
    "enterprises.operations.profile.pause": VERSION,
    "enterprises.operations.profile.resume": VERSION,
    "enterprises.operations.profile.set_photo": VERSION,
    "fairs.operations.calendar.announce_fair": "the move is noted again; its days are open already",
    "fairs.operations.calendar.clone_fair": AGAIN,
    "fairs.operations.calendar.plan_fair": AGAIN,
    "fairs.operations.venues.note_visit": AGAIN,
    "fairs.operations.series.plan_next_edition": AGAIN,
    "fairs.operations.cashiers.add_cashier": CODE,
    "fairs.operations.remarks.note_remark": AGAIN,
    "fairs.operations.tills.bind_till": "the other token was shown to nobody, and can be revoked",
    "orders.operations.baskets.put_each_in": AGAIN,
    "orders.operations.baskets.put_in": AGAIN,
    "orders.operations.erasing.erase_purchase": ERASED,
    "orders.operations.lookup.issue_lookup_code": CODE,
    "orders.operations.lookup.mail_lookup_code": CODE,
    "orders.operations.places.open_point": AGAIN,
    "payments.operations.calls.begin_anew": "another key, for what was looked for and is not there",
    "payments.operations.events.keep": COUNTS,
    "payments.operations.spendings.ask_spending": AGAIN,
    "payments.operations.funds.set_rate": "the same word from the same day; both are shown",
    "payments.operations.transfers.take_refusal": "another key, for what was surely not done",
    "reports.operations.issuing.issue": AGAIN,
    "reports.operations.issuing.issue_about": AGAIN,
    "reports.operations.targets.set_target": "the same word for the same year; both are shown",
}
