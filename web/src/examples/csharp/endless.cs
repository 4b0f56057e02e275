// Runs until you press Stop (or Esc), or until the time limit.
using System;
using System.Threading;

class Program {
  static void Main() {
    for (long n = 1;; ++n) {
      Console.WriteLine($"tick {n}");
      Thread.Sleep(200);
    }
  }
}
