"""What a county can load into the registry, data set by data set."""

from collections.abc import Mapping

from shuzhi.domains.registry.importers.costs import CostLoader
from shuzhi.domains.registry.importers.facts import ConsentLoader, FactLoader
from shuzhi.domains.registry.importers.geography import AreaLoader, BoundaryLoader, PlaceLoader
from shuzhi.domains.registry.importers.loading import Given, Loader, Outcome
from shuzhi.domains.registry.importers.organisation import (
    CategoryLoader,
    PostLoader,
    SynonymLoader,
    TemplateLoader,
    UnitLoader,
)
from shuzhi.domains.registry.importers.people import PeopleLoader
from shuzhi.domains.registry.importers.readings import ReadingLoader
from shuzhi.domains.registry.importers.rules import CalendarLoader, CatalogueLoader, SlaLoader

__all__ = ["LOADERS", "Given", "Loader", "Outcome"]

# In the order in which a new county loads them: later ones name codes of earlier ones.
LOADERS: Mapping[str, type[Loader]] = {
    "areas": AreaLoader,
    "boundaries": BoundaryLoader,
    "places": PlaceLoader,
    "units": UnitLoader,
    "posts": PostLoader,
    "costs": CostLoader,
    "categories": CategoryLoader,
    "catalogue": CatalogueLoader,
    "sla": SlaLoader,
    "calendar": CalendarLoader,
    "templates": TemplateLoader,
    "synonyms": SynonymLoader,
    "people": PeopleLoader,
    "facts": FactLoader,
    "consents": ConsentLoader,
    "readings": ReadingLoader,
}
