import platform

print(f"Hello from Python {platform.python_version()}!")
print("The first squares:", *(n * n for n in range(1, 11)))
