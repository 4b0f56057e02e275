// Calls itself until the stack is full.
static int deeper(volatile int *outer) {
  volatile int frame[1000] = {0};
  return deeper(frame) + frame[0] + *outer;
}

int main(void) {
  int start = 1;
  return deeper(&start);
}
