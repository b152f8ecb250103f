"""The models that come with the program: learnt from authored words, measured, entered in their own register."""

from functools import cache
from importlib.resources import files

from shuzhi.engines.text.classifier import TrainedClassifier
from shuzhi.engines.text.linear import LinearClassifier
from shuzhi.engines.text.registry import ModelRegister

DANGER, NO_DANGER = "danger", "none"
"""Classes of the model that weighs whether a sentence speaks of a danger to life."""
TARGETS = ("category", "kind", "danger")


@cache
def builtin_model(target: str) -> LinearClassifier:
    """The model for a target of `TARGETS`; read once."""
    return LinearClassifier.from_bytes(builtin_bytes(target))


def builtin_bytes(target: str) -> bytes:
    """The file of a model as it comes with the program."""
    return files("shuzhi.engines.text").joinpath("data", f"{target}.npz").read_bytes()


def builtin_register() -> ModelRegister:
    """What was measured of the models that come with the program."""
    return ModelRegister.from_json(
        files("shuzhi.engines.text").joinpath("data", "register.json").read_text(encoding="utf-8")
    )


def read_model(data: bytes) -> LinearClassifier | TrainedClassifier:
    """A model file of either kind. Raises ValueError when it is neither."""
    try:
        return LinearClassifier.from_bytes(data)
    except ValueError:
        return TrainedClassifier.from_bytes(data)
