"""An endpoint on loopback that answers as a test says, and what a history holds of the questions of a run."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import h5py

OUTCOMES = ["accepted", "duplicate", "truncated", "empty", "malformed", "invalid", "unavailable", "over_budget"]


class Endpoint:
    """A chat-completions endpoint on loopback. `answer(number, body)` gives status and text of each request."""

    def __init__(self, answer):
        self.requests = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.requests.append((self.headers.get("Authorization"), body))
                status, text = answer(len(endpoint.requests) - 1, body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def completion(edits):
    message = {"choices": [{"message": {"content": json.dumps({"edits": edits})}, "finish_reason": "stop"}]}
    return 200, json.dumps({**message, "usage": {"prompt_tokens": 900, "completion_tokens": 30}})


def texts(history, name):
    with h5py.File(history) as file:
        column = file["proposals"][name]
        data, ends = bytes(column["bytes"][:]), column["offsets"][:]
    return [data[start:end].decode() for start, end in zip(ends[:-1], ends[1:])]


def column(history, name):
    with h5py.File(history) as file:
        return file["proposals"][name][:].tolist()


def outcomes(history):
    return [OUTCOMES[code] for code in column(history, "outcome")]
