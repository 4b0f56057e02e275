declare -A names=([me]=bash)
printf '%s\n' 3 1 2 | sort | tr '\n' ' '
echo "hello from ${names[me]}" > "$TMPDIR/greeting"
cat "$TMPDIR/greeting"
