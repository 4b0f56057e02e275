// Type lines below the output; "End of input" finishes it.
using System;

class Program {
  static void Main() {
    Console.WriteLine("What is your name?");
    string name;
    while ((name = Console.ReadLine()) != null) {
      Console.WriteLine($"Nice to meet you, {name}! Who else?");
    }
    Console.WriteLine("Goodbye.");
  }
}
