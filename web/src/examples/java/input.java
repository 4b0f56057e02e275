// Type lines below the output; "End of input" finishes it.
import java.util.Scanner;

public class Main {
  public static void main(String[] args) {
    Scanner in = new Scanner(System.in);
    System.out.println("What is your name?");
    while (in.hasNextLine()) {
      System.out.println("Nice to meet you, " + in.nextLine() + "! Who else?");
    }
    System.out.println("Goodbye.");
  }
}
