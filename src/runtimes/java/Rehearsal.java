import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** What many programs do, done once before there is one: its classes are loaded, and linked. */
final class Rehearsal {
  /** What is compiled by a compiler that was started ahead, before it has its job. */
  static final String SOURCE = String.join("\n",
      "import java.util.*;",
      "import java.util.stream.*;",
      "public class Rehearsal {",
      "  interface Shape { double area(); }",
      "  record Square(double side) implements Shape {",
      "    public double area() { return side * side; }",
      "  }",
      "  enum Kind { ONE, TWO }",
      "  static <T extends Comparable<T>> T most(List<T> all) { return Collections.max(all); }",
      "  public static void main(String[] args) throws Exception {",
      "    Scanner in = new Scanner(System.in);",
      "    Map<String, List<Integer>> byName = new HashMap<>();",
      "    for (int i = 0; i < 10; ++i) {",
      "      byName.computeIfAbsent(\"n\" + i % 3, name -> new ArrayList<>()).add(i);",
      "    }",
      "    for (var each : byName.entrySet()) System.out.println(each.getKey() + each.getValue());",
      "    String text = IntStream.range(0, 5).mapToObj(Integer::toString)",
      "        .collect(Collectors.joining(\", \"));",
      "    switch (Kind.ONE) { case ONE -> text += \"!\"; default -> { } }",
      "    try {",
      "      if (in.hasNextInt()) System.out.printf(\"%d %s%n\", in.nextInt(), text);",
      "    } catch (IllegalStateException e) {",
      "      throw new RuntimeException(e);",
      "    }",
      "    System.out.println(new Square(most(List.of(1, 2)) * 1.5).area());",
      "  }",
      "}");

  private Rehearsal() {}

  /** `jar` is any archive, which is opened as that of a program will be. */
  static void program(String jar) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      file.getManifest();
    }
    PrintStream out = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Map<String, List<Integer>> numbers = new HashMap<>();
    Scanner in = new Scanner(
        new ByteArrayInputStream("1 2 3\nline".getBytes(StandardCharsets.UTF_8)));
    for (int i = 0; in.hasNextInt(); ++i) {
      numbers.computeIfAbsent("n" + i % 2, name -> new ArrayList<>()).add(in.nextInt());
    }
    String text = numbers.values().stream().flatMap(List::stream).sorted()
        .map(number -> number + ";").collect(Collectors.joining(", "));
    out.printf("%d %s %.2f%n", numbers.size(), text, 1.5);
    StringBuilder all = new StringBuilder();
    for (var each : numbers.entrySet()) all.append(each.getKey()).append(each.getValue());
    try {
      throw new IllegalStateException(all.toString());
    } catch (IllegalStateException e) {
      e.printStackTrace(out);
    }
    out.println(all + in.next() + new ByteArrayOutputStream().size());
  }
}
