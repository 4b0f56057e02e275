"""The cage as the program in it sees it."""

import json
import os
import re

import pytest

from support.canaries import CANARY, SHARED_TOKEN
from support.languages import payload


@pytest.fixture(scope="module")
def posture(server):
    run = server.client().run("python", payload("posture.py"), args=[str(server.port)])
    assert run["exit_code"] == 0, run
    return json.loads(run["stdout"])


@pytest.fixture(scope="module")
def refusals(server):
    run = server.client().run("c", payload("refused_calls.c"))
    assert run["exit_code"] == 0, run
    return dict(line.split() for line in run["stdout"].splitlines())


def test_only_the_three_standard_descriptors(posture):
    open_ones = {fd: target for fd, target in posture["fds"].items() if target != "ENOENT"}
    assert set(open_ones) == {"0", "1", "2"}, open_ones
    assert all(re.match(r"pipe:|/dev/null|socket:", target) for target in open_ones.values())


def test_user_is_not_root(posture):
    assert 0 not in posture["uids"] and len(set(posture["uids"])) == 1
    assert 0 not in posture["gids"] and len(set(posture["gids"])) == 1
    assert posture["groups"] in ([], [posture["gids"][0]])


@pytest.mark.parametrize("name", ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
def test_no_capabilities(posture, name):
    assert int(posture["status"][name], 16) == 0


def test_no_new_privileges_and_seccomp_filter(posture):
    assert posture["status"]["NoNewPrivs"] == "1"
    assert posture["status"]["Seccomp"] == "2"


def test_user_code_is_not_pid_1(posture):
    assert posture["pid"] != 1


def test_proc_shows_only_own_processes(posture):
    assert posture["pid"] in posture["pids"]
    assert len(posture["pids"]) <= 2, posture["pids"]


def test_proc_has_no_system_wide_files(posture):
    assert not set(posture["proc"]) & {
        "kcore",
        "kallsyms",
        "sysrq-trigger",
        "modules",
        "keys",
        "kmsg",
        "sys",
    }


def test_environment_is_an_allow_list(posture):
    environment = posture["environment"]
    allowed = {"PATH", "LANG", "HOME", "TMPDIR", "PYTHONPATH", "PWD", "LC_CTYPE"}
    assert set(environment) <= allowed, environment
    assert environment["PATH"] == "/usr/local/bin:/usr/bin:/bin"
    assert (environment["LANG"], environment["HOME"], environment["TMPDIR"]) == (
        "C.UTF-8",
        "/work",
        "/tmp",
    )


def test_secrets_of_the_server_are_nowhere(posture):
    everything = json.dumps(posture)
    assert CANARY not in everything
    assert SHARED_TOKEN not in everything


def test_secrets_are_not_in_the_environment_of_any_visible_process(posture):
    assert "HOME=/work" in posture["environments"], "not even the own one was readable: broken test"
    assert CANARY not in posture["environments"] and "LEASH_TOKEN" not in posture["environments"]


def test_working_directory_is_work(posture):
    assert posture["cwd"] == "/work"


@pytest.mark.parametrize("path", ["/etc/shadow", "/proc/kcore", "/proc/1/environ"])
def test_secret_files_are_absent_or_unreadable(posture, path):
    assert posture["read"][path] in ("ENOENT", "EACCES", "EPERM"), posture["read"]


@pytest.mark.parametrize("path", ["/root", "/home", "/sys", "/boot", "/srv", "/var/lib"])
def test_folders_of_the_host_are_absent_or_empty(posture, path):
    assert posture["list"][path] in ("ENOENT", "EACCES", "[]"), posture["list"]


def test_root_is_small(posture):
    allowed = {
        "bin",
        "dev",
        "etc",
        "lib",
        "lib32",
        "lib64",
        "libx32",
        "proc",
        "sbin",
        "tmp",
        "usr",
        "work",
    }
    allowed |= {"var", "run", "home", "root", "opt", "box"}
    assert set(posture["root"]) <= allowed, posture["root"]


def test_devices_are_the_harmless_ones(posture):
    allowed = {
        "null",
        "zero",
        "full",
        "random",
        "urandom",
        "shm",
        "fd",
        "stdin",
        "stdout",
        "stderr",
    }
    assert set(posture["dev"]) <= allowed, posture["dev"]
    assert {"null", "zero", "urandom", "shm"} <= set(posture["dev"])


def test_no_terminal(posture):
    assert posture["terminal"] in ("ENXIO", "ENOENT", "EACCES")


def test_read_only_where_it_must_be(posture):
    assert posture["read_only"] == {"/": True, "/usr": True, "/opt/leash": True}
    assert set(posture["write"].values()) <= {"EROFS", "EACCES", "EPERM", "ENOENT"}, posture[
        "write"
    ]


def test_every_mount_but_its_own_folders_is_read_only(posture):
    writable = {
        fields[4]
        for fields in map(str.split, posture["mountinfo"].splitlines())
        if "ro" not in fields[5].split(",")
    }
    assert writable <= {"/work", "/tmp", "/dev/shm", "/proc"}, posture["mountinfo"]


def test_own_folders_are_writable(posture):
    assert set(posture["write_own"].values()) == {"1"}, posture["write_own"]


def test_nosuid_everywhere(posture):
    assert all(posture["nosuid"].values()), posture["nosuid"]


def test_mounts_tell_nothing_of_the_host(posture, server):
    assert str(server.folder.base) not in posture["mountinfo"]
    kinds = {line.split(" - ")[1].split()[0] for line in posture["mountinfo"].splitlines()}
    assert not kinds & {"cgroup", "cgroup2", "sysfs", "debugfs", "securityfs", "devpts"}, kinds
    folders = {point.split("/")[1] for point in posture["mount_points"]}
    allowed = {"", "usr", "etc", "proc", "dev", "work", "tmp", "opt", "lib", "lib64", "bin", "sbin"}
    assert folders <= allowed, folders


def test_command_lines_tell_nothing_of_the_host(posture, server):
    """That of pid 1 either, although the server made it."""
    assert "main.py" in posture["command_lines"], "not even the own one was readable: broken test"
    assert str(server.folder.base) not in posture["command_lines"], posture["command_lines"]
    assert "--state-dir" not in posture["command_lines"]


def test_cgroup_tells_nothing_of_the_host(posture, server):
    assert server.instance not in posture["cgroup"]


def test_hostname_is_not_the_host_s(posture):
    assert posture["hostname"] != os.uname().nodename


@pytest.mark.parametrize(
    "target", ["server", "server6", "private", "metadata", "public", "docker", "log"]
)
def test_no_network(posture, target):
    refused = {
        "ECONNREFUSED",
        "ENETUNREACH",
        "EHOSTUNREACH",
        "EADDRNOTAVAIL",
        "EACCES",
        "EPERM",
        "ENOENT",
    }
    refused |= {"EAFNOSUPPORT"}
    assert posture["connect"][target] in refused, posture["connect"]


def test_no_datagrams(posture):
    assert posture["datagram"] in ("ENETUNREACH", "EPERM", "EACCES")


REFUSED_WITH_EPERM = [
    "ptrace", "ptrace_attach", "mount", "umount2", "pivot_root", "chroot", "unshare_user",
    "unshare_mount", "unshare_net", "setns", "bpf", "perf_event_open", "keyctl", "add_key",
    "userfaultfd", "open_by_handle_at", "process_vm_readv", "init_module", "kexec_load", "swapon",
    "setuid", "setgid",
]  # fmt: skip


@pytest.mark.parametrize("call", REFUSED_WITH_EPERM)
def test_dangerous_calls_are_refused(refusals, call):
    assert refusals[call] == "EPERM", refusals


@pytest.mark.parametrize(
    "call", ["socket_vsock", "socket_packet", "socket_alg", "socket_vsock_high_bits"]
)
def test_odd_sockets_are_refused(refusals, call):
    assert refusals[call] in ("EPERM", "EACCES", "EAFNOSUPPORT"), refusals


@pytest.mark.parametrize("call", ["unknown_call", "io_uring_setup", "clone3"])
def test_unknown_calls_do_not_exist(refusals, call):
    """ENOSYS, so that libc falls back to an older call."""
    assert refusals[call] == "ENOSYS", refusals
