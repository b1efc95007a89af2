"""The open data as a catalogue that other catalogues read.

**Source:** W3C, "Data Catalog Vocabulary (DCAT) - Version 3", Recommendation of 22 August 2024;
SPDX 2.3, ``checksum``; IANA media types.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from flask_babel import force_locale

from marketplace.core.language import NAMES
from marketplace.opendata import datasets
from marketplace.opendata.datasets import KINDS, LICENCE, Version
from marketplace.opendata.labels import DATASETS

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"


class Address(Protocol):
    """Gives the address of a file of a version."""

    def __call__(self, dataset: str, kind: str, number: int) -> str: ...


def catalogue(version: Version | None, publisher: str, page: str, address: Address) -> str:
    """Return the catalogue as JSON-LD."""
    told = {
        "@context": CONTEXT,
        "@id": page,
        "@type": "dcat:Catalog",
        "dct:title": _said(DATASETS["catalogue"].name),
        "dct:description": _said(DATASETS["catalogue"].what),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dct:license": {"@id": LICENCE},
        "dcat:dataset": [_dataset(name, version, page, address) for name in datasets.COLUMNS]
        if version
        else [],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _dataset(name: str, version: Version, page: str, address: Address) -> dict[str, Any]:
    first = _instant(min(word.published_at for word in version.words))
    return {
        "@id": f"{page}#{name}",
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": _said(DATASETS[name].name),
        "dct:description": _said(DATASETS[name].what),
        "dct:issued": first,
        "dct:modified": _instant(version.published_at),
        "dct:accrualPeriodicity": {"@id": MONTHLY},
        "dct:license": {"@id": LICENCE},
        "dcat:version": str(version.number),
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [_file(name, kind, version, address) for kind in KINDS],
    }


def _file(name: str, kind: str, version: Version, address: Address) -> dict[str, Any]:
    made = datasets.file(version, name, kind)
    return {
        "@type": "dcat:Distribution",
        "dcat:downloadURL": {"@id": address(name, kind, version.number)},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{KINDS[kind]}"},
        "dcat:byteSize": _typed(str(len(made.content)), "nonNegativeInteger"),
        "spdx:checksum": {
            "spdx:algorithm": {"@id": SHA256},
            "spdx:checksumValue": _typed(made.sha256, "hexBinary"),
        },
    }


def _instant(instant: datetime) -> Mapping[str, str]:
    return _typed(instant.astimezone(UTC).isoformat(timespec="seconds"), "dateTime")


def _typed(value: str, kind: str) -> Mapping[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}


def _said(words: Any) -> list[Mapping[str, str]]:
    """Return words in every language of the house."""
    found: list[Mapping[str, str]] = []
    for code in NAMES:
        with force_locale(code):
            found.append({"@value": str(words), "@language": code.replace("_", "-")})
    return found
