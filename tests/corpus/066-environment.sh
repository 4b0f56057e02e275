# All of the environment: what is promised, what the request gave, and what the shell itself adds.
#
# expect: cause=exit exit_code=0
# sees: ^HOME LANG PATH TMPDIR CORPUS_MARKER $
# never: LEASH|TOKEN|SUDO|SSH|USER
printf '%s ' $(tr '\0' '\n' </proc/$$/environ | cut -d= -f1)
echo
env
echo ATTEMPT ok
