"""Unit tests of check_includes.py on small trees made for the purpose."""

import check_includes
import pytest


@pytest.fixture
def tree(tmp_path):
    """`tree({"run/a.cc": text, …})`: a src/ folder with these files and a right map."""

    def make(files, readme=None):
        rows = "".join(f"| `{folder}` | what it is |\n" for folder in check_includes.LAYERS)
        (tmp_path / "README.md").write_text(rows if readme is None else readme)
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("folder", "header"),
    [
        ("sys", "base/result.h"),
        ("async", "base/result.h"),
        ("sandbox", "async/cancel.h"),
        ("sandbox", "protocol/message.h"),
        ("spawner", "sandbox/spec.h"),
        ("spawner", "protocol/message.h"),
        ("run", "runtimes/catalog.h"),
        ("http", "run/run.h"),
        ("cli", "base/units.h"),
        ("run", "run/event.h"),
    ],
)
def test_an_include_that_points_down_is_fine(tree, folder, header):
    root = tree({f"{folder}/a.cc": f'#include "{header}"\n', header: "\n"})
    assert check_includes.check(root) == []


@pytest.mark.parametrize(
    ("folder", "header"),
    [
        ("base", "sys/fd.h"),
        ("sys", "async/cancel.h"),
        ("protocol", "runtimes/catalog.h"),
        ("runtimes", "protocol/message.h"),
        ("protocol", "sandbox/spec.h"),
        ("sandbox", "runtimes/catalog.h"),
        ("run", "sandbox/spec.h"),
        ("run", "spawner/slot.h"),
        ("service", "http/router.h"),
        ("http", "sandbox/spec.h"),
        ("cli", "spawner/slot.h"),
        ("cli", "sandbox/spec.h"),
    ],
)
def test_an_include_that_points_up_or_aside_is_named(tree, folder, header):
    root = tree({f"{folder}/a.cc": f'\n#include "{header}"\n', header: "\n"})
    target = header.split("/")[0]
    assert check_includes.check(root) == [
        f"src/{folder}/a.cc:2: {header}: {folder} may not use {target}"
    ]


def test_angle_brackets_and_spaces_do_not_hide_it(tree):
    root = tree({"base/a.h": "#  include <sys/fd.h>\n", "sys/fd.h": "\n"})
    assert check_includes.check(root) == ["src/base/a.h:1: sys/fd.h: base may not use sys"]


def test_the_systems_own_sys_headers_are_no_layer(tree):
    root = tree({"base/a.h": "#include <sys/socket.h>\n#include <boost/json.hpp>\n"})
    assert check_includes.check(root) == []


def test_a_way_around_by_dots_is_named(tree):
    root = tree({"base/a.cc": '#include "../sys/fd.h"\n', "sys/fd.h": "\n"})
    assert check_includes.check(root) == ["src/base/a.cc:1: ../sys/fd.h: name it from src/ downwards"]


def test_a_missing_header_of_a_higher_layer_is_named_all_the_same(tree):
    root = tree({"base/a.cc": '#include "http/router.h"\n'})
    assert check_includes.check(root) == ["src/base/a.cc:1: http/router.h: base may not use http"]


def test_folders_inside_a_layer_belong_to_it(tree):
    root = tree({"sandbox/cgroup/v1.cc": '#include "spawner/slot.h"\n'})
    assert check_includes.check(root) == [
        "src/sandbox/cgroup/v1.cc:1: spawner/slot.h: sandbox may not use spawner"
    ]


def test_an_unknown_folder_is_named(tree):
    root = tree({"misc/a.h": "\n"})
    assert check_includes.check(root) == [
        "src/misc: not a layer; add it to src/README.md and to LAYERS"
    ]


def test_a_linked_target_is_checked_like_an_include(tree):
    root = tree({"run/CMakeLists.txt": "# leash_cli is not meant\nleash_add_library(run DEPS leash_sandbox)\n"})
    assert check_includes.check(root) == [
        "src/run/CMakeLists.txt:2: run may not link leash_sandbox"
    ]


def test_the_map_must_list_the_layers_in_order(tree):
    root = tree({}, readme="| `sys` | x |\n| `base` | y |\n")
    assert "src/README.md lists ['sys', 'base']" in check_includes.check(root)[0]
