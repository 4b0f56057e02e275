#include <stdio.h>

int main(void) {
  int answer = "forty-two";
  printf("%d\n", anwser);
  return 0
}
