#pragma once

namespace leash::zygote {

/// Lets this process show as another command in ps and /proc/self/cmdline: for a program that was
/// forked from a zygote, and not executed. The room is that of main's own `argv`, all of whose
/// strings are lost; what does not fit is cut.
void set_process_title(int argc, char** argv, const char* const* title);

}  // namespace leash::zygote
