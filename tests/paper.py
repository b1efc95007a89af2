"""A printed sheet as a reader, a screen reader and a scanner have it; by libraries not ours."""

import ctypes
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageChops
from pypdfium2 import raw

SCANNED_DPI = 150
MM = SCANNED_DPI / 25.4  # dots in a millimetre
READABLE = 4.5  # to 1, of letters against white (WCAG 2.2, 1.4.3)


class Code(NamedTuple):
    """A QR that was read: what it says, and where its middle is on the page, in millimetres."""

    says: str
    x: float
    y: float


class Paper:
    def __init__(self, made: bytes) -> None:
        self.document = pdfium.PdfDocument(made)

    def __len__(self) -> int:
        return len(self.document)

    @property
    def title(self) -> str:
        return self.document.get_metadata_value("Title")

    @property
    def is_tagged(self) -> bool:
        return bool(raw.FPDFCatalog_IsTagged(self.document))

    @property
    def language(self) -> str:
        return _told(raw.FPDFCatalog_GetLanguage, self.document)

    @cached_property
    def tags(self) -> set[str]:
        """The kinds of things that a screen reader finds on the pages."""
        return {_told(raw.FPDF_StructElement_GetType, each) for each in self._elements()}

    @cached_property
    def pictures(self) -> list[str]:
        """The words that stand for each picture."""
        figures = (
            each
            for each in self._elements()
            if _told(raw.FPDF_StructElement_GetType, each) == "Figure"
        )
        return [_told(raw.FPDF_StructElement_GetAltText, each) for each in figures]

    @property
    def fonts(self) -> set[str]:
        """The faces that letters are set in, without the mark of a subset."""
        found = set()
        for page in self.document:
            for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                found.add(thing.get_font().get_base_name().partition("+")[2])
        return found

    def text(self, page: int) -> str:
        return " ".join(self.document[page].get_textpage().get_text_range().split())

    def picture(self, page: int, dpi: int = SCANNED_DPI) -> Image.Image:
        return self.document[page].render(scale=dpi / 72).to_pil().convert("RGB")

    def codes(self, page: int = 0) -> list[Code]:
        """What an independent reader of QR finds on a page at 150 dpi."""
        found = zxingcpp.read_barcodes(self.picture(page), formats=zxingcpp.BarcodeFormat.QRCode)
        return [Code(each.text, *_middle(each.position)) for each in found]

    def faults_in_grey(self) -> list[str]:
        """What would be lost where there is no colour: coloured dots, letters too faint."""
        found = []
        for number in range(len(self)):
            red, green, blue = self.picture(number, 72).split()
            if ImageChops.difference(red, green).getbbox() or red.tobytes() != blue.tobytes():
                found.append(f"page {number + 1} has colours")
        return found + [f"letters of grey {g}" for g in self._greys() if _contrast(g) < READABLE]

    def _greys(self) -> set[int]:
        """The greys that letters are printed in."""
        return {
            _fill(thing)
            for page in self.document
            for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])
        }

    def _elements(self) -> Iterator[object]:
        for page in self.document:
            tree = raw.FPDF_StructTree_GetForPage(page)
            for index in range(raw.FPDF_StructTree_CountChildren(tree)):
                yield from _within(raw.FPDF_StructTree_GetChildAtIndex(tree, index))


def _within(element: object) -> Iterator[object]:
    if element:
        yield element
        for index in range(raw.FPDF_StructElement_CountChildren(element)):
            yield from _within(raw.FPDF_StructElement_GetChildAtIndex(element, index))


def _middle(at: zxingcpp.Position) -> tuple[float, float]:
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return sum(c.x for c in corners) / 4 / MM, sum(c.y for c in corners) / 4 / MM


def _fill(thing: pdfium.PdfObject) -> int:
    red, *others = [ctypes.c_uint() for _channel in range(4)]
    raw.FPDFPageObj_GetFillColor(thing, red, *others)
    return red.value


def _contrast(grey: int) -> float:
    """How much darker than white a grey is.

    **Source:** WCAG 2.2, relative luminance and contrast ratio.
    """
    part = grey / 255
    light = part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
    return 1.05 / (light + 0.05)


def _told(ask: object, thing: object) -> str:
    """Ask for a text as this library gives it: how long first, then into a buffer."""
    length = ask(thing, None, 0)
    buffer = ctypes.create_string_buffer(length)
    ask(thing, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[: max(0, length - 2)].decode("utf-16-le")
