# The environment that a copy of a warmed interpreter has, in all places where it can be seen: the
# interpreter's, the C library's, a child's, and that of /proc, which is the zygote's own.
#
# expect: cause=exit exit_code=0
# sees: ^here: CORPUS_MARKER HOME LANG PATH PYTHONPATH TMPDIR$
# sees: ^libc: CORPUS_MARKER HOME LANG PATH PYTHONPATH TMPDIR$
# sees: ^a child: CORPUS_MARKER HOME LANG PATH PYTHONPATH TMPDIR$
# sees: ^in /proc: HOME LANG PATH PYTHONPATH TMPDIR$
# never: LEASH_|leash-spawner
import ctypes
import os
import subprocess

libc = ctypes.CDLL(None)
variables = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
own = []
while variables[len(own)]:
    own.append(variables[len(own)])
child = subprocess.run(["/usr/bin/env", "-0"], stdout=subprocess.PIPE)
with open("/proc/self/environ", "rb") as file:
    in_proc = file.read()


def names(items):
    return sorted(item.partition(b"=")[0].decode() for item in items if item)


print("here:", *sorted(os.environ))
print("libc:", *names(own))
print("a child:", *names(child.stdout.split(b"\0")))
print("in /proc:", *names(in_proc.split(b"\0")))
print("ATTEMPT ok")
