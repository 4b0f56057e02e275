#pragma once

namespace leash::sandbox {

/// In a slot's init: blocks SIGCHLD, and returns a descriptor that is readable when a child has
/// ended. Negative errno. Call it before there is a program.
[[nodiscard]] long watch_children();

/// The rest of the life of a slot's init once its program runs: reaps orphans, passes signals on,
/// reports the program's end to the server, and exits. `children` is of watch_children(). After a
/// step that compiles, `artifacts` are the files that it sends along if the program succeeded; else
/// null. Raw system calls only.
[[noreturn]] void oversee(int program, int children, const char* const* artifacts);

}  // namespace leash::sandbox
