import java.util.stream.Collectors;
import java.util.stream.IntStream;

public class Hello {
  record Sum(int value, String name) {}

  public static void main(String[] args) throws InterruptedException {
    int[] squares = IntStream.rangeClosed(1, 4).map(x -> x * x).toArray();
    Sum[] sum = new Sum[1];
    Thread thread = new Thread(() -> sum[0] = new Sum(IntStream.of(squares).sum(), "java"));
    thread.start();
    thread.join();
    String all = IntStream.of(squares).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    System.out.println(all + " = " + sum[0].value() + ", hello from " + sum[0].name());
  }
}
