# All programs of the toolchain that would change their user are executed: they keep the run's, and
# can do nothing with their file's owner.
#
# expect: cause=exit exit_code=0
# sees: ^setuid programs: [0-9]+$
# sees: ^a copy that is set so: Uid:(\s+([0-9]+)){4}$
# sees: ^gained: none$
own=$(id -u)
mapfile -t programs < <(find /usr/bin /usr/sbin -xdev -type f -perm /6000 2>/dev/null)
echo "setuid programs: ${#programs[@]}"
gained=none
for program in "${programs[@]}"; do
  case ${program##*/} in
    su | newgrp | sg) "$program" -c id </dev/null 2>/dev/null | grep -q 'uid=0' && gained=$program ;;
    mount) "$program" --bind /usr /tmp 2>/dev/null && gained=$program ;;
    *) ;;
  esac
done
cp /usr/bin/grep /work/own && chmod 6777 /work/own
echo "a copy that is set so: $(/work/own Uid /proc/self/status)"
/work/own -qE "^Uid:\s+$own\s+$own\s+$own\s+$own$" /proc/self/status || gained=copy
echo "gained: $gained"
echo ATTEMPT ok
