// Includes itself, and a file that never ends.
//
// expect: cause=compile_error phase=compile timing.run_ms=0
// expect: cause=memory_limit|wall_limit phase=compile timing.run_ms=0
// attempt: ^
// compile_limits: wall_ms=3000 memory_bytes=192M
// seconds: 60
#include "/dev/zero"
#include "main.c"
int main(void) {}
