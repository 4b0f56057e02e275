public class Main {
  public static void main(String[] args) {
    String[] names = {"Ada", 1815};
    System.out.println(names.size());
  }
}
