// Runs until you press Stop (or Esc), or until the time limit.
#include <stdio.h>
#include <unistd.h>

int main(void) {
  for (unsigned long n = 1;; n++) {
    printf("tick %lu\n", n);
    usleep(200 * 1000);
  }
}
