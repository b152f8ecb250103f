"""What a step announces: the move itself, and what others count by: contacts, call-backs, proposed catalogue changes."""

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.services import orders
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.spine import events


def of_step(loaded: Loaded) -> list[events.Event]:
    """The events of the step that has just been added to an order."""
    row, step = loaded.row, loaded.steps[-1]
    told: list[events.Event] = [orders.moved_event(row, step)]
    match step.action:
        case Action.RECORD_CONTACT:
            told.append(_contact(loaded, step))
        case Action.RECORD_CALLBACK:
            told.append(_callback(loaded, step))
        case Action.ADJUDICATE:
            # A ruling binds this order and teaches the next: the catalogue should have sent it there at once.
            told.append(
                events.CatalogueChangeProposed(
                    category=row.category,
                    area=row.area,
                    unit=step.unit,
                    order_id=events.WorkOrderId(row.pk),
                    number=row.number,
                )
            )
    return told


def _contact(loaded: Loaded, step: Step) -> events.ContactRecorded:
    due = journey.contact_due(loaded.steps, loaded.matter, loaded.calendar)
    return events.ContactRecorded(
        order_id=events.WorkOrderId(loaded.row.pk),
        unit=step.unit,
        in_time=step.at <= due,
        at=step.at,
    )


def _callback(loaded: Loaded, step: Step) -> events.CallbackRecorded:
    heard = step.details
    reached = bool(heard["reached"])
    return events.CallbackRecorded(
        order_id=events.WorkOrderId(loaded.row.pk),
        unit=step.unit,
        attempt=loaded.facts(step.at).callback_tries,
        reached=reached,
        contacted=heard["contacted"] if reached else None,
        solved=heard["solved"] if reached else None,
        satisfaction=heard["rating"] if reached else None,
        via=str(heard.get("via", "phone")),
        at=step.at,
    )
