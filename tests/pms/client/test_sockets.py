"""The same classes of failure over real connections, where the HTTP library decides what it was."""

import contextlib
import socket
import threading

import pytest

from booking_app.pms.client import (
    ClinikoClient,
    ClinikoDisconnected,
    ClinikoOutcomeUnknown,
    ClinikoTimedOut,
    ClinikoUnreachable,
    Times,
)


class Listener:
    """Accepts connections on this machine and treats each as a test says."""

    def __init__(self, treat):
        self.accepted = 0
        self._treat = treat
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._open = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.accepted += 1
            self._open.append(connection)
            connection.recv(65536)
            self._treat(connection)

    def close(self):
        with contextlib.suppress(OSError):  # closed already, by a test that wants nobody there
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread, which would keep the port open
        self._socket.close()
        for connection in self._open:
            connection.close()


@pytest.fixture
def listen():
    made = []

    def start(treat):
        made.append(Listener(treat))
        return made[-1]

    yield start
    for listener in made:
        listener.close()


@pytest.fixture
def connect():
    made = []

    def to(url, timeout=5.0):
        at_once = Times(pause=lambda _seconds: None)
        made.append(
            ClinikoClient("key-au1", contact_email="desk@example.com", base_url=url, timeout=timeout, times=at_once)
        )
        return made[-1]

    yield to
    for client in made:
        client.close()


def write(client):
    client.patients.create(first_name="Jo", last_name="Bloggs")


def say_nothing(_connection):
    pass


def hang_up(connection):
    connection.close()


def stop_half_way(connection):
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"id": ')
    connection.close()


def test_nobody_listening_means_nothing_was_sent(listen, connect):
    listener = listen(say_nothing)
    listener.close()
    for call in (write, lambda client: client.user.get()):
        with pytest.raises(ClinikoUnreachable):
            call(connect(listener.url))


def test_silence_is_a_timeout_for_a_read_and_unknown_for_a_write(listen, connect):
    client = connect(listen(say_nothing).url, timeout=0.1)
    with pytest.raises(ClinikoTimedOut):
        client.user.get()
    with pytest.raises(ClinikoOutcomeUnknown):
        write(client)


@pytest.mark.parametrize("treat", [hang_up, stop_half_way])
def test_a_dropped_connection_is_tried_again_for_a_read_only(listen, connect, treat):
    listener = listen(treat)
    with pytest.raises(ClinikoOutcomeUnknown):
        write(connect(listener.url))
    assert listener.accepted == 1
    with pytest.raises(ClinikoDisconnected):
        connect(listener.url).user.get()
    assert listener.accepted == 4
