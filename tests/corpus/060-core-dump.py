# Children die in every way that dumps core, after changing how large one may be. That stays one byte,
# which the kernel takes for "neither a file nor a program of the host"; 0 would start the latter.
#
# expect: cause=exit exit_code=0
# sees: ^limit before: \((\d), \1\), after: \(\1, \1\)$
# sees: ^cores: 0 of 5, files: \['main.py'\] \[\]$
# layer: seccomp
import os
import resource
import signal

before = resource.getrlimit(resource.RLIMIT_CORE)
for wanted in ((0, 0), (0, 1), (1, 1)):
    resource.setrlimit(resource.RLIMIT_CORE, wanted)
print(f"limit before: {before}, after: {resource.getrlimit(resource.RLIMIT_CORE)}")
dumped = 0
for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGQUIT, signal.SIGSYS, signal.SIGXCPU):
    child = os.fork()
    if child == 0:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.pause()
    _, status = os.waitpid(child, 0)
    dumped += os.WCOREDUMP(status)
print(f"cores: {dumped} of 5, files: {os.listdir('/work')} {os.listdir('/tmp')}")
print("ATTEMPT ok")
