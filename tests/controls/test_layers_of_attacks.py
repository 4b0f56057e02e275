"""The attacks of the corpus, each without a layer that its head names: it must not be stopped then.

Those on the kernel's surface are in test_without_seccomp.py.
"""

import pytest

from support import corpus
from support.controls import WeakArena, WeakServer
from test_without_seccomp import LEFT_OUT, NUMBERS

# Their own attacks in corpus/layers are tried without them.
NOT_WITHOUT = {
    "kill": "what cannot be killed keeps every test waiting for its whole patience",
    "namespaces": "System V objects that are left behind would be the machine's",
    "network": "the machine's networks would be knocked at",
}
NOT_TRIED = {
    27: "it raises limits, as root then",
    28: "it would take a processor in real time",
    **LEFT_OUT,
}


def cases_of(layer):
    return [
        case
        for case in corpus.all_cases()
        if layer in case.layers
        and case.number not in NOT_TRIED
        and not (layer == "seccomp" and case.number in NUMBERS)
    ]


LAYERS = sorted({layer for case in corpus.all_cases() for layer in case.layers} - set(NOT_WITHOUT))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("layer", [layer for layer in LAYERS if cases_of(layer)])
def test_an_attack_needs_each_layer_that_it_names(layer):
    cases = cases_of(layer)
    server = WeakServer(layer, tolerant=True, languages=("bash", "c", "cpp", "python"))
    with WeakArena(server, patience=8.0) as arena:
        held = [case.name for case in cases if not arena.unmet(case)]
    assert held == []
