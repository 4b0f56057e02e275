/* A faster way to do the same, which counts only if it has nothing to say.
 *
 *   leash-silent-try OPTION... -- COMMAND ARGUMENT...
 *
 * Executes COMMAND OPTION... ARGUMENT... and throws its output away. If it prints nothing and exits
 * with 0, that was it. At its first byte, or if it fails, it is ended and COMMAND ARGUMENT... is
 * executed instead, as if nothing had been.
 *
 * So a compiler may be given precompiled headers and another linker, whose messages differ in
 * detail, and whoever reads an error or a warning reads that of the ordinary ones. It runs inside
 * the sandbox as the first process of a compile step; it trusts nobody and has no rights.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts the command in a process group of its own, with one pipe for all that it prints. */
static bool start(char** command, int output, pid_t* child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  const bool started = posix_spawn_file_actions_init(&actions) == 0 &&
                       posix_spawnattr_init(&attributes) == 0 &&
                       posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0 &&
                       posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO) == 0 &&
                       posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP) == 0 &&
                       posix_spawn(child, command[0], &actions, &attributes, command, environ) == 0;
  return started; /* what was allocated goes with this process */
}

/* Whether the command printed nothing and exited with 0. Returns when it has ended. */
static bool succeeds_silently(char** command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  pid_t child = -1;
  const bool started = start(command, ends[1], &child);
  close(ends[1]);
  if (!started) {
    close(ends[0]);
    return false;
  }
  char byte;
  const bool silent = read(ends[0], &byte, 1) == 0;
  /* SIGTERM, on which a compiler removes its temporary files. */
  if (!silent) kill(-child, SIGTERM);
  close(ends[0]);
  int status = 0;
  return waitpid(child, &status, 0) == child && silent && status == 0;
}

int main(int count, char** arguments) {
  int mark = 1;
  while (mark < count && strcmp(arguments[mark], "--") != 0) ++mark;
  char** command = arguments + mark + 1;
  if (mark + 1 >= count) return 127;
  /* COMMAND in the place of the first element, the rest of it behind the options. */
  const size_t options = (size_t)mark - 1;
  const size_t words = (size_t)(count - mark) - 1;
  char** faster = calloc(options + words + 1, sizeof *faster);
  if (faster != NULL) {
    faster[0] = command[0];
    memcpy(faster + 1, arguments + 1, options * sizeof *faster);
    memcpy(faster + 1 + options, command + 1, (words - 1) * sizeof *faster);
    if (succeeds_silently(faster)) return 0;
  }
  execv(command[0], command);
  return 127;
}
