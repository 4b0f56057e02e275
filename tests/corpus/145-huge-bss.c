// 64 GB that are in no file: such a program can be made, and not started with the memory it has.
//
// expect: cause=exit phase=run
// expect: cause=memory_limit phase=run
// expect: cause=setup_error
// expect: cause=compile_error phase=compile
// attempt: ^
static char a[1L << 36];
int main(int argc, char** argv) {
  (void)argv;
  return a[(long)argc << 30];
}
