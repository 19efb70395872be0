#!/bin/sh
# Ingest of a file of 2 GB (100,000 frames of 200 atoms with forces), plain and from a pipe: memory
# stays that of some frames, and every frame arrives.
set -eu
python3 - > block.xyz <<'PY'
import random

rng = random.Random(1)
for frame in range(1000):
    print(f'200\nLattice="15 0 0 0 15 0 0 0 15" Properties=species:S:1:pos:R:3:forces:R:3 energy={-860 + rng.random():.8f} '
          f'virial="1 0 0 0 1 0 0 0 1" config_type=block pbc="T T T"')
    for i in range(200):
        x, y, z = i % 6, i // 6 % 6, i // 36
        print("Si" + "".join(f" {2.5 * k + 0.2 * rng.random():16.8f}" for k in (x, y, z))
              + "".join(f" {rng.gauss(0, 1):16.8f}" for _ in range(3)))
PY
size=$(wc -c < block.xyz)
copies=$((2000000000 / size + 1))
for i in $(seq $copies); do cat block.xyz; done > large.xyz
[ "$(wc -c < large.xyz)" -gt 2000000000 ]
python3 - "$copies" <<'PY'
import os, resource, subprocess, sys, time

copies = int(sys.argv[1])
labels = ["--energy", "energy", "--forces", "forces", "--virial", "virial", "--level", "0", "-q", "-o", "large.h5"]
for source in ["file", "pipe"]:
    start = time.time()
    with open("large.xyz", "rb") as stream:
        subprocess.run(["farfield-ingest", "large.xyz" if source == "file" else "-", *labels],
                       stdin=stream if source == "pipe" else None, check=True)
    seconds = time.time() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{source}: {os.path.getsize('large.xyz') / 1e6 / seconds:.0f} MB/s, at most {peak:.0f} MB of memory")
    assert peak < 300, "memory grows with the file"
shown = subprocess.run(["h5ls", "large.h5/frames/atoms"], capture_output=True, text=True).stdout
assert f"{{{1000 * copies}/" in shown, shown
PY
