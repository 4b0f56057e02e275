import json
import math
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(2) as pool:
    total = sum(pool.map(math.isqrt, range(100)))
print(json.dumps({"total": total}))
print("hello from python")
