// Templates that instantiate templates without end, each of a new type: the compiler is ended by the limits
// of the compile step, and the cause says so.
//
// expect: cause=wall_limit|memory_limit phase=compile timing.run_ms=0
// expect: cause=compile_error phase=compile timing.run_ms=0
// attempt: ^
// compile_limits: wall_ms=1500 memory_bytes=256M
// seconds: 60
template <unsigned long N, class T>
struct Many {
  Many<N + 1, Many<N, int>> a;
  Many<N + 2, Many<N, T>> b;
};
Many<0, int> many;
int main() {}
