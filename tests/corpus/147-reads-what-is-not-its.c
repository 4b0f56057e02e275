// The compiler reads files for whoever includes them: the host's secrets, /proc, devices, what
// another run has left. None of it is there, and what is there is not printed.
//
// expect: cause=compile_error phase=compile timing.run_ms=0
// attempt: /etc/shadow: No such file or directory
// never: root:.:
#include <stddef.h>

#if __has_include("/proc/1/environ") || __has_include("/root/.bashrc") || \
                                                      __has_include("/etc/hosts.allow")
#error "a file of the host"
#endif
#include "/etc/shadow"
__asm__(".incbin \"/proc/self/environ\"");
__asm__(".incbin \"/dev/vda\"");
int main(void) {}
