# The classic: a function that calls itself twice through a pipe, in the background.
#
# expect: cause=wall_limit usage.peak_tasks=24 usage.tasks_refused>=1 stop.empty=true
# layer: limit_tasks
# limits: wall_ms=700 tasks=24
echo ATTEMPT ok
f() { f | f & }
f 2>/dev/null
while :; do :; done
