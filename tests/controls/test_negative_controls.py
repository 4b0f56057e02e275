"""Each layer of the sandbox left out, alone: its probe finds it, and its attack succeeds.

An attack that fails in a sandbox without the layer that is to stop it proves nothing. This needs a
build with LEASH_NEGATIVE_CONTROLS; see src/sandbox/layer.h.
"""

import pytest

from support import corpus
from support.controls import (
    NOT_TRIED,
    WeakArena,
    WeakServer,
    in_a_cold_slot,
    layer_case,
)

# What cannot hold without another layer: what a leaf limits and kills must be in it.
ALSO_MISSING = {
    "cgroup": {"limit_tasks", "limit_memory", "memory_events", "kill"},
    "limit_memory": {"memory_events"},
    "processes": {"namespaces"},
    "network": {"namespaces"},
}
LAYERS = sorted(path.stem for path in corpus.LAYERS.iterdir())
each_layer = pytest.mark.parametrize("layer", LAYERS)


def unproved(client):
    layers = client.get("/v1/capabilities").json()["layers"]
    return {layer["name"] for layer in layers if not layer["proved"]}


@pytest.fixture(scope="module")
def whole():
    """A server of the same build with every layer."""
    with WeakArena(WeakServer()) as arena:
        yield arena


def test_every_required_layer_has_its_attack(whole):
    able = whole.client.get("/v1/capabilities").json()
    assert {layer["name"] for layer in able["layers"] if layer["required"]} == set(LAYERS)


@each_layer
def test_a_whole_sandbox_stops_the_attack(whole, layer):
    case = layer_case(layer)
    assert whole.unmet(case) == []
    assert whole.unmet(in_a_cold_slot(case)) == []


@each_layer
def test_without_the_layer_no_run_is_taken(layer):
    """Its probe finds it out, names it, and nothing is executed."""
    with WeakServer(layer) as server:
        client = server.client()
        missing = unproved(client)
        refused = client.post("/v1/runs", {"language": "bash", "code": "echo ran"})
    assert missing == {layer} | ALSO_MISSING.get(layer, set())
    assert refused.status == 503, refused
    assert layer in refused.json()["detail"], refused


@each_layer
def test_without_the_layer_the_attack_succeeds(layer):
    case = layer_case(layer)
    # What cannot be killed is not waited for.
    patience = 5.0 if layer == "kill" else 25.0
    with WeakArena(WeakServer(layer, tolerant=True), patience) as weak:
        for one in (case, in_a_cold_slot(case)):
            unmet = weak.unmet(one)
            assert unmet, f"it was stopped all the same: {one.language}"
            assert not any(NOT_TRIED in text for text in unmet), unmet
