// One line that never ends.
#include <stdio.h>
#include <unistd.h>

int main(void) {
  if (geteuid() == 0) return 77;  // never outside a sandbox
  for (;;) putchar('x');
}
