// Computations at compile time, each within all of the compiler's own bounds, and together hours.
//
// expect: cause=wall_limit phase=compile timing.run_ms=0
// attempt: ^
// compile_limits: wall_ms=1500
// seconds: 60
template <int N>
constexpr long burn() {
  long sum = N;
  for (int i = 0; i < 5000; ++i)
    for (int j = 0; j < 500; ++j) sum += i ^ j;
  return sum;
}
template <int N>
struct Step {
  static constexpr long value = burn<N>() + Step<N - 1>::value;
};
template <>
struct Step<0> {
  static constexpr long value = 0;
};
static_assert(Step<800>::value != 0);
int main() {}
