"""OpenFisca's part of the benchmark of rules; runs by itself in an environment that has it, on arrays made before."""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any


def peer(folder: str) -> None:
    """The same figures by OpenFisca: two simulations, one for each law."""
    import numpy as np
    from openfisca_core.reforms import Reform
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_country_template import CountryTaxBenefitSystem

    columns = {
        n: np.load(f"{folder}/{n}.npy") for n in ("person_id", "household_id", "salary", "birth", "adult")
    }
    system = CountryTaxBenefitSystem()

    class HigherTax(Reform):  # type: ignore[misc]
        def apply(self) -> None:
            self.modify_parameters(_seventeen)

    reform = HigherTax(system)
    started = time.perf_counter()
    results = [_disposable(law, SimulationBuilder(), columns) for law in (system, reform)]
    change = results[1].astype("float64") - results[0]
    figures = [len(change), change.sum() * 100, int((change > 0).sum()), int((change < 0).sum())]
    report(started, [*figures, results[0].astype("float64").sum() * 100])


def _seventeen(parameters: Any) -> Any:
    from openfisca_core.periods import instant

    parameters.taxes.income_tax_rate.update(start=instant("2017-01"), value=0.17)
    return parameters


def _disposable(law: Any, builder: Any, columns: dict[str, Any]) -> Any:
    import numpy as np

    month, ids = "2017-01", columns["household_id"]
    builder.create_entities(law)
    builder.declare_person_entity("person", columns["person_id"])
    household = builder.declare_entity("household", np.unique(ids))
    roles = np.where(columns["adult"], "adult", "child")
    builder.join_with_persons(household, ids, roles=roles)
    simulation = builder.build(law)
    simulation.set_input("salary", month, (columns["salary"] / 100).astype("float32"))
    simulation.set_input("birth", month, columns["birth"].astype("datetime64[D]"))
    person = {
        n: simulation.calculate(n, month)
        for n in ("salary", "pension", "basic_income", "income_tax", "social_security_contribution")
    }
    net = person["salary"] + person["pension"] + person["basic_income"] - person["income_tax"]
    net = net - person["social_security_contribution"]
    return simulation.household.sum(net) + simulation.calculate("parenting_allowance", month)


def report(started: float, figures: Any) -> None:
    """One line of JSON: seconds since `started`, processor seconds and peak memory of this process, figures."""
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu_seconds": time.process_time(),
                "megabytes": peak,
                "figures": [float(f) for f in figures],
            }
        )
    )


if __name__ == "__main__":
    peer(sys.argv[1])
