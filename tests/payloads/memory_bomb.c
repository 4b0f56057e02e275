// Takes memory until it is killed.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  if (geteuid() == 0) return 77;  // never outside a sandbox
  for (;;) memset(malloc(1 << 20), 1, 1 << 20);
}
