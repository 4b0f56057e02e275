using System;
using System.Linq;
using System.Threading.Tasks;

static class Hello {
  static async Task<int> Main(string[] args) {
    int[] squares = await Task.Run(() => Enumerable.Range(1, 4).Select(x => x * x).ToArray());
    (int sum, string name) = (squares.Sum(), "c#");
    Console.WriteLine($"{string.Join(" ", squares)} = {sum}, hello from {name}");
    return 0;
  }
}
