// Two hundred thousand instantiations: the compiler is busy, and takes memory, for seconds.
template <int N, int M>
struct Sum {
  static const long value = Sum<N - 1, M>::value + Sum<N - 1, M + 1>::value;
};
template <int M>
struct Sum<0, M> {
  static const long value = M;
};

int main() { return Sum<800, 0>::value + Sum<801, 10000>::value == 0; }
