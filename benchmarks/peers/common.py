"""What the scripts share: where the data lie, and how a result is printed. PEERS names the work folder."""
import json, os, sys, time, resource
import numpy as np
ROOT = os.environ.get("PEERS", "peers-work")   # data/ and out/ are made below it
D = ROOT + "/data"
OUT = ROOT + "/out"
os.makedirs(D, exist_ok=True); os.makedirs(OUT, exist_ok=True)
def meta(ds):
    return json.load(open(f"{D}/{ds}.json"))
def load(ds):
    m = meta(ds)
    X = np.fromfile(f"{D}/{ds}.bin", "<f4").reshape(m["n"], m["d"])
    return X
def labels(ds):
    return np.fromfile(f"{D}/{ds}.labels.bin", "<i4")
def save(ds, X, y, **kw):
    X = np.ascontiguousarray(X, "<f4"); y = np.ascontiguousarray(y, "<i4")
    X.tofile(f"{D}/{ds}.bin"); y.tofile(f"{D}/{ds}.labels.bin")
    json.dump(dict(n=int(X.shape[0]), d=int(X.shape[1]), dtype="float32-le", labels=f"{ds}.labels.bin (int32-le, -1 = noise)", **kw), open(f"{D}/{ds}.json", "w"))
def peak_mb():
    # VmHWM is the high-water mark of resident memory of this process
    for l in open("/proc/self/status"):
        if l.startswith("VmHWM"):
            return round(int(l.split()[1]) / 1024)
def emit(**kw):
    print("RESULT " + json.dumps(kw), flush=True)
