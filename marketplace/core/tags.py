"""What the tables of the house itself keep about people."""

from flask_babel import lazy_gettext as _

from marketplace.core import audit, erasures, generations, imports, limits, queue, readings, seals
from marketplace.core.privacy import CONTRACT, harmless, personal
from marketplace.core.search.tables import Document, Term

harmless(audit.Entry, "operation role request_id notes")  # ids and names of fields
harmless(erasures.Erasure, "code kind mark paper")  # a number of a paper, no words
harmless(generations.Generation, "kind")
harmless(seals.Seal, "hash")
harmless(seals.Head, "day hash")
harmless(readings.Reading, "role kind page request_id")  # ids; of both, the rows are emptied
harmless(limits.Use, "kind key")  # a keyed hash, for two days
harmless(queue.Job, "kind key args worker error")  # those that name somebody erased are removed
harmless(Document, "kind title body extra")  # follows what is indexed
harmless(Term, "kind term spelled")
personal(
    imports.ImportDraft,
    whose={"person": "owner_id"},
    goes="token kind file_name content",
    hidden="token content",
    title=_("Sheet"),
    shows="file_name",
    why=_("A sheet of yours, until you confirm it"),
    ground=CONTRACT,
)
