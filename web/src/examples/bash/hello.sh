echo "Hello from bash ${BASH_VERSION}!"
for n in {1..10}; do
  printf '%d ' $((n * n))
done
echo
