"""A run that goes on lets newer ones pass, and comes to its turn all the same."""

from support.hostile import OUTPUT_FLOOD
from support.http_load import Canary


def test_output_of_a_run_that_goes_on_is_read_while_newer_ones_come_and_go(own_server):
    """It is read less often meanwhile: 64 KiB each millisecond, of a flood."""
    server = own_server()
    wanted = 16 << 20
    with Canary(server) as canary, Canary(server):
        limits = {"wall_ms": 60_000, "output_bytes": 1 << 30}
        with server.client().stream("c", OUTPUT_FLOOD, "ndjson", limits=limits) as stream:
            got = 0
            while got < wanted:
                got += len(stream.wait_for("stdout", seconds=20).data["data"])
            server.client().stop(stream.run_id)
    canary.check()
    assert canary.hellos
    server.stop()
