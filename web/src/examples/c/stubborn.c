// Ignores every signal that can be ignored, and forks children
// that leave the session. Press Stop and read the proof.
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
  for (int i = 0; i < 8; i++) {
    if (fork() == 0) {
      setsid();
      for (;;) continue;
    }
  }
  printf("9 processes, none of which listens to signals\n");
  for (;;) {
    printf("still here\n");
    usleep(500 * 1000);
  }
}
