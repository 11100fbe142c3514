"""One file a command: `add_arguments(parser)`, `run(args) -> int`, `NEEDS_DATABASE`.

The first line of a file's docstring is the command's help; one that begins with "Internal:" is left out of the list. A
trailing underscore of a file's name is dropped and the others become hyphens (`import_.py` is `recado import`).
"""
