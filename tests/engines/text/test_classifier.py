"""A classifier learns from labelled messages, says why, survives its file, and is evaluated without leaking copies."""

import hashlib
import random

import numpy as np
import pytest

from shuzhi.engines.text import CategoryHint, Reader, TrainedClassifier, classify_rows
from shuzhi.engines.text.features import words

training = pytest.importorskip("shuzhi.engines.text.training")
pytest.importorskip("sklearn")

MATTERS = {
    "water": ["自来水", "停水", "水压", "水表", "水管", "浑浊"],
    "traffic": ["公交", "路口", "红绿灯", "堵车", "站台", "斑马线"],
    "school": ["学校", "老师", "学位", "幼儿园", "补课", "作业"],
}
FILLER = [
    "小区",
    "希望",
    "尽快",
    "部门",
    "晚上",
    "每天",
    "居民",
    "已经",
    "门口",
    "问题",
    "反映",
    "没有",
    "一直",
]


def synthetic(count: int, seed: int) -> tuple[list[list[str]], list[str]]:
    """Made-up messages: three telling words of the label among everyday words."""
    rng = random.Random(seed)
    labels = [rng.choice(sorted(MATTERS)) for _ in range(count)]
    return [_message(rng, label) for label in labels], labels


def _message(rng: random.Random, label: str) -> list[str]:
    tokens = [*rng.sample(MATTERS[label], 3), *rng.sample(FILLER, 6)]
    rng.shuffle(tokens)
    return tokens


@pytest.fixture(scope="module")
def corpus() -> "training.Corpus":
    return training.corpus(*synthetic(150, 1))


@pytest.fixture(scope="module")
def model(corpus) -> TrainedClassifier:
    return training.train(corpus, version="test-1")


def test_unseen_messages_get_their_label_with_a_telling_word_as_reason(model):
    for tokens, label in zip(*synthetic(30, 2), strict=True):
        best = model.suggest(tokens)[0]

        assert best.value == label
        assert set(best.reasons) & set(MATTERS[label])
        assert best.version == "test-1"


def test_chances_add_up_to_one_and_come_most_likely_first(model):
    found = model.suggest(["自来水", "学校"])

    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)
    assert model.chances(["自来水", "学校"]).sum() == pytest.approx(1.0)


def test_a_message_without_any_known_word_is_answered(model):
    assert len(model.suggest([])) == 3


def test_the_model_file_gives_the_same_answers(model):
    again = TrainedClassifier.from_bytes(model.to_bytes())

    assert again.suggest(["红绿灯", "路口"]) == model.suggest(["红绿灯", "路口"])


def test_a_file_that_holds_python_objects_is_refused():
    import io

    out = io.BytesIO()
    np.savez(out, about=np.array([{"format": 1}], dtype=object))

    with pytest.raises(ValueError, match="pickle"):
        TrainedClassifier.from_bytes(out.getvalue())


def test_serving_and_evaluation_weigh_a_message_alike(corpus, model):
    seen = training.look(corpus, np.arange(len(corpus)))
    together = training._chances(model.weights, seen.values[:20])
    tokens = synthetic(150, 1)[0][:20]

    assert np.allclose(together, [model.chances(one) for one in tokens], atol=1e-4)


def test_copies_never_stand_on_both_sides_of_a_split():
    messages, labels = synthetic(60, 3)
    doubled = training.corpus([*messages, *messages], [*labels, *labels])
    last = list(training.evaluate(doubled, folds=3))[-1]

    assert (doubled.groups[:60] == doubled.groups[60:]).all()
    assert (last.fold[:60] == last.fold[60:]).all()


def test_the_evaluation_tells_f1_for_every_class_and_what_is_certain(corpus):
    whole = list(training.evaluate(corpus, folds=3))[-1]

    assert set(whole.f1()) == set(MATTERS)
    assert whole.macro_f1 > 0.95
    assert whole.confusion.sum() == len(corpus)
    assert whole.certain_from(0.98)[1] > 0.5


def test_the_entry_of_a_model_carries_its_hashes_and_measures(corpus, model):
    whole = list(training.evaluate(corpus, folds=3))[-1]
    entry = training.entry_for(model.to_bytes(), corpus, whole, target="category", made_on="2030-01-01")

    assert (entry.version, entry.rows, entry.data_hash) == ("test-1", 150, corpus.data_hash)
    assert entry.macro_f1 == whole.macro_f1
    assert entry.file_hash == hashlib.sha256(model.to_bytes()).hexdigest()


def test_classes_with_too_few_messages_are_left_out_and_named():
    messages, labels = synthetic(60, 4)

    assert training.corpus([*messages, ["路灯"]], [*labels, "lamp"]).left_out == ("lamp",)


def test_two_classes_are_too_few():
    messages, labels = synthetic(60, 5)
    two = [number for number, label in enumerate(labels) if label != "school"]

    with pytest.raises(ValueError, match="3 classes"):
        training.train(training.corpus([messages[n] for n in two], [labels[n] for n in two]), version="x")


def test_rows_of_a_table_are_classified_from_tokens_or_from_raw_text(model):
    rows = [
        {"row": "7", "tokens": "红绿灯 路口 堵车"},
        {"title": "学校补课", "text": "老师要求周末补课，作业太多"},
    ]
    found = list(classify_rows(rows, model))

    assert [(one["id"], one["label"]) for one in found] == [("7", "traffic"), ("2", "school")]


def test_a_reader_with_a_model_takes_its_categories_from_it(model):
    hints = [CategoryHint("01", ("water",), ()), CategoryHint("02", ("x",), ("停水",))]
    reading = Reader(hints, (), model).read("停水了，自来水浑浊")

    assert reading.categories[0].value == "01", (
        "a class that is a path of names gets the code of this registry"
    )
    assert reading.version.endswith("test-1")


def test_a_class_that_the_registry_does_not_have_is_never_suggested(model):
    reading = Reader([CategoryHint("02", ("x",), ("停水",))], (), model).read("停水了，自来水浑浊")

    assert [one.value for one in reading.categories] == ["02"]


def test_words_leave_out_marks_and_words_that_every_message_has():
    assert words("小区的电梯坏了！") == ["小区", "电梯", "坏"]
