// Three times a hundred thousand diagnostics: what is kept of them is bounded.
//
// expect: cause=compile_error phase=compile timing.run_ms=0
// expect: cause=wall_limit phase=compile timing.run_ms=0
// attempt: #pragma message: flood
// limits: output_bytes=4G
// compile_limits: wall_ms=3000
// seconds: 60
#define TEN(x) x x x x x x x x x x
#define SAY _Pragma("message(\"flood\")") int y = undeclared;
#define MANY TEN(TEN(TEN(TEN(TEN(SAY)))))
int main(void) {
  MANY MANY MANY
}
