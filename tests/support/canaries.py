"""Strings that the shared server is given and that must never be seen anywhere else."""

CANARY = "e2e-canary-6f1d2c"
SHARED_TOKEN = "e2e-token-0b7a49e1c8d35f62"
