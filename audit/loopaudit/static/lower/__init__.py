"""From a syntax tree to facts, one idea a file; `summarise` is the only caller.

`scope` keeps what reaches where, `table` names the handler of every kind of node, the others are handlers.
"""
