"""Facts into a program: what each name, attribute and call of the project may be.

`Linker` answers on demand and remembers: a function that no coroutine reaches is never looked into.
Its questions stand in files of their own: `evaluate` (expressions), `definitions` (bindings), `attributes`,
`members`, `calling` (what a call gives), `parameters` (what nobody annotated), `declarations` (annotations),
`shapes` (the catalogue's type expressions), `hierarchy` (classes) and `imports`.
"""
