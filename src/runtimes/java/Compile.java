import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles a job's sources into program.jar: ENTRY SOURCE.... Errors are told as javac tells them.
 * As where a program is started from its source, a public class may be in a file of any name. The
 * main class is the first one with a main method, beginning with those of the entry.
 */
final class Compile {
  private static final String OUTPUT = "program.jar";
  private static final List<String> OPTIONS =
      List.of("-encoding", "UTF-8", "-proc:none", "-sourcepath", "", "-classpath", "");
  private static final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

  private Compile() {}

  public static void main(String[] args) throws IOException {
    List<JavaFileObject> sources = new ArrayList<>();
    sources.add(new Source(args[0]));
    for (int i = 1; i < args.length; ++i) {
      if (!args[i].equals(args[0])) sources.add(new Source(args[i]));
    }
    Map<String, ByteArrayOutputStream> classes =
        compile(sources, new PrintWriter(System.err, true));
    if (classes == null) System.exit(1);
    try (OutputStream out = Files.newOutputStream(Path.of(OUTPUT))) {
      write(classes, out);
    }
  }

  /** What any source needs is loaded and compiled, before there is one. */
  static void rehearse() throws IOException {
    JavaFileObject source = new Source("Rehearsal.java", Rehearsal.SOURCE);
    Map<String, ByteArrayOutputStream> classes =
        compile(List.of(source), new PrintWriter(OutputStream.nullOutputStream()));
    write(classes, OutputStream.nullOutputStream());
  }

  /** The classes by their names, in the order in which they were made; null if there are errors. */
  private static Map<String, ByteArrayOutputStream> compile(
      List<JavaFileObject> sources, PrintWriter errors) throws IOException {
    try (StandardJavaFileManager files =
             compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
         Classes classes = new Classes(files)) {
      boolean done = compiler.getTask(errors, classes, null, OPTIONS, null, sources).call();
      return done ? classes.all : null;
    }
  }

  private static void write(Map<String, ByteArrayOutputStream> classes, OutputStream to)
      throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!classes.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass(classes));
    }
    try (JarOutputStream jar = new JarOutputStream(to)) {
      jar.setLevel(Deflater.NO_COMPRESSION);
      jar.putNextEntry(entry("META-INF/MANIFEST.MF"));
      manifest.write(jar);
      for (Map.Entry<String, ByteArrayOutputStream> each : classes.entrySet()) {
        jar.putNextEntry(entry(each.getKey().replace('.', '/') + ".class"));
        each.getValue().writeTo(jar);
      }
    }
  }

  /** The same at any time, so that the same source makes the same file. */
  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    return entry;
  }

  private static String mainClass(Map<String, ByteArrayOutputStream> classes) {
    ClassLoader loader = new ClassLoader() {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!classes.containsKey(name)) throw new ClassNotFoundException(name);
        byte[] bytes = classes.get(name).toByteArray();
        return defineClass(name, bytes, 0, bytes.length);
      }
    };
    for (String name : classes.keySet()) {
      try {
        Class<?> type = loader.loadClass(name);
        int modifiers = type.getMethod("main", String[].class).getModifiers();
        if (java.lang.reflect.Modifier.isStatic(modifiers)) return name;
      } catch (ReflectiveOperationException | LinkageError e) {
        continue;
      }
    }
    return classes.keySet().iterator().next();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String path;
    private final String text;

    Source(String path) throws IOException {
      this(path, Files.readString(Path.of(path)));
    }

    Source(String path, String text) {
      super(new File(path).toURI(), Kind.SOURCE);
      this.path = path.startsWith("./") ? path.substring(2) : path;
      this.text = text;
    }

    @Override
    public String getName() {
      return path;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return kind == Kind.SOURCE;
    }

    @Override
    public NestingKind getNestingKind() {
      return null;
    }

    @Override
    public Modifier getAccessLevel() {
      return null;
    }
  }

  private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
    final Map<String, ByteArrayOutputStream> all = new LinkedHashMap<>();

    Classes(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("class:///" + name.replace('.', '/')), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          all.put(name, bytes);
          return bytes;
        }
      };
    }
  }
}
