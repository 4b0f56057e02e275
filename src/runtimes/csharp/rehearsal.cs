// Compiled by a compiler that was started ahead, before it has its job.
using System;
using System.Collections.Generic;
using System.Linq;

class Rehearsal {
  static string Text { get; set; }

  static void Main(string[] args) {
    var list = new List<int> { 1, 2, 3 };
    for (int i = 0; i < 3; i++) list.Add(i * 2);
    foreach (int number in list) Console.WriteLine("{0}", number);
    Text = "sum " + list.Sum() + string.Join(", ", list);
    try {
      if (args.Length > 0) Console.WriteLine($"{Text} {args[0]}");
    } catch (Exception e) {
      Console.Error.WriteLine(e.Message);
    }
  }
}
