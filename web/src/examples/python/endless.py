# Runs until you press Stop (or Esc), or until the time limit.
import time

n = 0
while True:
    n += 1
    print(f"tick {n}")
    time.sleep(0.2)
