"""In which town a warning's demands came."""

from shuzhi.domains.insight.models import RaisedWarning


def place_of(row: RaisedWarning) -> str:
    """The area below the warned one that all its demands came from; "" where several did, or the whole shows it."""
    # Warnings that were raised before towns were looked at tell no place.
    told = {one[5] if len(one) > 5 else "" for one in row.matters}
    return str(next(iter(told))) if len(told) == 1 else ""
