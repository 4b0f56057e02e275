using System;

class Program {
  static void Main() {
    Console.WriteLine("This line goes to stdout,");
    Console.Error.WriteLine("this one to stderr,");
    Console.WriteLine("and what follows is an exception that nobody catches:");
    throw new InvalidOperationException("thrown on purpose");
  }
}
