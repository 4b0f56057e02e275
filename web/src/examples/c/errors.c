#include <stdio.h>

int main(void) {
  printf("This line goes to stdout,\n");
  fprintf(stderr, "this one to stderr,\n");
  printf("and now a null pointer is written to.\n");
  volatile int *nowhere = NULL;
  *nowhere = 1;
  return 0;
}
