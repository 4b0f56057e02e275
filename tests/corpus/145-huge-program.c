// A gigabyte of initialised data: the assembler's temporary files, the object and the program end
// at the disk of the compile step.
//
// expect: cause=compile_error phase=compile compile.exit_code=1 timing.run_ms=0
// expect: cause=memory_limit|wall_limit phase=compile timing.run_ms=0
// attempt: No space left on device|^
// compile_limits: wall_ms=20000
// seconds: 60
int a[1 << 28] = {1};
int main(void) {
  return a[5];
}
