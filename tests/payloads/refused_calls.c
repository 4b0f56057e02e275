// Tries system calls that a sandboxed program must not have: "name result errno" a line.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void tell(const char *name, long result) {
  printf("%s %s\n", name, result < 0 ? strerrorname_np(errno) : "allowed");
}

int main(void) {
  if (geteuid() == 0) return 77;  // never outside a sandbox
  tell("ptrace", ptrace(PTRACE_TRACEME, 0, 0, 0));
  tell("ptrace_attach", ptrace(PTRACE_ATTACH, getppid(), 0, 0));
  tell("mount", mount("none", "/tmp", "tmpfs", 0, ""));
  tell("umount2", umount2("/tmp", MNT_DETACH));
  tell("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
  tell("chroot", chroot("/tmp"));
  tell("unshare_user", unshare(CLONE_NEWUSER));
  tell("unshare_mount", unshare(CLONE_NEWNS));
  tell("unshare_net", unshare(CLONE_NEWNET));
  tell("setns", setns(0, CLONE_NEWNET));
  tell("bpf", syscall(SYS_bpf, 0, 0, 0));
  tell("perf_event_open", syscall(SYS_perf_event_open, 0, 0, -1, -1, 0));
  tell("keyctl", syscall(SYS_keyctl, 0, -3, 0));
  tell("add_key", syscall(SYS_add_key, "user", "a", "b", 1, -3));
  tell("userfaultfd", syscall(SYS_userfaultfd, 0));
  tell("open_by_handle_at", syscall(SYS_open_by_handle_at, -1, 0, 0));
  tell("process_vm_readv", syscall(SYS_process_vm_readv, getppid(), 0, 0, 0, 0, 0));
  tell("init_module", syscall(SYS_init_module, 0, 0, ""));
  tell("kexec_load", syscall(SYS_kexec_load, 0, 0, 0, 0));
  tell("swapon", syscall(SYS_swapon, "/tmp", 0));
  tell("setuid", setuid(0));
  tell("setgid", setgid(0));
  tell("socket_vsock", socket(40, SOCK_STREAM, 0));
  tell("socket_packet", socket(AF_PACKET, SOCK_RAW, 0));
  tell("socket_alg", socket(38, SOCK_SEQPACKET, 0));
  tell("socket_vsock_high_bits", syscall(SYS_socket, (1L << 32) | 40, SOCK_STREAM, 0));
  tell("io_uring_setup", syscall(SYS_io_uring_setup, 1, 0));
  tell("clone3", syscall(SYS_clone3, 0, 0));
  tell("unknown_call", syscall(600));
  return 0;
}
