#pragma once

/// clone or clone3 (`number`, with its first two arguments; the flags hold CLONE_VM and
/// CLONE_VFORK) for a child that goes on with the caller's memory on the caller's own stack, as
/// vfork's does: it may call, but must not return. The caller waits until it has executed a program
/// or ended. The answer is the kernel's.
extern "C" [[gnu::returns_twice]] long leash_clone_in_place(long number, long first, long second);
