// For a mono that was started ahead of its job: loads what any job needs, waits for it, and takes over
// what it brings. See src/sandbox/child/prestart.h for what is said.
using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

static class Prestart {
  public const string ForProgram = "program";
  const string Variable = "LEASH_PRESTART";
  const string RehearsalSource = "/opt/leash/csharp/rehearsal.cs";
  const string RehearsalOutput = "/tmp/rehearsal.dll";
  const int JobFd = 3;

  [DllImport("libc")]
  static extern IntPtr read(int fd, byte[] bytes, IntPtr size);
  [DllImport("libc")]
  static extern IntPtr write(int fd, byte[] bytes, IntPtr size);
  [DllImport("libc")]
  static extern int close(int fd);
  [DllImport("libc")]
  static extern int setenv(string name, string value, int overwrite);
  [DllImport("libc")]
  static extern int unsetenv(string name);
  // For Environment.GetCommandLineArgs().
  [DllImport("__Internal")]
  static extern int mono_runtime_set_main_args(int count, string[] texts);

  // The compiler to be, or ForProgram; null if this process has its job already.
  public static string Wanted() {
    return Environment.GetEnvironmentVariable(Variable);
  }

  // Returns the arguments of this program, as they would be without Prestart.
  public static string[] WaitForProgram(Action rehearse) {
    rehearse();
    return TakeOver(Receive());
  }

  // Becomes the compiler. It has compiled something before: most of its time goes by in the JIT.
  public static int WaitForCompiler(string path) {
    Assembly compiler = Assembly.LoadFrom(path);
    MethodInfo rehearse =
        compiler.GetType("Mono.CSharp.CompilerCallableEntryPoint").GetMethod("InvokeCompiler");
    var options = new[] { "-nologo", "-langversion:latest", "-optimize+", "-target:library",
                          "-r:System.Numerics.dll", "-r:Microsoft.CSharp.dll",
                          "-out:" + RehearsalOutput, RehearsalSource };
    var done = (bool)rehearse.Invoke(null, new object[] { options, TextWriter.Null });
    File.Delete(RehearsalOutput);
    if (!done) return 1;
    string[] args = TakeOver(Receive());
    return (int)compiler.EntryPoint.Invoke(null, new object[] { args });
  }

  static List<string> Receive() {
    var texts = new List<string>();
    var bytes = new MemoryStream();
    var piece = new byte[65536];
    write(JobFd, piece, (IntPtr)1);
    for (int size; (size = (int)read(JobFd, piece, (IntPtr)piece.Length)) > 0;) {
      bytes.Write(piece, 0, size);
    }
    write(JobFd, piece, (IntPtr)1);
    close(JobFd);
    byte[] all = bytes.GetBuffer();
    int begin = 0;
    for (int i = 0; i < bytes.Length; ++i) {
      if (all[i] != 0) continue;
      texts.Add(Encoding.UTF8.GetString(all, begin, i - begin));
      begin = i + 1;
    }
    return texts;
  }

  static string[] TakeOver(List<string> texts) {
    int count = int.Parse(texts[0]);
    // "mono" is not among its arguments.
    string[] arguments = texts.Skip(2).Take(count - 1).ToArray();
    mono_runtime_set_main_args(arguments.Length, arguments);
    TakeEnvironment(texts.Skip(1 + count));
    return arguments.Skip(1).ToArray();
  }

  static void TakeEnvironment(IEnumerable<string> variables) {
    var wanted = new Dictionary<string, string>();
    foreach (string variable in variables) {
      int at = variable.IndexOf('=');
      wanted[variable.Substring(0, at)] = variable.Substring(at + 1);
    }
    foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) {
      if (!wanted.ContainsKey((string)variable.Key)) unsetenv((string)variable.Key);
    }
    foreach (KeyValuePair<string, string> variable in wanted) setenv(variable.Key, variable.Value, 1);
  }
}
