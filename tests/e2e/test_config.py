"""Every setting is an option, a key in leash.toml and a variable; `leash config check` shows which
of them counts."""

import re
from pathlib import Path

import pytest

from support.cli import Command

#: A folder of something else.
NO_MODULES = str(Path(__file__).parents[1] / "corpus" / "sections")
#: For settings whose default is shown as a word.
SAMPLES = {"max_running": "3", "ready_slots": "2"}


def table(*arguments, **env):
    """What `leash config check` prints: {key: (value, from)}."""
    done = Command(**env)("config", "check", *arguments)
    assert done.returncode == 0, done.stderr
    rows = [re.split(r"\s{2,}", line.strip()) for line in done.stdout.splitlines()[1:]]
    return {row[0]: (row[1], row[2]) for row in rows if len(row) == 3}


def settings():
    """The keys, each with a value that can be given."""
    values = {}
    for key, (shown, _) in table().items():
        values[key] = SAMPLES.get(key, shown.split(" ")[0])
    return values


def sample_of(key, value):
    if key == "listen":
        return "127.0.0.1:4567"
    if key in ("allowed_hosts", "allowed_origins"):
        return "name.example" if key == "allowed_hosts" else "https://name.example"
    if key in ("no_auth", "flow_console"):
        return "true"
    if value in ("none", "automatic", "-", ""):
        return {"flow_modules": NO_MODULES, "python_preload": "json"}.get(key, "1")
    return value


def test_there_are_settings():
    assert {"listen", "queue_wait_ms", "ticket_ms", "keepalive_ms", "write_margin_ms"} <= set(
        settings()
    )


def test_every_setting_is_an_option_with_a_help_text():
    text = Command()("serve", "--help").stdout
    for key in settings():
        assert re.search(rf"--{key.replace('_', '-')}\b", text), key


def test_every_setting_is_a_key_of_the_file(tmp_path):
    lines = []
    for key, value in settings().items():
        value = sample_of(key, value)
        plain = re.fullmatch(r"\d+|true|false", value)
        quoted = value if plain else f'"{value}"'
        lines.append(f"{key} = " + (f"[{quoted}]" if key.startswith(("listen", "allowed_")) else quoted))
    path = tmp_path / "leash.toml"
    path.write_text("\n".join(lines) + "\n")
    shown = table("--config", str(path))
    for key, (_, origin) in shown.items():
        assert "leash.toml" in origin, (key, origin)


def test_every_setting_is_a_variable():
    given = {f"LEASH_{k.upper()}": sample_of(k, v) for k, v in settings().items()}
    for key, (_, origin) in table(**given).items():
        assert f"LEASH_{key.upper()}" in origin, (key, origin)


def test_the_stronger_source_wins(tmp_path):
    path = tmp_path / "leash.toml"
    path.write_text("ticket_ms = 1000\ndrain_ms = 1000\nkeepalive_ms = 1000\n")
    shown = table(
        "--config", str(path), "--ticket-ms", "3000", LEASH_TICKET_MS="2000", LEASH_DRAIN_MS="2000"
    )
    assert [shown[key][0].split()[0] for key in ("ticket_ms", "drain_ms", "keepalive_ms")] == [
        "3000",
        "2000",
        "1000",
    ]


@pytest.mark.parametrize(
    "text, word",
    [
        ("ticket_ms = 0", "ticket_ms"),
        ("keepalive_ms = 'soon'", "keepalive_ms"),
        ("write_margin_ms = -1", "write_margin_ms"),
        ("half_close = 'maybe'", "half_close"),
        ("colour = 'red'", "colour"),
        ("drain_ms = ", "leash.toml"),
        ("listen = ['300.1.1.1:80']", "300.1.1.1"),
        ("allowed_hosts = ['https://leash.example']", "allowed_hosts"),
        ("allowed_origins = ['leash.example']", "allowed_origins"),
        ("flow_modules = ['/nowhere']", "/nowhere"),
    ],
)
def test_config_check_finds_what_is_wrong(tmp_path, text, word):
    path = tmp_path / "leash.toml"
    path.write_text(text + "\n")
    done = Command()("config", "check", "--config", str(path))
    assert done.returncode != 0 and word in done.stderr, done
