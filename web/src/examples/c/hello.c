#include <stdio.h>

int main(void) {
  printf("Hello from C%ld!\n", __STDC_VERSION__ / 100 % 100);
  for (int n = 1; n <= 10; n++) printf("%d ", n * n);
  printf("\n");
  return 0;
}
