// Macros that double forty times: 2^40 tokens.
//
// expect: cause=memory_limit|wall_limit phase=compile timing.run_ms=0
// attempt: ^
// compile_limits: wall_ms=2000 memory_bytes=192M
// seconds: 60
#define A(x) x x
#define B(x) A(A(A(A(x))))
#define C(x) B(B(x))
#define D(x) C(C(C(C(C(x)))))
int main(void) {
  int i = 0;
  D(i += 1;)
  return i;
}
