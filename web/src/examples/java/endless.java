// Runs until you press Stop (or Esc), or until the time limit.
public class Main {
  public static void main(String[] args) throws InterruptedException {
    for (long n = 1;; ++n) {
      System.out.println("tick " + n);
      Thread.sleep(200);
    }
  }
}
