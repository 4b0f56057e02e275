# The same in a language that is executed in the slot.
#
# expect: cause=exit exit_code=0
# sees: ^0 1 2 $
# layer: descriptors
echo ATTEMPT ok
for ((fd = 0; fd < 1024; fd++)); do
  [[ -e /proc/$$/fd/$fd ]] && (($fd != 255)) && printf '%s ' "$fd"
done
echo
