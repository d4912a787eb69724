"""The Exo service: a process that decodes genomes, one JSON request a line on stdin, one JSON reply a line on stdout.

    {"op": "open", "accelerator": PATH, "checks": "deferred" or "always", "memory": 1000000000, "gene_seconds": 10,
     "kernel": {"family": "matmul", "sizes": {"N": 128, "K": 128, "M": 128}, "bias": false, "scale": 1, "relu": false}}
        -> {"ok": true, "exo": "1.0.0"}
    {"op": "open", ..., "kernel": {"family": NAME OF THE PROC, "exo": PATH, "sizes": {...}}}
        -> {"ok": true, "exo": "1.0.0", "arguments": [{"name": "A", "type": "i8", "elements": 128}, ...]}
        -> {"ok": false, "error": "...", "input": true} when the user's file is wrong
    {"op": "decode", "genes": [["divide_loop", {"loop": "i", "factor": 16, "tail": "perfect"}], ...]}
        -> {"status": "ok", "c": "...", "introns": []}
        -> {"status": "decode_failed", "gene": 0, "kind": "divide_loop", "reason": "...", "reproducible": true}
        -> {"status": "codegen_failed" or "capacity_exceeded", "reason": "..."}
    {"op": "check", "genes": [...]}
        -> {"status": "ok"} or as decode
    {"op": "export", "genes": [...]}
        -> {"status": "ok", "exo": "..."}, a Python file of plain Exo calls, or as for decode
    {"op": "sites", "genes": [...]}
        -> {"status": "ok", "tensorised": false, "loops": [...], "buffers": [...], ...}  (describe.describe)
    {"op": "text", "genes": [...]}
        -> {"status": "ok", "text": "def kernel(A: ..."}: the schedule as Exo prints it
    {"op": "features", "genes": [...]}
        -> {"status": "ok", "features": {"mvin": 64.0, ...}}  (features.features)

"reproducible" is false when a gene met its deadline; what Exo was doing then is undefined: start another process.
A reply has "restart": true once the process is larger than the "memory" of the open request, in bytes, if that has
one: what Exo keeps for ever has grown, and a fresh process answers the same.
A request that cannot be understood gets {"ok": false, "error": "..."}. The process ends at the end of its input. Genes are
looked up in a table of functions and their arguments reach Exo as values: no text of a request is evaluated as code.
"""

import gc
import json
import sys
from importlib.metadata import version
from math import inf
from mmap import PAGESIZE
from pathlib import Path

from yaml import YAMLError

from .accelerator import read_accelerator
from .codegen import to_c
from .decode import GENE_SECONDS, DecodeFailed, Decoder, one_line
from .describe import describe
from .export import CannotExport, export
from .features import features
from .kernels import make_kernel
from .memories import CapacityExceeded
from .own import OwnKernelError, arguments

MAX_C_BYTES = 1_000_000


def resident_bytes() -> int:
    """The memory that this process occupies now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGESIZE


class Service:
    """One kernel on one accelerator at a time."""

    def __init__(self):
        self.decoder = None
        self.library = None
        self.memory = inf
        self.accelerator = None
        self.title = ""

    def open(self, request: dict) -> dict:
        accelerator = read_accelerator(Path(request["accelerator"]))
        naive, library = make_kernel(request["kernel"], accelerator)
        if request["checks"] not in ("deferred", "always"):
            raise ValueError(f"checks is {request['checks']!r}; expected deferred or always")
        seconds = float(request.get("gene_seconds", GENE_SECONDS))
        self.decoder = Decoder(naive, library, deferred=request["checks"] == "deferred", gene_seconds=seconds)
        self.library = library
        self.memory = request.get("memory", inf)
        self.accelerator = accelerator
        self.title = request["kernel"]["family"]
        gc.freeze()  # what is here stays: the collector need not visit it
        reply = {"ok": True, "exo": version("exo-lang")}
        return {**reply, "arguments": arguments(naive)} if request["kernel"].get("exo") else reply

    def _opened(self) -> Decoder:
        if self.decoder is None:
            raise ValueError("no kernel is open; send open first")
        return self.decoder

    def _schedule(self, request: dict):
        return self._opened().decode([(kind, arguments) for kind, arguments in request["genes"]])

    def decode(self, request: dict) -> dict:
        schedule = self._schedule(request)
        try:
            c = to_c(schedule.proc, self.library)
        except CapacityExceeded as error:
            return {"status": "capacity_exceeded", "reason": one_line(error)}
        except Exception as error:  # MemGenError, TypeError and more: scheduling can leave what Exo cannot generate
            return {"status": "codegen_failed", "reason": one_line(error)}
        if len(c) > MAX_C_BYTES:
            return {"status": "codegen_failed", "reason": f"{len(c)} bytes of C; the limit is {MAX_C_BYTES}"}
        return {"status": "ok", "c": c, "introns": schedule.introns}

    def check(self, request: dict) -> dict:
        self._schedule(request)
        return {"status": "ok"}

    def export(self, request: dict) -> dict:
        genes = [(kind, arguments) for kind, arguments in request["genes"]]
        known = self._opened()
        fresh = Decoder(known.naive.proc, self.library, known.deferred, known.gene_seconds)
        try:
            return {"status": "ok", "exo": export(self.title, fresh, self.library, self.accelerator, genes)}
        except CannotExport as error:
            return {"status": "codegen_failed", "reason": one_line(error)}

    def sites(self, request: dict) -> dict:
        schedule = self._schedule(request)
        if not schedule.sites:
            schedule.sites.update(describe(schedule.proc, self.library))
        return {"status": "ok", **schedule.sites}

    def text(self, request: dict) -> dict:
        return {"status": "ok", "text": str(self._schedule(request).proc)}

    def features(self, request: dict) -> dict:
        return {"status": "ok", "features": features(self._schedule(request).proc, self.library)}

    def answer(self, line: str) -> dict:
        """The reply to one request; never raises for what a request says."""
        reply = self._reply(line)
        return {**reply, "restart": True} if self.decoder and resident_bytes() > self.memory else reply

    def _reply(self, line: str) -> dict:
        try:
            request = json.loads(line)
            operations = {
                "open": self.open,
                "decode": self.decode,
                "check": self.check,
                "export": self.export,
                "sites": self.sites,
                "text": self.text,
                "features": self.features,
            }
            operation = operations[request["op"]]
            return operation(request)
        except DecodeFailed as failure:
            return {
                "status": "decode_failed",
                "gene": failure.gene,
                "kind": failure.kind,
                "reason": failure.reason,
                "reproducible": failure.reproducible,
            }
        except OwnKernelError as error:
            return {"ok": False, "error": one_line(error), "input": True}
        except KeyError as error:
            return {"ok": False, "error": f"missing or unknown: {error}"}
        except (ValueError, TypeError, AttributeError, OSError, YAMLError) as error:
            return {"ok": False, "error": one_line(error)}


def main() -> None:
    # Exo prints diagnostics to stdout; the replies get the real one to themselves.
    replies, sys.stdout = sys.stdout, sys.stderr
    # Exo makes many small objects and few cycles: looking for those at the default pace takes a sixth of all time.
    gc.set_threshold(50_000, 20, 10)
    service = Service()
    for line in sys.stdin:
        print(json.dumps(service.answer(line)), file=replies, flush=True)


if __name__ == "__main__":
    main()
