"""What search engines read of a page.

**Source:** schema.org, types Product, Offer, Organization and Event.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.catalogue.queries.pages import ProductPage
from marketplace.core.map_points import degrees
from marketplace.core.pictures import card_url
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.fairs import Fair, FairState

CONTEXT = {"@context": "https://schema.org"}


def product(page: ProductPage, url: str, base: str) -> dict[str, Any]:
    row = page.row
    there = "PreOrder" if page.to_order else "InStock" if page.can_be_bought else "OutOfStock"
    images = {"image": [base + card_url(shot.picture) for shot in page.photos]}
    return {
        **CONTEXT,
        "@type": "Product",
        "name": row.name,
        "sku": row.code,
        "description": row.description,
        "brand": {"@type": "Brand", "name": row.enterprise},
        **(images if page.photos else {}),
        "offers": {
            "@type": "Offer",
            "url": url,
            "price": f"{row.price_cents // 100}.{row.price_cents % 100:02d}",
            "priceCurrency": "BRL",
            "availability": f"https://schema.org/{there}",
            "seller": {"@type": "Organization", "name": row.enterprise},
        },
    }


def enterprise(shown: Enterprise, url: str) -> dict[str, Any]:
    place = {"addressLocality": shown.municipality.name, "addressRegion": shown.municipality.state}
    founded = {"foundingDate": str(shown.founded_year)} if shown.founded_year else {}
    return {
        **CONTEXT,
        "@type": "Organization",
        "name": shown.name,
        "url": url,
        "description": shown.story,
        "address": {"@type": "PostalAddress", "addressCountry": "BR", **place},
        **founded,
    }


def fair(shown: Fair, url: str) -> dict[str, Any]:
    zone = ZoneInfo(shown.time_zone)
    first, last = shown.days[0], shown.days[-1]
    state = "EventCancelled" if shown.state is FairState.CANCELLED else "EventScheduled"
    return {
        **CONTEXT,
        "@type": "Event",
        "name": shown.name,
        "url": url,
        "startDate": datetime.combine(first.day, first.opens, zone).isoformat(),
        "endDate": datetime.combine(last.day, last.closes, zone).isoformat(),
        "eventStatus": f"https://schema.org/{state}",
        "location": {
            "@type": "Place",
            "name": shown.place,
            "address": f"{shown.address}, {shown.municipality.name}".strip(", "),
            **_geo(shown),
        },
        "organizer": {"@type": "Organization", "name": shown.division.name},
    }


def _geo(shown: Fair) -> dict[str, Any]:
    if (point := shown.point) is None:
        return {}
    at = {"latitude": degrees(point.latitude), "longitude": degrees(point.longitude)}
    return {"geo": {"@type": "GeoCoordinates", **at}}
