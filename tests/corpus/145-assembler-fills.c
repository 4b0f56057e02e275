// The assembler is told to write 60 GB: the same end.
//
// expect: cause=compile_error phase=compile timing.run_ms=0
// expect: cause=memory_limit|wall_limit phase=compile timing.run_ms=0
// attempt: ^
// compile_limits: wall_ms=3000
// seconds: 60
__asm__(".data\n.fill 0xF00000000, 1, 7\n.rept 1000000000\n.quad 1\n.endr\n.text\n");
int main(void) {}
