"""python3 read.py kernel.py [TIER]: asks train, infer, grad and infer_grad of kernel.py, if there, with NumPy arrays by name."""
import importlib.util, json, pathlib, struct, sys
import numpy as np

tier = sys.argv[2] if len(sys.argv) > 2 else "stable"
spec = importlib.util.spec_from_file_location("kernel", sys.argv[1])
spec.loader.exec_module(kernel := importlib.util.module_from_spec(spec))

def read(path):
    """The metadata, and the tensors by name: those of BF16 as their numbers in float32."""
    raw = path.read_bytes()
    end = 8 + struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8:end])
    meta, tensors = header.pop("__metadata__"), {}
    for name, entry in header.items():
        kind = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8"}[entry["dtype"]]
        flat = np.frombuffer(raw[end:][slice(*entry["data_offsets"])], kind)
        tensors[name] = ((flat.astype("<u4") << 16).view("<f4") if kind == "<u2" else flat).reshape(entry["shape"])
    return {**meta, "dtype": header["x"]["dtype"]}, tensors

wrong = 0
for path in sorted((pathlib.Path(__file__).parent / "safetensors").iterdir()):
    meta, tensors = read(path)
    if not hasattr(kernel, meta["op"]): continue
    got = getattr(kernel, meta["op"])(layout=meta["layout"], dtype=meta["dtype"], **{n: t for n, t in tensors.items() if "." not in n})
    for name in [name[9:] for name in tensors if name.startswith("expected.") and (name[9:] in got or name[9:] not in ("mean", "variance", "inv_std"))]:
        least, most = tensors[f"{tier}.least.{name}"], tensors[f"{tier}.most.{name}"]
        right = ((least <= got[name]) & (got[name] <= most)) | np.isinf(least)
        wrong += not right.all() and (print(f"{path.stem}: {name} is outside {tier} at {np.argwhere(~right)[0]}") or 1)
sys.exit(f"{wrong} outputs are wrong" if wrong else 0)
