// Templates that need two templates of a new type each, sixty times: 2^60 types. The compiler is ended
// by the limits of the compile step, and the cause says so.
//
// expect: cause=wall_limit|memory_limit phase=compile timing.run_ms=0
// attempt: ^
// compile_limits: wall_ms=2000 memory_bytes=256M
// seconds: 60
template <int Depth, unsigned long Path>
struct Many {
  Many<Depth - 1, Path * 2> a;
  Many<Depth - 1, Path * 2 + 1> b;
};
template <unsigned long Path>
struct Many<0, Path> {};
Many<60, 1> many;
int main() {}
