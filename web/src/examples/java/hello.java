import java.util.stream.Collectors;
import java.util.stream.IntStream;

public class Main {
  public static void main(String[] args) {
    System.out.println("Hello from Java!");
    String squares = IntStream.rangeClosed(1, 10).map(n -> n * n)
        .mapToObj(Integer::toString).collect(Collectors.joining(" "));
    System.out.println(squares);
  }
}
