using System;
using System.Linq;

class Program {
  static void Main() {
    Console.WriteLine("Hello from C#!");
    var squares = Enumerable.Range(1, 10).Select(n => n * n);
    Console.WriteLine(string.Join(" ", squares));
  }
}
