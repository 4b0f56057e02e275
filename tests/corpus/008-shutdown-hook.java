// A JVM that is told to end by SIGTERM waits for its shutdown hooks, and this one never ends: SIGKILL
// does it when the grace is over, with all of the JVM's threads.
//
// expect: cause=stop exit_code=null stop.processes_killed=1 stop.empty=true timing.run_ms>=490
// sees: ^the hook runs$
// layer: kill
// stop: ATTEMPT ok
// grace: 500
import java.util.concurrent.locks.LockSupport;

public class Main {
  public static void main(String[] args) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      System.out.println("the hook runs");
      while (true) Thread.onSpinWait();
    }));
    for (int i = 0; i < 8; ++i) {
      new Thread(() -> { while (true) LockSupport.park(); }).start();
    }
    System.out.println("ATTEMPT ok");
    Thread.currentThread().join();
  }
}
