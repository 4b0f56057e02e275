/* libleash_stdio.so: a line that a program prints is out when it was printed.
 *
 * The sandbox lists this library in its /etc/ld.so.preload, so every dynamically linked program
 * starts with it. It gives the program the stdio it would have on a terminal:
 *   - stdout is line buffered although it is a pipe, stderr stays unbuffered;
 *   - reading from stdin first writes out what stdout holds, so that a prompt without a newline is
 *     seen before the program waits for its answer (glibc does this for line-buffered input).
 * A program that calls setvbuf() itself does so later and keeps its own choice.
 *
 * In C++, cout writes through stdout unless the program calls std::ios::sync_with_stdio(false), a
 * habit from programming contests that would give cout a buffer of its own of several kilobytes.
 * The call is answered here and changes nothing. The library does not need libstdc++ for that: in a
 * program without it nobody calls the function.
 *
 * No thread, no allocation, no output, no failure: if a call fails, the program runs as it would
 * have without this library. */

#include <stdio.h>

#define EXPORTED __attribute__((visibility("default")))

__attribute__((constructor)) static void make_terminal_like(void) {
  (void)setvbuf(stdout, NULL, _IOLBF, 0);
  (void)setvbuf(stdin, NULL, _IOLBF, 0);
}

/* bool std::ios_base::sync_with_stdio(bool), which returns what was set before: always true. */
EXPORTED _Bool _ZNSt8ios_base15sync_with_stdioEb(_Bool is_wanted);
EXPORTED _Bool _ZNSt8ios_base15sync_with_stdioEb(_Bool is_wanted) {
  (void)is_wanted;
  return 1;
}
