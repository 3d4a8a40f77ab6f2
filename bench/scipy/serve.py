"""Times LAPACK through scipy and numpy for the benches.

Commands are JSON lines on stdin, answers JSON lines on stdout:
  {"load": "FILE", "rows": n, "columns": d}  FILE holds A in row-major order, then b, as 64-bit numbers -> {}
  {"time": "gelsd"}                          one solve -> {"ms": ...}
  {"solve": "gelsd"}                         -> {"x": [...]}
The first line written is {"versions": {...}}.
"""

import ctypes
import json
import platform
import sys
import time

import numpy as np
import scipy
from scipy.linalg import lapack, lstsq


def qr(A, b):
    """DGELS with the work space it asks for: QR without pivoting."""
    n, d = A.shape
    size = int(lapack.dgels_lwork(n, d, 1)[0].real)
    return lapack.dgels(A, b, lwork=size)[1][:d]


def normal_equations(A, b):
    return np.linalg.solve(A.T @ A, A.T @ b)


SOLVERS = {
    "gelsd": lambda A, b: lstsq(A, b, lapack_driver="gelsd", check_finite=False)[0],
    "gelsy": lambda A, b: lstsq(A, b, lapack_driver="gelsy", check_finite=False)[0],
    "qr": qr,
    "normal": normal_equations,
}


def blas_kernel():
    """Which of its kernels OpenBLAS chose for this processor, if it is OpenBLAS."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "openblas" in line}
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        for name in ("scipy_openblas_get_corename64_", "openblas_get_corename64_", "openblas_get_corename"):
            if hasattr(library, name):
                function = getattr(library, name)
                function.restype = ctypes.c_char_p
                return "OpenBLAS " + function().decode()
    return "unknown"


def versions():
    try:
        blas = blas_kernel()
    except OSError:
        blas = "unknown"
    return {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__, "BLAS": blas}


def answer(value):
    print(json.dumps(value), flush=True)


def main():
    answer({"versions": versions()})
    A = b = None
    for line in sys.stdin:
        command = json.loads(line)
        if "load" in command:
            n, d = command["rows"], command["columns"]
            values = np.fromfile(command["load"], dtype=np.float64)
            A, b = values[: n * d].reshape(n, d), values[n * d :]
            answer({})
        elif "solve" in command:
            answer({"x": SOLVERS[command["solve"]](A, b).tolist()})
        else:
            solver = SOLVERS[command["time"]]
            start = time.perf_counter()
            solver(A, b)
            answer({"ms": 1000 * (time.perf_counter() - start)})


main()
