// Three hundred thousand instantiations: the compiler is busy for long, and takes memory.
template <int N, int M>
struct Pair {
  using left = typename Pair<N - 1, M>::type;
  using right = typename Pair<N - 1, M + 1>::type;
  using type = int;
};
template <int M>
struct Pair<0, M> {
  using type = int;
};

int main() { return Pair<800, 0>::type() + Pair<801, 10000>::type(); }
