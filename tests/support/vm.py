"""A virtual machine with a kernel and cgroup hierarchies of its own, which shares the host's files.

Debian's kernel is unpacked below build/, not installed. The machine's root is the host's,
read-only, with a layer of memory above it: whatever is done in it, the host's files stay as they
are. Where the processor lets it, KVM executes it; else it is emulated, which is some ten times
slower and as true.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from support.wait import wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / "build/vm"
INIT = REPOSITORY / "tests/vm/init.sh"
VIRTIOFSD = "/usr/lib/qemu/virtiofsd"
KERNEL = "linux-image-cloud-amd64"
# In the order in which they are loaded; what is built into a kernel is not among its modules.
MODULES = (
    "virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci "
    "fuse virtiofs overlay"
).split()
KERNEL_OPTIONS = {"v2": "cgroup_no_v1=all", "v1": "", "hybrid": ""}
MEMORY_MB = 3072


def fast():
    """KVM can execute an ordinary kernel: the processor's own virtualisation is there. Not with
    LEASH_VM_EMULATE=1, for machines where it is there and does not work."""
    if os.environ.get("LEASH_VM_EMULATE") == "1":
        return False
    flags = Path("/proc/cpuinfo").read_text().split()
    return os.access("/dev/kvm", os.R_OK | os.W_OK) and ("vmx" in flags or "svm" in flags)


def how_it_is_executed():
    return "KVM" if fast() else "emulation: KVM cannot be used for an ordinary kernel here"


def ask_archive(*words):
    """What apt-cache says; with fresh lists if the machine has none, or they are too old."""
    command = ["apt-cache", "-q", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0 or not done.stdout:
        subprocess.run(["apt-get", "-q", "update"], check=True)
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def unpacked(package):
    """The folder with this Debian package's files, fetched once a version."""
    shown = ask_archive("show", package).split("\n\n")[0]
    version = next(line for line in shown.splitlines() if line.startswith("Version: ")).split()[1]
    folder = CACHE / f"{package}-{version.replace(':', '.')}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            options = ["-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3"]
            subprocess.run(
                ["apt-get", "-q", *options, "download", package], cwd=scratch, check=True
            )
            (package_file,) = Path(scratch).glob("*.deb")
            subprocess.run(["dpkg", "-x", package_file, f"{scratch}/files"], check=True)
            os.rename(f"{scratch}/files", folder)
    return folder


def kernel_package():
    """The package that the newest kernel's package stands for."""
    words = ask_archive("depends", KERNEL).split()
    return next(word for word in words if word.startswith("linux-image-6"))


def write_archive(path, files):
    """The files of the machine's start, {name: (mode, bytes)}, as a kernel reads them: cpio, newc."""
    with open(path, "wb") as out:
        for inode, (name, (mode, content)) in enumerate([*files.items(), ("TRAILER!!!", (0, b""))]):
            name = name.encode() + b"\0"
            fields = (inode + 1, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
            header = b"070701" + b"".join(b"%08x" % field for field in fields)
            out.write(header + name + b"\0" * (-(len(header) + len(name)) % 4))
            out.write(content + b"\0" * (-len(content) % 4))


def start_files(kernel):
    """What the kernel unpacks as its first root."""
    busybox = unpacked("busybox-static") / "bin/busybox"
    folders = ["bin", "dev", "proc", "sys", "modules"]
    files = {name: (0o040755, b"") for name in folders}
    files["init"] = (0o100755, INIT.read_bytes())
    files["bin/busybox"] = (0o100755, busybox.read_bytes())
    modules = {path.stem: path for path in kernel.glob("lib/modules/**/*.ko")}
    order = [name for name in MODULES if name in modules]
    for name in order:
        files[f"modules/{name}.ko"] = (0o100644, modules[name].read_bytes())
    files["modules/order"] = (0o100644, "".join(f"{name}.ko\n" for name in order).encode())
    return files


class Share:
    """A folder of the host that the machine may mount by its tag."""

    def __init__(self, tag, folder, scratch):
        self.socket = Path(scratch) / f"{tag}.socket"
        self.log = open(Path(scratch) / f"{tag}.log", "wb")
        self.process = subprocess.Popen(
            [VIRTIOFSD, f"--socket-path={self.socket}", "-o", f"source={folder}"]
            + ["-o", "cache=always", "-o", "sandbox=chroot"],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        self.options = ["-chardev", f"socket,id={tag},path={self.socket}"]
        self.options += ["-device", f"vhost-user-fs-pci,chardev={tag},tag={tag}"]

    def wait_ready(self):
        wait_until(self.socket.exists, f"{VIRTIOFSD} for {self.socket.name}")

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def run(cgroups, command, results, seconds):
    """Boots a machine with these hierarchies (v1, v2, hybrid), executes a shell command in it as
    root and shows what it says; its exit code, or None if the machine did not get so far. `results`
    is a folder that the machine sees as /results and may write."""
    results.mkdir(parents=True, exist_ok=True)
    (results / "exit").unlink(missing_ok=True)
    (results / "command").write_text(command)
    kernel = unpacked(kernel_package())
    (image,) = kernel.glob("boot/vmlinuz-*")
    with tempfile.TemporaryDirectory(prefix="leash-vm-") as scratch:
        write_archive(f"{scratch}/start", start_files(kernel))
        shares = [Share("host", "/", scratch), Share("results", results, scratch)]
        try:
            for share in shares:
                share.wait_ready()
            subprocess.run(
                qemu_command(image, f"{scratch}/start", shares, cgroups),
                stdin=subprocess.DEVNULL,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            print(f"vm: ended after {seconds} s", flush=True)
        finally:
            for share in shares:
                share.close()
    code = results / "exit"
    return int(code.read_text()) if code.exists() else None


def qemu_command(image, start, shares, cgroups):
    executed = ["-accel", "kvm", "-cpu", "host"]
    if not fast():
        executed = ["-accel", "tcg,thread=multi,tb-size=1024", "-cpu", "max"]
    options = f"console=ttyS0 quiet panic=-1 leash.cgroups={cgroups} {KERNEL_OPTIONS[cgroups]}"
    return [
        shutil.which("qemu-system-x86_64") or "qemu-system-x86_64",
        *executed,
        *("-machine", "q35,memory-backend=memory"),
        *("-object", f"memory-backend-memfd,id=memory,size={MEMORY_MB}M,share=on"),
        *("-m", str(MEMORY_MB), "-smp", str(min(4, os.cpu_count()))),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio"),
        *("-kernel", str(image), "-initrd", start, "-append", options),
        *(option for share in shares for option in share.options),
    ]
