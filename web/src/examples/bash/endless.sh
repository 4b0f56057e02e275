# Runs until you press Stop (or Esc), or until the time limit.
n=0
while true; do
  echo "tick $((++n))"
  sleep 0.2
done
