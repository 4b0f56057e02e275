# Type lines below the output; "End of input" finishes it.
import sys

print("What is your name?")
for line in sys.stdin:
    name = line.strip()
    print(f"Nice to meet you, {name}! ({len(name)} letters) Who else?")
print("Goodbye.")
