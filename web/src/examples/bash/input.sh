# Type lines below the output; "End of input" finishes it.
echo "What is your name?"
while read -r name; do
  echo "Nice to meet you, $name! Who else?"
done
echo "Goodbye."
