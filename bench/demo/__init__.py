"""`python -m bench.demo`: the whole project in about a minute: a bug read, seen live, and cured."""
