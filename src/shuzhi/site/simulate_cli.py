"""`shuzhi rules population` and `shuzhi rules simulate`: a reform over a synthetic county, from the command line."""

import csv
import json
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from shuzhi.engines import rules
from shuzhi.engines.rules import simulation
from shuzhi.site.population import read_totals, write_county
from shuzhi.site.simulating import GROUPS, Population
from shuzhi.spine import shell

console = shell.console()
KINDS = (*GROUPS, "decile")


def population(
    out: Annotated[Path, typer.Option(help="Folder for persons.parquet and households.parquet.")],
    households: Annotated[int, typer.Option(min=1_000, help="Sampled households.")] = 45_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 20260101,
    totals: Annotated[
        Path | None, typer.Option(exists=True, help="CSV kind,label,households: published totals to fit to.")
    ] = None,
) -> None:
    """Write the synthetic county as a population. Nobody in it exists."""
    try:
        written = write_county(
            out, seed=seed, households=households, totals=read_totals(totals) if totals else None
        )
    except (ValueError, KeyError) as error:
        raise typer.BadParameter(str(error)) from None
    console.print(f"{written.households:,} households for {written.stands_for:,} (synthetic) in {out}")
    if written.fit:
        away = ", ".join(f"{share:.2%}" for share in written.fit.misplaced)
        console.print(f"misplaced households by total: {away}")


def simulate(
    before: rules.Book,
    after: rules.Book,
    *,
    folder: Path,
    day: date,
    rule: str,
    line_yuan: Decimal,
    seed: int,
) -> dict[str, Any]:
    """The figures of a reform as JSON, with the digest that makes them repeatable."""
    people = Population(folder)
    faults = people.faults(before, day)
    serious = {name: count for name, count in faults.items() if name not in before.inputs}
    if serious:
        told = ", ".join(f"{name}: {count}" for name, count in serious.items())
        raise rules.InputRefused(f"{folder}: {told}. Each person and household stands in one row.")
    old, new = (rules.bind(book, as_of=day) for book in (before, after))
    try:
        found = simulation.outcomes(old, new, rule, people.samples(before))
    except ValueError as error:
        raise rules.InputRefused(f"{folder}: {error}.") from None
    summary = simulation.summarise(found, poverty_line_fen=int(line_yuan * 100), seed=seed)
    parts: dict[str, str | int] = {
        "book": before.digest,
        "reform": after.digest,
        "population": people.digest(),
        "as_of": day.isoformat(),
        "rule": rule,
        "poverty_line_fen": int(line_yuan * 100),
        "seed": seed,
    }
    return {
        "scenario": simulation.scenario_digest(parts),
        "parts": parts,
        "policy": before.policy,
        "synthetic": True,
        "demo": not (before.verified and after.verified),
        "unknown_columns": people.lacks(before),
        "values_refused": {name: count for name, count in faults.items() if name in before.inputs},
        **simulation.shown(summary),
    }


def budget(found: dict[str, Any], *, months: int, take_up: str) -> list[int]:
    """Fen per month after the reform, along a take-up path written as first:final:ramp, 0.4:0.9:6."""
    try:
        first, final, ramp = take_up.split(":")
        shares = [int(Decimal(share) * 1_000_000) for share in (first, final)]
        path = simulation.take_up_path(
            first_ppm=shares[0], final_ppm=shares[1], ramp_months=int(ramp), months=months
        )
    except (ValueError, InvalidOperation):
        raise typer.BadParameter("take-up is first:final:months, as in 0.4:0.9:6") from None
    return simulation.monthly_budget([found["cost_after_fen"]] * months, path)


def changes_of(settings: list[str]) -> dict[str, rules.Amount]:
    """`name=value` words as amounts."""
    found: dict[str, rules.Amount] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        try:
            found[name] = Decimal(value)
        except InvalidOperation:
            raise typer.BadParameter(f"`{setting}` is not name=number") from None
        if not equals:
            raise typer.BadParameter(f"`{setting}` is not name=number")
    return found


def grant_of(book: rules.Book, rule: str | None) -> str:
    """The rule to simulate: the one asked for, else the first that the book grants."""
    chosen = rule or next((grant.rule for grant in book.grants), None)
    if chosen not in book.rules or book.rules[chosen].kind.name != "money":
        amounts = [name for name, known in book.rules.items() if known.kind.name == "money"]
        raise typer.BadParameter(f"--rule wants an amount of the book: {', '.join(amounts) or 'it has none'}")
    return chosen


def write_tables(found: dict[str, Any], folder: Path) -> None:
    """summary.json, and a CSV for each way of grouping."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    for kind, groups in found["by"].items():
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            names = list(next(iter(groups.values())))
            writer.writerow([kind, *names])
            writer.writerows([label, *(group[name] for name in names)] for label, group in groups.items())


def print_summary(found: dict[str, Any]) -> None:
    """The figures for people, in yuan."""

    def yuan(fen: float) -> str:
        return f"{fen / 100:,.2f}"

    low, high = found["cost_90_percent"]
    mark = "synthetic population" + (", demo amounts" if found["demo"] else "")
    console.print(f"{found['policy']}  ({mark})  scenario {found['scenario'][:16]}")
    console.print(f"costs {yuan(found['cost_fen'])} yuan more (90 %: {yuan(low)} to {yuan(high)})")
    table = Table("", "households", "unknown", "gain", "lose", "cost, yuan")
    rows = {
        "all": found,
        **{f"{kind} {k}": g for kind in KINDS for k, g in found["by"].get(kind, {}).items()},
    }
    for label, group in rows.items():
        counts = (f"{group[name]:,}" for name in ("units", "unknown", "winners", "losers"))
        table.add_row(label, *counts, yuan(group["cost_fen"]))
    console.print(table)
    for side in ("before", "after"):
        if (shares := found[side]) is not None:
            console.print(
                f"{side}: Gini {shares['gini']:.4f}, Theil {shares['theil']:.4f}, poor {shares['poverty_share']:.2%}"
            )
