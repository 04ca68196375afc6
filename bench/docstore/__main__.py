"""Print the docstore's table; nothing is judged here, the tests do that."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.docstore.bulk import UploadError, write_large_file
from bench.docstore.rounds import list_contenders, run_rounds
from bench.docstore.table import format_table, list_bulks, list_latencies
from bench.load.experiment import AIOFILES, AS_REPORTED, DOCSTORE, LoadError, measure
from bench.load.payloads import MEBIBYTE, write_payloads
from bench.load.servers import ServerError

if TYPE_CHECKING:
    from types import FrameType


def main() -> int:
    """The exit code: 0 when all was measured."""
    signal.signal(signal.SIGTERM, interrupt)
    options = read_options()
    try:
        with tempfile.TemporaryDirectory(prefix="loopaudit-bench-") as folder:
            compare_latencies(Path(folder), options.documents, options.words)
            compare_bulks(Path(folder), options.megabytes, options.rounds)
    except (ServerError, LoadError, UploadError) as error:
        print(f"bench.docstore: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench.docstore: interrupted; every service is stopped", file=sys.stderr)
        return 130
    return 0


def read_options() -> argparse.Namespace:
    """How much to measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.docstore", description=__doc__)
    parser.add_argument("--documents", type=int, default=100, help="documents in the collection")
    parser.add_argument("--words", type=int, default=2500, help="words in a document")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the large upload")
    parser.add_argument("--rounds", type=int, default=3, help="large uploads to each service")
    return parser.parse_args()


def compare_latencies(folder: Path, documents: int, words: int) -> None:
    """24 uploads of 5 MiB from 4 clients while a collection is processed."""
    payloads = write_payloads(
        folder / "files",
        large_count=24,
        large_bytes=5 * MEBIBYTE,
        document_count=documents,
        document_words=words,
    )
    measured = []
    for subject in (AS_REPORTED, AIOFILES, DOCSTORE):
        say(f"24 uploads of 5 MiB while {documents} documents are processed: {subject.name}")
        measured.append(measure(subject, payloads, folder / subject.name))
    print("\n" + format_table("while processing", list_latencies(measured)) + "\n", flush=True)


def compare_bulks(folder: Path, megabytes: int, rounds: int) -> None:
    """One large file, to one service after the other."""
    small, large = folder / "small.bin", folder / "large.bin"
    write_large_file(small, MEBIBYTE)
    write_large_file(large, megabytes * 10**6)
    bulks = {}
    for place, contender in enumerate(list_contenders()):
        say(f"{rounds} uploads of {megabytes} MB: {contender.name}")
        bulks[contender.name] = run_rounds(contender, small, large, folder / f"bulk{place}", rounds)
    print("\n" + format_table(f"{megabytes} MB upload", list_bulks(bulks)), flush=True)
    if "nginx, PUT" not in bulks:
        print("nginx is not installed: its row is missing, and with it the ratio that the goals are set in.")
    else:
        fastest = max(bulk.megabytes_per_second for bulk in bulks["nginx, PUT"])
        print(f"nginx PUT, which does not hash: {fastest:.0f} MB/s.")
    print("Slow storage is not measured: the docstore has no way to be given any yet.")


def say(what: str) -> None:
    """What is being measured, as it happens; on stderr, so that stdout is the table."""
    print(f"  measuring {what}", file=sys.stderr, flush=True)


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Leave as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
