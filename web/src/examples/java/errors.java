public class Main {
  public static void main(String[] args) {
    System.out.println("This line goes to stdout,");
    System.err.println("this one to stderr,");
    System.out.println("and what follows is an exception that nobody catches:");
    throw new IllegalStateException("thrown on purpose");
  }
}
