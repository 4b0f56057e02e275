// The environment of a JVM and what it tells of its user.
//
// expect: cause=exit exit_code=0
// sees: ^here: CORPUS_MARKER HOME LANG PATH TMPDIR$
// sees: ^user: \? in /work$
// sees: ^secrets: none$
// never: LEASH_|leash-spawner
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

public class Main {
  public static void main(String[] args) throws Exception {
    System.out.println("here: " + String.join(" ", new TreeMap<>(System.getenv()).keySet()));
    System.out.println("user: " + System.getProperty("user.name") + " in " + System.getProperty("user.home"));
    String found = Stream.of("/etc/shadow", "/root", "/home", "/var/lib", "/proc/1/environ", "/run")
        .filter(path -> Files.exists(Path.of(path))).collect(Collectors.joining(" "));
    System.out.println("secrets: " + (found.isEmpty() ? "none" : found));
    System.out.println("ATTEMPT ok");
  }
}
