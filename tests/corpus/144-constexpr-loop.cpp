// A computation at compile time that takes the compiler hours within all of its own bounds.
//
// expect: cause=wall_limit phase=compile timing.run_ms=0
// attempt: ^
// compile_limits: wall_ms=1500
// seconds: 60
constexpr long burn(int depth) {
  long sum = depth;
  if (depth > 0)
    for (int i = 0; i < 16; ++i) sum += burn(depth - 1) % 7;
  return sum;
}
template <int N>
struct Step {
  static constexpr long value = burn(4) + N + Step<N - 1>::value;
};
template <>
struct Step<0> {
  static constexpr long value = 0;
};
static_assert(Step<800>::value != 0);
int main() {}
