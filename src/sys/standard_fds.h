#pragma once

namespace leash::sys {

/// Opens /dev/null on each of 0, 1 and 2 that is closed, so that nothing else of ours gets the
/// number and is taken for stdin, or is written messages into. The first call of a program. A
/// stdout made so cannot be written (EBADF): what should have been printed there is missed as on a
/// full disk. Nothing happens to those that are open.
void open_missing_standard_fds();

}  // namespace leash::sys
