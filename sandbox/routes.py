"""Every door of the interface: method, path, what may be said, what is done."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import stripe.params as v1

from sandbox import (
    accounts,
    charges,
    customers,
    disputes,
    endpoints,
    intents,
    money,
    payouts,
    refunds,
    sessions,
    transfers,
)
from sandbox.world import Thing

checkout = import_module("stripe.params.checkout")
v2 = import_module("stripe.params.v2.core")


class Route(NamedTuple):
    method: str
    path: str
    allowed: Any  # typed parameters; none: nothing may be said
    act: Callable[..., Thing]


ROUTES = (
    Route("POST", "/v1/checkout/sessions", checkout.SessionCreateParams, sessions.create),
    Route("GET", "/v1/checkout/sessions", checkout.SessionListParams, sessions.index),
    Route("GET", "/v1/checkout/sessions/<a>", checkout.SessionRetrieveParams, sessions.show),
    Route(
        "POST", "/v1/checkout/sessions/<a>/expire", checkout.SessionExpireParams, sessions.expire
    ),
    Route(
        *("GET", "/v1/checkout/sessions/<a>/line_items"),
        *(checkout.SessionListLineItemsParams, sessions.line_items),
    ),
    Route("POST", "/v1/payment_intents", v1.PaymentIntentCreateParams, intents.create),
    Route("GET", "/v1/payment_intents", v1.PaymentIntentListParams, intents.index),
    Route("GET", "/v1/payment_intents/<a>", v1.PaymentIntentRetrieveParams, intents.show),
    Route("POST", "/v1/payment_intents/<a>", v1.PaymentIntentUpdateParams, intents.update),
    Route(
        "POST", "/v1/payment_intents/<a>/confirm", v1.PaymentIntentConfirmParams, intents.confirm
    ),
    Route("POST", "/v1/payment_intents/<a>/cancel", v1.PaymentIntentCancelParams, intents.cancel),
    Route("GET", "/v1/charges", v1.ChargeListParams, charges.index),
    Route("GET", "/v1/charges/<a>", v1.ChargeRetrieveParams, charges.show),
    Route("POST", "/v1/refunds", v1.RefundCreateParams, refunds.create),
    Route("GET", "/v1/refunds", v1.RefundListParams, refunds.index),
    Route("GET", "/v1/refunds/<a>", v1.RefundRetrieveParams, refunds.show),
    Route("POST", "/v1/refunds/<a>/cancel", v1.RefundCancelParams, refunds.cancel),
    Route("POST", "/v1/transfers", v1.TransferCreateParams, transfers.create),
    Route("GET", "/v1/transfers", v1.TransferListParams, transfers.index),
    Route("GET", "/v1/transfers/<a>", v1.TransferRetrieveParams, transfers.show),
    Route(
        "POST", "/v1/transfers/<a>/reversals", v1.TransferReversalCreateParams, transfers.reverse
    ),
    Route("GET", "/v1/transfers/<a>/reversals", v1.TransferReversalListParams, transfers.reversals),
    Route(
        *("GET", "/v1/transfers/<a>/reversals/<b>"),
        *(v1.TransferReversalRetrieveParams, transfers.show_reversal),
    ),
    Route("GET", "/v1/balance", v1.BalanceRetrieveParams, money.show_balance),
    Route(
        *("GET", "/v1/balance_transactions"),
        *(v1.BalanceTransactionListParams, money.index),
    ),
    Route("GET", "/v1/balance_transactions/<a>", v1.BalanceTransactionRetrieveParams, money.show),
    Route("GET", "/v1/balance_settings", v1.BalanceSettingsRetrieveParams, money.show_settings),
    Route("POST", "/v1/balance_settings", v1.BalanceSettingsUpdateParams, money.change_settings),
    Route("POST", "/v1/payouts", v1.PayoutCreateParams, payouts.create),
    Route("GET", "/v1/payouts", v1.PayoutListParams, payouts.index),
    Route("GET", "/v1/payouts/<a>", v1.PayoutRetrieveParams, payouts.show),
    Route("POST", "/v1/payouts/<a>/cancel", v1.PayoutCancelParams, payouts.cancel),
    Route("GET", "/v1/disputes", v1.DisputeListParams, disputes.index),
    Route("GET", "/v1/disputes/<a>", v1.DisputeRetrieveParams, disputes.show),
    Route("POST", "/v1/disputes/<a>", v1.DisputeUpdateParams, disputes.update),
    Route("POST", "/v1/disputes/<a>/close", v1.DisputeCloseParams, disputes.close),
    Route("POST", "/v1/customers", v1.CustomerCreateParams, customers.create),
    Route("GET", "/v1/customers", v1.CustomerListParams, customers.index),
    Route("GET", "/v1/customers/<a>", v1.CustomerRetrieveParams, customers.show),
    Route("POST", "/v1/accounts", v1.AccountCreateParams, accounts.create_v1),
    Route("GET", "/v1/accounts", v1.AccountListParams, accounts.index_v1),
    Route("GET", "/v1/accounts/<a>", v1.AccountRetrieveParams, accounts.show_v1),
    Route(
        *("POST", "/v1/accounts/<a>/login_links"),
        *(v1.AccountCreateLoginLinkParams, accounts.log_in_link),
    ),
    Route("POST", "/v1/account_links", v1.AccountLinkCreateParams, accounts.link_v1),
    Route("POST", "/v1/webhook_endpoints", v1.WebhookEndpointCreateParams, endpoints.create),
    Route("GET", "/v1/webhook_endpoints", v1.WebhookEndpointListParams, endpoints.index),
    Route("GET", "/v1/webhook_endpoints/<a>", v1.WebhookEndpointRetrieveParams, endpoints.show),
    Route("POST", "/v1/webhook_endpoints/<a>", v1.WebhookEndpointUpdateParams, endpoints.update),
    Route("DELETE", "/v1/webhook_endpoints/<a>", v1.WebhookEndpointDeleteParams, endpoints.delete),
    Route("GET", "/v1/events", v1.EventListParams, endpoints.index_events),
    Route("GET", "/v1/events/<a>", v1.EventRetrieveParams, endpoints.show_event),
    Route("POST", "/v2/core/accounts", v2.AccountCreateParams, accounts.create_v2),
    Route("GET", "/v2/core/accounts", v2.AccountListParams, accounts.index_v2),
    Route("GET", "/v2/core/accounts/<a>", v2.AccountRetrieveParams, accounts.show_v2),
    Route("POST", "/v2/core/accounts/<a>/close", v2.AccountCloseParams, accounts.close),
    Route("POST", "/v2/core/account_links", v2.AccountLinkCreateParams, accounts.link_v2),
    Route("GET", "/v2/core/events", v2.EventListParams, endpoints.index_thin_events),
    Route("GET", "/v2/core/events/<a>", v2.EventRetrieveParams, endpoints.show_thin_event),
    Route(
        *("POST", "/v2/core/event_destinations"),
        *(v2.EventDestinationCreateParams, endpoints.create_destination),
    ),
    Route(
        *("GET", "/v2/core/event_destinations"),
        *(v2.EventDestinationListParams, endpoints.index_destinations),
    ),
    Route(
        *("GET", "/v2/core/event_destinations/<a>"),
        *(v2.EventDestinationRetrieveParams, endpoints.show_destination),
    ),
)
