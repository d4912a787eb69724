"""Local memories of an accelerator, and their banks, as Exo memory classes. A buffer is a row number in the generated C."""

from exo import Memory
from exo.core.memory import MemGenError


class CapacityExceeded(MemGenError):
    """The buffers alive at one point need more rows than the memory has."""


class RowAllocator:
    """First fit over the rows of one memory, in the order in which Exo emits allocations and frees."""

    def __init__(self, name: str, rows: int):
        self.name = name
        self.rows = rows
        self.live: dict[str, tuple[int, int]] = {}

    def allocate(self, buffer: str, count: int, low: int, high: int) -> int:
        """The first of `count` free rows between the rows `low` and `high`."""
        start = low
        for taken, length in sorted(self.live.values()):
            if start + count <= taken:
                break
            start = max(start, taken + length)
        if start + count > high:
            where = self.name if high - low == self.rows else f"the bank of the {self.name}"
            raise CapacityExceeded(f"{buffer} needs {count} rows; {where} has {high - low}, not enough are free")
        self.live[buffer] = (start, count)
        return start

    def free(self, buffer: str) -> None:
        del self.live[buffer]


def make_local_memory(title: str, rows: int, dim: int, base: int) -> type[Memory]:
    """An Exo memory of `rows` rows of `dim` elements; `base` is the local address of row 0."""

    class LocalMemory(Memory):
        allocator = RowAllocator(title, rows)
        low, high = 0, rows

        @classmethod
        def reset(cls):
            cls.allocator = RowAllocator(title, rows)

        @classmethod
        def name(cls):
            return title

        @classmethod
        def alloc(cls, new_name, prim_type, shape, srcinfo):
            if not shape or not all(extent.isdigit() for extent in shape) or int(shape[-1]) != dim:
                raise MemGenError(f"{new_name}: a {title} buffer has constant extents, the last of them {dim}")
            count = 1
            for extent in shape[:-1]:
                count *= int(extent)
            return f"const uint32_t {new_name} = {base + cls.allocator.allocate(new_name, count, cls.low, cls.high):#x}u;"

        @classmethod
        def free(cls, new_name, prim_type, shape, srcinfo):
            cls.allocator.free(new_name)
            return ""

        @classmethod
        def can_read(cls):
            return False

        @classmethod
        def window(cls, basetyp, baseptr, indices, strides, srcinfo):
            if indices[-1] != "0":
                raise MemGenError(f"{baseptr}: a {title} window starts at column 0, not at {indices[-1]}")
            terms = [baseptr]
            for index, stride in zip(indices[:-1], strides[:-1]):
                if index != "0":
                    terms.append(f"({index}) * {int(stride) // dim}")
            return f"({' + '.join(terms)})"

    return LocalMemory


def make_bank(memory: type[Memory], bank: int, banks: int) -> type[Memory]:
    """Bank `bank` of the `banks` equal ones of a local memory; it shares the memory's rows with buffers placed anywhere."""
    rows = memory.allocator.rows // banks

    class Bank(memory):
        low, high = bank * rows, (bank + 1) * rows

        @classmethod
        def name(cls):
            return f"{memory.name()}_bank{bank}"

    return Bank


def make_pair(first: type[Memory], second: type[Memory]) -> type[Memory]:
    """Two banks of a local memory: entries of a buffer's outermost dimension go to the one and the other in turn."""

    class Pair(first):
        apart: dict[str, int] = {}  # buffer -> rows from its entry 0 to its entry 1

        @classmethod
        def name(cls):
            return f"{first.name()}_{second.name()}"

        @classmethod
        def alloc(cls, new_name, prim_type, shape, srcinfo):
            if len(shape) < 3:
                raise MemGenError(f"{new_name}: one block cannot be in two banks")
            half = [str(-(-int(shape[0]) // 2)) if shape[0].isdigit() else shape[0], *shape[1:]]
            base = first.alloc(new_name, prim_type, half, srcinfo)
            second.alloc(new_name + "_", prim_type, half, srcinfo)
            cls.apart[new_name] = cls.allocator.live[new_name + "_"][0] - cls.allocator.live[new_name][0]
            return base

        @classmethod
        def free(cls, new_name, prim_type, shape, srcinfo):
            for name in (new_name, new_name + "_"):
                first.free(name, prim_type, shape, srcinfo)
            return ""

        @classmethod
        def window(cls, basetyp, baseptr, indices, strides, srcinfo):
            outer, rows = indices[0], int(strides[0]) // int(strides[-2])
            inner = super().window(basetyp, baseptr, ["0", *indices[1:]], strides, srcinfo)
            if outer == "0":
                return inner
            return f"({inner} + (({outer}) % 2) * {cls.apart[baseptr]} + (({outer}) / 2) * {rows})"

    return Pair
