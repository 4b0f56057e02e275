# Asks whether an exec could give it more rights than it has. (A set-user-id program is refused by
# two layers more: nothing is mounted with suid, and there is nothing in the bounding set.)
#
# expect: cause=exit exit_code=0
# sees: ^no_new_privs 1$
# layer: no_new_privs
import ctypes

PR_GET_NO_NEW_PRIVS = 39
print("no_new_privs", ctypes.CDLL(None).prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0))
print("ATTEMPT ok")
