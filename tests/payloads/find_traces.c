// Looks for what leave_traces.c leaves: prints a line per trace found, then "looked".
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

static void look_at_file(const char *path) {
  if (access(path, F_OK) == 0) printf("found %s\n", path);
}

static void look_into(const char *folder) {
  DIR *listing = opendir(folder);
  if (!listing) return;
  for (struct dirent *entry; (entry = readdir(listing));) {
    if (entry->d_name[0] != '.') printf("found %s/%s\n", folder, entry->d_name);
  }
}

int main(void) {
  look_at_file("/work/trace");
  look_into("/tmp");
  look_into("/dev/shm");
  if (shmget(0x7e57, 4096, 0) >= 0) printf("found shm\n");
  if (semget(0x7e57, 1, 0) >= 0) printf("found sem\n");
  printf("looked\n");
  return 0;
}
