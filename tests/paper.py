"""A printed sheet as a reader, a screen reader and a scanner have it; by libraries not ours."""

import ctypes
from collections.abc import Iterator
from functools import cached_property

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image
from pypdfium2 import raw

SCANNED_DPI = 150


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
        return self.document[page].get_textpage().get_text_range()

    def picture(self, page: int, dpi: int = SCANNED_DPI) -> Image.Image:
        return self.document[page].render(scale=dpi / 72).to_pil().convert("RGB")

    def scanned(self, page: int) -> list[str]:
        """What an independent reader of QR finds on a page at 150 dpi, in reading order."""
        found = zxingcpp.read_barcodes(self.picture(page), formats=zxingcpp.BarcodeFormat.QRCode)
        found.sort(key=lambda each: (each.position.top_left.y // 20, each.position.top_left.x))
        return [each.text for each in found]

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


def _told(ask: object, thing: object) -> str:
    """Ask for a text as this library gives it: how long first, then into a buffer."""
    length = ask(thing, None, 0)
    buffer = ctypes.create_string_buffer(length)
    ask(thing, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[: max(0, length - 2)].decode("utf-16-le")
