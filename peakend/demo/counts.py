"""How much there is of everything."""

from peakend.cases.models import Case
from peakend.customers.models import Customer
from peakend.events.models import Event
from peakend.improvements.models import Initiative
from peakend.inbox import open_inbox
from peakend.opinions.models import Opinion
from peakend.organization.choices import UnitKind
from peakend.organization.models import Unit
from peakend.surveys.models import Response
from peakend.voices.models import Voice
from peakend.warehouse.cells import Slice, read_cells


def count_everything() -> dict[str, int]:
    """Rows by room, and the observations of the warehouse."""
    return {
        "signals": open_inbox().last(),
        "voices": Voice.objects.count(),
        "responses": Response.objects.count(),
        "opinions": Opinion.objects.count(),
        "observations": sum(row.n for row in read_cells(Slice())),
        "customers": Customer.objects.count(),
        "events": Event.objects.count(),
        "cases": Case.objects.count(),
        "initiatives": Initiative.objects.count(),
        "stores": Unit.objects.filter(kind=UnitKind.STORE).count(),
    }
