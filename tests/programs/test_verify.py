"""shuzhi-verify as others run it: one file, any Python from 3.9 on, with or without `cryptography`."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import os
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from shuzhi.engines.ledger import (
    COSIGN_ML_DSA_44,
    INSTALLED,
    document_path,
    parse_receipt,
    sign_text,
    signer_from_seed,
)
from shuzhi.programs.tiles import LogDirectory
from shuzhi.programs.verify.__main__ import main
from shuzhi.programs.verify.build import build
from shuzhi.programs.verify.ledgers import judge_directory
from shuzhi.programs.verify.verdict import WORDS, Outcome
from tests.engines.ledger.given import AT, Published, given_leaves, given_policy, given_signed
from tests.programs.given import given_directory, given_receipt_files, run


@pytest.fixture(scope="module")
def zipapp(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("zipapp") / "shuzhi-verify.pyz"))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Published]:
    root = tmp_path_factory.mktemp("ledger") / "log"
    return root, given_directory(root)


def verdict(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, str]:
    code = main(["--language", "en", *arguments])
    return code, capfdbinary.readouterr().out.decode()


def other_pythons() -> list[str]:
    """Other Pythons of this machine from 3.9 on, which have none of our libraries; one of each version."""
    found: dict[int, str] = {}
    for minor in range(9, 15):
        name = f"python3.{minor}"
        places = [shutil.which(name), *Path("~/.pyenv/versions").expanduser().glob(f"3.{minor}.*/bin/{name}")]
        for place in map(str, filter(None, places)):
            if ".venv" not in place and "shims" not in place:
                found[minor] = place
    return list(found.values())


@pytest.mark.parametrize("isolated", [True, False], ids=["without cryptography", "with cryptography"])
def test_a_receipt_is_verified_by_the_one_file_with_or_without_libraries(
    zipapp: str, ledger: tuple[Path, Published], tmp_path: Path, isolated: bool
) -> None:
    files = given_receipt_files(tmp_path, ledger[1])
    no_libraries = ["-I", "-S"] if isolated else []
    done = run(*no_libraries, zipapp, "receipt", files["a.tlog-proof"], "--policy", files["policy.txt"], "--opening", files["opening.json"])  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == "VERIFIED"
    assert "Entry 400 stands in the ledger county.example/ledger/2026." in done.stdout
    assert "Witnessed by court, neighbour." in done.stdout
    assert "amount_fen = 52000" in done.stdout
    assert "synthetic person" not in done.stdout


@pytest.mark.thorough
@pytest.mark.parametrize(
    "python", other_pythons() or [pytest.param("", marks=pytest.mark.skip("NOT RUN: no other Python"))]
)
def test_the_one_file_runs_on_every_python_of_this_machine(
    zipapp: str, ledger: tuple[Path, Published], tmp_path: Path, python: str
) -> None:
    files = given_receipt_files(tmp_path, ledger[1])
    for arguments in (
        [
            "receipt",
            files["a.tlog-proof"],
            "--policy",
            files["policy.txt"],
            "--opening",
            files["opening.json"],
        ],
        ["directory", str(ledger[0]), "--policy", files["policy.txt"]],
    ):
        done = run("-I", zipapp, *arguments, python=python)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_one_file_is_written_in_words_that_python_3_9_knows(zipapp: str) -> None:
    """Where no such Python is there to run it, its grammar at least is looked at."""
    with ZipFile(zipapp) as file:
        names = [name for name in file.namelist() if name.endswith(".py") and "/rules/" not in name]
        for name in names:
            ast.parse(file.read(name), name, feature_version=(3, 9))

    assert len(names) > 20
    with pytest.raises(SyntaxError):
        ast.parse("match 1:\n case 1: pass\n", feature_version=(3, 9))


def test_the_one_file_is_the_same_whenever_it_is_built(zipapp: str, tmp_path: Path) -> None:
    assert build(tmp_path / "again.pyz").read_bytes() == Path(zipapp).read_bytes()
    assert os.access(zipapp, os.X_OK)


def test_the_verdict_is_chinese_where_the_system_is(
    zipapp: str, ledger: tuple[Path, Published], tmp_path: Path
) -> None:
    files = given_receipt_files(tmp_path, ledger[1])
    done = run(zipapp, "receipt", files["a.tlog-proof"], "--policy", files["policy.txt"], "--opening", files["opening.json"], LANG="zh_CN.UTF-8")  # fmt: skip

    assert done.stdout.splitlines()[0] == "验证通过"
    assert "账本 county.example/ledger/2026 中确有第 400 号条目。" in done.stdout


def test_every_sentence_has_both_languages_with_the_same_places() -> None:
    for english, chinese in WORDS.values():
        places = [sorted(part.split(")")[0] for part in text.split("%(")[1:]) for text in (english, chinese)]
        assert places[0] == places[1]
        assert not chinese.isascii() or english == chinese == "%(name)s = %(value)s"


def test_every_exit_code_is_documented_with_its_words() -> None:
    text = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
    for outcome in Outcome:
        assert f"| {int(outcome)} | {' '.join(WORDS[outcome.name.lower()])} |" in text


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "words"),
    [
        ("opening.json", b"52000", b"52001", 1, "What the opening shows is not what was sealed."),
        ("opening.json", b'"nonce": "', b'"nonce": "0', 2, "opening does not follow its format."),
        ("a.tlog-proof", b"index 400", b"index 401", 1, "does not stand in the ledger at this place"),
        ("a.tlog-proof", b"index 400", b"index 0400", 2, "proof does not follow its format."),
        ("a.tlog-proof", b"\n700\n", b"\n701\n", 1, ""),
        ("a.tlog-proof", b"court.example/w1", b"court.example/w9", 1, "Not enough witnesses: neighbour."),
        ("policy.txt", b"quorum two", b"quorum three", 2, "policy does not follow its format."),
        ("policy.txt", b"group two 2", b"group two 3", 1, "Not enough witnesses"),
    ],
)
def test_what_does_not_hold_is_said_in_one_sentence(
    ledger: tuple[Path, Published], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes],
    name: str, old: bytes, new: bytes, code: int, words: str,
) -> None:  # fmt: skip
    files = given_receipt_files(tmp_path, ledger[1])
    place = Path(files[name])
    assert old in place.read_bytes()
    place.write_bytes(place.read_bytes().replace(old, new, 1))
    arguments = [
        "receipt",
        files["a.tlog-proof"],
        "--policy",
        files["policy.txt"],
        "--opening",
        files["opening.json"],
    ]

    found, text = verdict(capfdbinary, *arguments)
    assert (found, words in text) == (code, True), text
    assert "amount_fen = 52001" not in text


def test_a_receipt_without_its_entry_is_undecided_and_a_missing_file_unreadable(
    ledger: tuple[Path, Published], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    files = given_receipt_files(tmp_path, ledger[1])

    assert verdict(capfdbinary, "receipt", files["a.tlog-proof"], "--policy", files["policy.txt"])[0] == 3
    assert verdict(capfdbinary, "receipt", "nowhere", "--policy", files["policy.txt"])[0] == 2


def test_a_value_cannot_play_tricks_on_the_terminal(zipapp: str) -> None:
    from shuzhi.programs.verify.receipts import _visible

    assert _visible("a\x1b[2Jb\u202ec") == "a\\u001b[2Jb\\u202ec"


def copy_of(ledger: tuple[Path, Published], tmp_path: Path) -> tuple[Path, str]:
    root = tmp_path / "copy"
    shutil.copytree(ledger[0], root)
    policy = tmp_path / "policy.txt"
    policy.write_bytes(given_policy())
    return root, str(policy)


def test_a_whole_directory_is_read_again(
    ledger: tuple[Path, Published], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    root, policy = copy_of(ledger, tmp_path)

    code, text = verdict(capfdbinary, "directory", str(root), "--policy", policy)
    assert (code, "700 entries were read again" in text) == (0, True), text


def test_one_flipped_byte_in_any_file_of_the_directory_is_found_and_its_file_named(
    ledger: tuple[Path, Published], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    root, policy = copy_of(ledger, tmp_path)
    places = [place for place in sorted(root.rglob("*")) if place.is_file()]
    assert len(places) == 11
    for place in places:
        raw = place.read_bytes()
        at = len(raw) // 2
        place.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])

        code, text = verdict(capfdbinary, "directory", str(root), "--policy", policy, "--jobs", "1")
        assert code in (1, 2), (place, text)
        assert place.relative_to(root).as_posix() in text, text
        place.write_bytes(raw)


@pytest.mark.thorough
def test_one_flipped_bit_at_any_byte_of_a_small_directory_is_found_and_its_file_named(tmp_path: Path) -> None:
    """Tiles, bundles, those that older checkpoints needed, a public document and the checkpoint, byte by byte."""
    document = b"a public decision, synthetic\n"
    given_directory(tmp_path, 3)
    LogDirectory(tmp_path).add({document_path(hashlib.sha256(document).hexdigest()): document})
    places = [place for place in sorted(tmp_path.rglob("*")) if place.is_file()]
    assert judge_directory(str(tmp_path), given_policy()).outcome is Outcome.VERIFIED
    assert len(places) == 6
    for place in places:
        raw, name = place.read_bytes(), place.relative_to(tmp_path).as_posix()
        for at in range(len(raw)):
            place.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :])
            verdict = judge_directory(str(tmp_path), given_policy())

            assert verdict.outcome in (Outcome.REFUTED, Outcome.MALFORMED), (name, at)
            assert name in verdict.text("en"), (name, at)
        place.write_bytes(raw)


def test_hashing_in_parallel_finds_the_same(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    root = tmp_path / "log"
    given_directory(root, 20_000)
    policy = tmp_path / "policy.txt"
    policy.write_bytes(given_policy())
    place = root / "tile/entries/030"
    place.write_bytes(place.read_bytes().replace(b"orders", b"orderz", 1))

    texts = {
        verdict(capfdbinary, "directory", str(root), "--policy", str(policy), "--jobs", j)[1] for j in "12"
    }
    assert len(texts) == 1
    assert "tile/entries/030" in texts.pop()


def test_two_checkpoints_of_one_history_and_of_two(
    ledger: tuple[Path, Published], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    root, policy = copy_of(ledger, tmp_path)
    old, new = (tmp_path / name for name in ("old", "new"))
    old.write_bytes(bytes(ledger[1].checkpoints[0]))
    new.write_bytes(bytes(ledger[1].checkpoints[1]))
    fork = Published()
    fork.add(given_leaves(350, ["elsewhere"]))
    other = tmp_path / "other"
    other.write_bytes(bytes(given_signed(fork.checkpoints[0].checkpoint)))
    tiles = ["--directory", str(root)]

    assert verdict(capfdbinary, "compare", str(old), str(old), "--policy", policy)[0] == 0
    assert verdict(capfdbinary, "compare", str(new), str(old), "--policy", policy)[0] == 3
    assert verdict(capfdbinary, "compare", str(new), str(old), "--policy", policy, *tiles)[0] == 0
    for pair in ((old, other), (other, new)):
        code, text = verdict(capfdbinary, "compare", *map(str, pair), "--policy", policy, *tiles)
        assert (code, "two different histories" in text) == (1, True)


def test_the_engine_needs_no_library_that_is_not_in_the_file(zipapp: str) -> None:
    script = f"import sys; sys.path.insert(0, {zipapp!r}); import shuzhi.engines.ledger as l; print(sorted(l.INSTALLED))"
    done = run("-I", "-S", "-c", script)

    assert done.stdout.strip() == "['ed25519']", done.stderr


@pytest.mark.skipif("ml-dsa-44" not in INSTALLED, reason="NOT RUN: this cryptography has no ML-DSA-44")
def test_a_signature_of_a_kind_that_cannot_be_checked_counts_for_nothing_and_this_is_said(
    zipapp: str, ledger: tuple[Path, Published], tmp_path: Path
) -> None:
    lattice = signer_from_seed("lattice.example/w1", COSIGN_ML_DSA_44, b"l" * 32)
    files = given_receipt_files(tmp_path, ledger[1])
    proof, policy = Path(files["a.tlog-proof"]), Path(files["policy.txt"])
    receipt = parse_receipt(proof.read_bytes())
    note = receipt.signed.note.with_signatures(sign_text(receipt.signed.note.text, lattice, at=AT))
    signed = dataclasses.replace(receipt.signed, note=note)
    proof.write_bytes(bytes(dataclasses.replace(receipt, signed=signed)))
    arguments = [zipapp, "receipt", str(proof), "--policy", str(policy), "--opening", files["opening.json"]]
    line = f"witness lattice {lattice.key.vkey}\n"
    policy.write_text(line + policy.read_text())

    bare = run("-I", "-S", *arguments)
    assert (bare.returncode, "Signatures of lattice.example/w1 were not counted" in bare.stdout) == (0, True)
    policy.write_text(
        policy.read_text().replace("group two 2", "group two 3").replace("university\n", "lattice\n")
    )
    assert run(*arguments).returncode == 0
    assert run("-I", "-S", *arguments).returncode == 1


def test_an_empty_ledger_is_verified(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    root, policy = tmp_path / "log", tmp_path / "policy.txt"
    log = Published()
    log.add([])
    LogDirectory(root).publish(log.files["checkpoint"])
    policy.write_bytes(given_policy())

    assert verdict(capfdbinary, "directory", str(root), "--policy", str(policy))[0] == 0
