"""What stands on an order's page beside its lines: who sells, how to pay, what the law gives."""

from dataclasses import dataclass

from marketplace.orders.models.orders import Order


@dataclass(frozen=True)
class Legal:
    """**Source:** Decreto 7.962/2013, arts. 2, 4 and 5; CDC, art. 49."""

    name: str
    cnpj: str  # without mask; empty where there is none
    responsible_name: str  # where there is no CNPJ
    responsible_cpf: str  # only here, never in listings
    address: str  # the Division's where a home would be told
    email: str
    phone: str
    withdrawal: str  # "given", "on_request" (perishable or made to measure) or "at_the_stall"
    answer_days: int = 5


def legal_block(order: Order) -> Legal:
    raise NotImplementedError


def pix_code(order: Order) -> str | None:
    """Return the static BR Code for the order's amount; none without a key or another method.

    **Source:** Banco Central do Brasil, "Manual de Padrões para Iniciação do Pix".
    """
    raise NotImplementedError
