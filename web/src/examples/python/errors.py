import sys

print("This line goes to stdout,")
print("this one to stderr,", file=sys.stderr)
print("and what follows is a traceback:")


def divide(a, b):
    return a / b


divide(1, 0)
