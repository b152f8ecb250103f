"""`shuzhi webhooks`: systems that hear of events."""

from typing import Annotated

import typer
from rich.table import Table

from shuzhi.domains.notices import services
from shuzhi.domains.notices.cards import WebhookCard
from shuzhi.spine import shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(
    help="Systems that hear of events: add, list, pause, resume, replay, remove.", no_args_is_help=True
)
console = shell.console()

WebhookId = Annotated[int, typer.Argument(help="Its number, as `shuzhi webhooks list` shows it.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where the events are sent; HTTPS.")],
    event: Annotated[
        list[str] | None, typer.Option(help="Event to send; may be repeated. Default: all.")
    ] = None,
    secret: Annotated[str, typer.Option(help="Signing secret whsec_…; made here when empty.")] = "",
) -> None:
    """Register a receiver; prints the secret that signs every delivery, once."""
    made = services.register_webhook(url, events=event or ["*"], secret=secret, by=SYSTEM)
    console.print(f"Webhook {made.webhook.id} delivers from position {made.webhook.position} on.")
    console.print(f"Secret: {made.secret}", highlight=False)


@app.command("list")
def list_webhooks() -> None:
    """Where every webhook stands."""
    table = Table("Id", "Address", "Events", "Position", "Behind", "State", "Last failure")
    for card in services.webhooks(by=SYSTEM):
        table.add_row(
            str(card.id),
            card.url,
            " ".join(card.events),
            str(card.position),
            str(card.behind),
            _state(card),
            card.last_failure,
        )
    console.print(table)


def _state(card: WebhookCard) -> str:
    if card.paused:
        return "paused"
    return f"failing ({card.failures})" if card.failures else "running"


@app.command()
def pause(webhook_id: WebhookId) -> None:
    """Stop delivering; the place in the story is kept."""
    services.pause_webhook(webhook_id, by=SYSTEM)
    console.print(f"Webhook {webhook_id} is paused.")


@app.command()
def resume(webhook_id: WebhookId) -> None:
    """Deliver again from the event that failed."""
    services.resume_webhook(webhook_id, by=SYSTEM)
    console.print(f"Webhook {webhook_id} goes on.")


@app.command()
def replay(
    webhook_id: WebhookId,
    position: Annotated[int, typer.Option("--from", help="Deliver every event after this position again.")],
) -> None:
    """Deliver again from a position."""
    services.replay_webhook(webhook_id, from_position=position, by=SYSTEM)
    console.print(f"Webhook {webhook_id} goes on after position {position}.")


@app.command()
def remove(webhook_id: WebhookId) -> None:
    """Forget a webhook and its secret."""
    services.delete_webhook(webhook_id, by=SYSTEM)
    console.print(f"Webhook {webhook_id} is removed.")
