# Ignores the polite signals and keeps children that do the same.
# Press Stop and read the proof.
trap '' TERM INT HUP QUIT
for i in 1 2 3 4; do
  (trap '' TERM INT HUP QUIT; while true; do :; done) &
done
echo "5 processes, none of which listens to SIGTERM"
while true; do
  echo "still here"
  sleep 0.5
done
