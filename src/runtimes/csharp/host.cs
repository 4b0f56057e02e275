// csharp-host.exe PROGRAM.dll [ARG...]: runs a compiled C# program. It finds Main by itself, so that
// `async Task Main` works, which this compiler does not take for an entry point; it shows output when
// it is printed; and it ends as .NET does, with 134, if an exception ends the program.
//
// With LEASH_SHARPPAD in its environment it speaks as SharpPad's runner does: it asks for input in
// the output, and tells an exception by its message alone.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;

static class Host {
  const int UnhandledException = 134;
  const int NoEntryPoint = 1;
  const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic |
                               BindingFlags.DeclaredOnly;
  static bool sharpPad;

  static int Main(string[] args) {
    string compiler = Prestart.Wanted();
    if (compiler == Prestart.ForProgram) {
      args = Prestart.WaitForProgram(Rehearse);
    } else if (compiler != null) {
      return Prestart.WaitForCompiler(compiler);
    }
    sharpPad = Environment.GetEnvironmentVariable("LEASH_SHARPPAD") != null;
    Environment.SetEnvironmentVariable("LEASH_SHARPPAD", null);
    var utf8 = new UTF8Encoding(false);
    Console.SetOut(TextWriter.Synchronized(
        new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true }));
    Console.SetError(TextWriter.Synchronized(
        new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true }));
    var input = new StreamReader(Console.OpenStandardInput(), utf8);
    Console.SetIn(TextReader.Synchronized(sharpPad ? new AskingReader(input) : (TextReader)input));
    AppDomain.CurrentDomain.UnhandledException += (sender, e) => Fail(e.ExceptionObject as Exception);
    try {
      int code = Run(args[0], args.Skip(1).ToArray());
      // Last of the handlers, and called when the last foreground thread has ended.
      AppDomain.CurrentDomain.ProcessExit += (sender, e) => Leave(code);
      return code;
    } catch (TargetInvocationException e) {
      return Fail(e.InnerException);
    } catch (Exception e) {
      return Fail(e);
    }
  }

  // What is compiled and loaded here needs not be when there is a program.
  static void Rehearse() {
    FindMain(typeof(Host).Assembly);
    Path.GetFullPath("program.dll");
    var nowhere = TextWriter.Synchronized(
        new StreamWriter(new MemoryStream(), new UTF8Encoding(false)) { AutoFlush = true });
    nowhere.WriteLine("{0} {1}", 1, "text");
  }

  [DllImport("libc")]
  static extern void _exit(int code);

  // Instead of mono's own end, which sometimes waits for ever for a thread of its pool: two or three
  // times in a hundred programs that have awaited something.
  static void Leave(int code) {
    Console.Out.Flush();
    Console.Error.Flush();
    _exit(code);
  }

  static int Run(string path, string[] args) {
    MethodInfo main = FindMain(Assembly.LoadFrom(Path.GetFullPath(path)));
    if (main == null) {
      Console.Error.WriteLine("No entry point found in the code. Please ensure one file contains a Main method.");
      return NoEntryPoint;
    }
    var given = main.GetParameters().Length == 0 ? null : new object[] { args };
    object result = main.Invoke(null, given);
    if (result is Task<int> number) return number.GetAwaiter().GetResult();
    if (result is Task task) task.GetAwaiter().GetResult();
    return result is int code ? code : Environment.ExitCode;
  }

  static MethodInfo FindMain(Assembly assembly) {
    return assembly.GetTypes().Where(type => !type.IsGenericTypeDefinition)
        .SelectMany(type => type.GetMethods(Statics)).FirstOrDefault(IsMain);
  }

  static bool IsMain(MethodInfo method) {
    if (method.Name != "Main" || method.IsGenericMethod) return false;
    var parameters = method.GetParameters();
    bool takesArguments = parameters.Length == 1 && parameters[0].ParameterType == typeof(string[]);
    if (parameters.Length != 0 && !takesArguments) return false;
    Type type = method.ReturnType;
    return type == typeof(void) || type == typeof(int) || type == typeof(Task) ||
           type == typeof(Task<int>);
  }

  static int Fail(Exception error) {
    Console.Out.Flush();
    if (sharpPad) {
      Console.Error.Write("Execution error: " + error?.Message);
    } else {
      Console.Error.WriteLine("Unhandled exception. " + error);
    }
    Environment.Exit(UnhandledException);
    return UnhandledException;
  }
}

// Says that input is wanted before it waits for it.
class AskingReader : TextReader {
  readonly TextReader inner;
  public AskingReader(TextReader inner) { this.inner = inner; }

  void Ask() {
    Console.Out.Write("[INPUT REQUIRED] Please provide input: ");
  }
  public override int Peek() { return inner.Peek(); }
  public override int Read() {
    if (inner.Peek() < 0) Ask();
    return inner.Read();
  }
  public override int Read(char[] buffer, int index, int count) {
    Ask();
    return inner.Read(buffer, index, count);
  }
  public override string ReadLine() {
    Ask();
    return inner.ReadLine();
  }
  public override string ReadToEnd() {
    Ask();
    return inner.ReadToEnd();
  }
}
