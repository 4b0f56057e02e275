// The environment of mono and what its runtime tells of the machine.
//
// expect: cause=exit exit_code=0
// sees: ^here: CORPUS_MARKER HOME LANG( MONO_[A-Z_]+)* PATH TMPDIR$
// sees: ^machine: leash$
// sees: ^secrets: none$
// never: LEASH_|leash-spawner
using System;
using System.Collections;
using System.IO;
using System.Linq;

class Program {
  static void Main() {
    var names = Environment.GetEnvironmentVariables().Keys.Cast<string>().OrderBy(name => name, StringComparer.Ordinal);
    Console.WriteLine("here: " + string.Join(" ", names));
    Console.WriteLine("machine: " + Environment.MachineName);
    var paths = new[] {"/etc/shadow", "/root", "/home", "/var/lib", "/proc/1/environ", "/run"};
    var found = paths.Where(path => File.Exists(path) || Directory.Exists(path)).ToArray();
    Console.WriteLine("secrets: " + (found.Length == 0 ? "none" : string.Join(" ", found)));
    Console.WriteLine("ATTEMPT ok");
  }
}
