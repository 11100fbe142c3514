"""Import contract `room_doors`: a room is entered only by its public modules.

A room's `actions`, `queries` and `types` are its doors; every other module is its private life, open to itself and to
the guests named in `open_to`. A room may name a further door of its own in `extra_doors` ("recado.clinics: access").
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class RoomDoorsContract(Contract):
    """Fails for each import that reaches a private module of a room from outside that room."""

    rooms = fields.ListField(subfield=fields.ModuleField())
    doors = fields.SetField(subfield=fields.StringField())
    open_to = fields.ListField(subfield=fields.ModuleField(), required=False)
    extra_doors = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        guests = [guest.name for guest in self.open_to or []]
        trespasses = [
            (importer, module)
            for room in (room.name for room in self.rooms)
            for module in sorted({room, *graph.find_descendants(room)})
            if _first_part_inside(module, room) not in self._doors_of(room)
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if not any(_lives_in(importer, home) for home in (room, *guests))
        ]
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, module in check.metadata["trespasses"]:
            output.print_error(f"{importer} enters {module} past the room's doors")

    def _doors_of(self, room: str) -> set[str]:
        named = (line.split(":") for line in self.extra_doors or [])
        return set(self.doors) | {door.strip() for name, door in named if name.strip() == room}


def _first_part_inside(module: str, room: str) -> str:
    return module.removeprefix(f"{room}.").split(".")[0]


def _lives_in(module: str, home: str) -> bool:
    return module == home or module.startswith(f"{home}.")
