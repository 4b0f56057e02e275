# Takes memory until the limit ends the run.
kept = []
while True:
    kept.append(bytearray(8 << 20))
    print(f"{len(kept) * 8} MiB")
