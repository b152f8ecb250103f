"""Learns a conditional random field over four states from sentences whose states are known, in batches, with NumPy."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from shuzhi.engines.text.name_features import BUCKETS
from shuzhi.engines.text.person_names import MAY_FOLLOW, Weights

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
STATES = 4
NEVER = np.float32(-1e4)
ALLOWED = np.full((STATES, STATES), NEVER, dtype=np.float32)
for _to, _froms in MAY_FOLLOW:
    for _from in _froms:
        ALLOWED[_from, _to] = 0
FIRST = np.array([0, 0, NEVER, NEVER], dtype=np.float32)
NOTHING = np.array([0, NEVER, NEVER, NEVER], dtype=np.float32)
LAST = np.array([0, NEVER, NEVER, 0], dtype=np.float32)
BATCH, ROUNDS, RATE, DECAY, UNSEEN = 192, 8, 0.12, 1e-5, 0.25
"""Sentences a step, rounds, step size (Adagrad: Duchi and others 2011), shrinking a step, share of sights left out."""


@dataclass(frozen=True)
class Lesson:
    """A sentence as its sights, (sights, characters), and the state of each character."""

    seen: Ints
    states: NDArray[np.int8]


def learn(
    lessons: Sequence[Lesson], seed: int, *, known: Weights | None = None, rounds: int = ROUNDS
) -> Weights:
    """Weights under which the known states are likely, from nothing or from others; the mean over the second half of the rounds."""
    rng, order = np.random.default_rng(seed), random.Random(seed)
    weights = known.sights.copy() if known else np.zeros((BUCKETS, STATES), dtype=np.float32)
    steps = known.steps.copy() if known else np.zeros((STATES, STATES), dtype=np.float32)
    squares, step_squares = np.full_like(weights, 1e-2), np.full_like(steps, 1e-2)
    mean, mean_steps, counted = np.zeros_like(weights), np.zeros_like(steps), 0
    for turn in range(rounds):
        for batch in _batches(lessons, order):
            pull, pull_steps = _pull(batch, weights, steps, rng)
            squares += pull * pull
            step_squares += pull_steps * pull_steps
            weights += RATE * pull / np.sqrt(squares)
            weights *= 1 - DECAY * BATCH
            steps += RATE * pull_steps / np.sqrt(step_squares)
        if turn >= rounds // 2:
            mean += weights
            mean_steps += steps
            counted += 1
    share = np.float32(1 / counted)
    return Weights(mean * share, mean_steps * share)


def _batches(lessons: Sequence[Lesson], order: random.Random) -> list[list[Lesson]]:
    """All sentences once, those of like length together, in a new order."""
    sized = sorted(lessons, key=lambda one: (one.seen.shape[1], order.random()))
    batches = [sized[at : at + BATCH] for at in range(0, len(sized), BATCH)]
    order.shuffle(batches)
    return batches


def _pull(
    batch: Sequence[Lesson], weights: Floats, steps: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Where to the weights should go: what is true less what they expect (gradient of the log-likelihood)."""
    seen = np.concatenate([one.seen for one in batch], axis=1).T
    known = rng.random(seen.shape, dtype=np.float32) >= UNSEEN
    columns = seen[known]
    starts = np.concatenate(([0], np.cumsum(known.sum(axis=1))))
    matrix = csr_array((np.ones(len(columns), dtype=np.float32), columns, starts), shape=(len(seen), BUCKETS))
    worth = matrix @ weights
    sizes = [one.seen.shape[1] for one in batch]
    width = max(sizes)
    held = np.arange(width) < np.array(sizes)[:, None]
    padded = np.zeros((len(batch), width, STATES), dtype=np.float32)
    padded[held] = worth
    truth = np.zeros((len(batch), width), dtype=np.int64)
    truth[held] = np.concatenate([one.states for one in batch])
    expected, expected_steps = _expected(padded, held, steps + ALLOWED)
    wanted = np.eye(STATES, dtype=np.float32)[truth]
    both = held[:, 1:]
    true_steps = np.zeros((STATES, STATES), dtype=np.float32)
    np.add.at(true_steps, (truth[:, :-1][both], truth[:, 1:][both]), 1)
    error = (wanted - expected)[held]
    return (matrix.T @ error).astype(np.float32), true_steps - expected_steps


def _expected(worth: Floats, held: NDArray[np.bool_], steps: Floats) -> tuple[Floats, Floats]:
    """Chance of each state at each character and number of each step, by the forward-backward algorithm."""
    width = worth.shape[1]
    worth = np.where(held[:, :, None], worth, NOTHING)
    ahead, behind = np.empty_like(worth), np.empty_like(worth)
    ahead[:, 0] = worth[:, 0] + FIRST
    for at in range(1, width):
        ahead[:, at] = worth[:, at] + _log_sum(ahead[:, at - 1, :, None] + steps, 1)
    behind[:, -1] = LAST
    for at in range(width - 2, -1, -1):
        behind[:, at] = _log_sum(steps + (worth[:, at + 1] + behind[:, at + 1])[:, None, :], 2)
    total = _log_sum(ahead[:, -1] + LAST, 1)
    chance = np.exp(ahead + behind - total[:, None, None])
    both = held[:, 1:]
    moves = (
        ahead[:, :-1, :, None]
        + steps
        + (worth[:, 1:] + behind[:, 1:])[:, :, None, :]
        - total[:, None, None, None]
    )
    return chance, np.exp(moves[both]).sum(axis=0)


def _log_sum(values: Floats, axis: int) -> Floats:
    most = values.max(axis=axis, keepdims=True)
    summed: Floats = np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis)
    return summed
