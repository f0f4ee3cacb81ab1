"""A browser's side of the WebSocket without a browser: sends reruns as protobuf and takes what the server answers."""

import time
from dataclasses import dataclass
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect


@dataclass(frozen=True)
class Rerun:
    """One run of a page: seconds from the request to its end, and the bytes that the server sent for it."""

    seconds: float
    bytes: int


class Session:
    """One open tab on `host` ("127.0.0.1:8501")."""

    def __init__(self, host: str) -> None:
        self._host = host

    def __enter__(self) -> Self:
        self._socket: ClientConnection = connect(
            f"ws://{self._host}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            origin=Origin(f"http://{self._host}"),
        )
        return self

    def __exit__(self, *raised: object) -> None:
        self._socket.close()

    def rerun(self, page: str, query: str) -> Rerun:
        """Run a page ("", "campaign", …) with a query string and wait for the end of the run."""
        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.query_string = query
        started = time.perf_counter()
        self._socket.send(request.SerializeToString())
        received = 0
        while True:
            data = self._socket.recv(timeout=60)
            received += len(data)
            message = ForwardMsg()
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(message.delta.new_element.exception.message)
            if message.WhichOneof("type") == "script_finished":
                return Rerun(time.perf_counter() - started, received)
