"""The one way in for spreadsheets: by what a file is, not by what it is called."""

from marketplace.core.sheets.delimited import read_csv
from marketplace.core.sheets.errors import OldOrLocked, SheetTooLarge
from marketplace.core.sheets.grid import MAX_BYTES, Sheet
from marketplace.core.sheets.workbooks import read_xlsx

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(data: bytes) -> Sheet:
    """Return the sheet in a CSV or XLSX file of up to 5 MB, 5,000 rows and 50 columns.

    :raises BadSheet: with what is wrong, in words for who sent it.
    """
    if len(data) > MAX_BYTES:
        raise SheetTooLarge(megabytes=MAX_BYTES // 2**20)
    if data.startswith(_OLE):
        raise OldOrLocked
    return read_xlsx(data) if data.startswith(_ZIP) else read_csv(data)
