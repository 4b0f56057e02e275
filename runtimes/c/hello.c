#include <math.h>
#include <pthread.h>
#include <stdio.h>

static void* half(void* number) {
  *(double*)number = floor(sqrt(*(double*)number));
  return NULL;
}

int main(void) {
  double number = 50;
  pthread_t thread;
  if (pthread_create(&thread, NULL, half, &number) != 0) return 1;
  pthread_join(thread, NULL);
  printf("%.0f\nhello from c\n", number);
  return 0;
}
