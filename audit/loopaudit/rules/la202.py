"""Something large may be parsed, serialised or converted on the event loop.

What it finds
    `pickle.load()`, `yaml.safe_load()`, `json.load()` of files, document converters and the like under a
    coroutine.

Why it matters
    The time grows with the input, and the input comes from outside: a document of 300 pages is seconds of
    CPU in which no request is served.

Bad
    async def extract(path: Path) -> str:
        return PdfReader(path).pages[0].extract_text()

Good
    async def extract(path: Path) -> str:
        return await loop.run_in_executor(process_pool, extract_text, path)

What it leaves alone on purpose
    `json.loads()` of a request body: the framework has bounded it, and moving it costs more than it does.

How to silence
    # loopaudit: ignore[LA202] why it is fine here
    or `ignore = ["LA202"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA202", "parsing-on-loop", __doc__, "serialise", "cpu")
