// Type lines below the output; "End of input" finishes it.
#include <stdio.h>
#include <string.h>

int main(void) {
  char name[100];
  printf("What is your name?\n");
  while (fgets(name, sizeof name, stdin) != NULL) {
    name[strcspn(name, "\n")] = '\0';
    printf("Nice to meet you, %s! Who else?\n", name);
  }
  printf("Goodbye.\n");
  return 0;
}
