"""Opens model files in the runtimes that execute them: ONNX Runtime and LiteRT."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from ml.errors import OutOfMemory
from ml.registry import Device
from ml.weights import File, Weights

Floats = NDArray[np.float32]
CHATTER = b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU."
BATCH = 4  # chips in one call: more gained nothing, and 16 cost a worker 180 MB

_threads = os.cpu_count() or 1


def use_threads(count: int) -> None:
    """How many threads a model opened from now on may use.

    Two workers on one machine share its cores: each should be given its part before it loads.
    """
    global _threads
    _threads = max(1, count)


def threads() -> int:
    """Threads a model may use: all cores unless `use_threads` said otherwise."""
    return _threads


def precision(device: Device) -> Any:
    """The torch.dtype that networks of the hub are computed in: half as exact on graphics
    processors, in the kind of half that the device knows."""
    import torch

    if device is Device.CPU:
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


class Onnx:
    """A model in ONNX Runtime. Called with one array, it gives its outputs in their order."""

    def __init__(self, path: Path, device: Device = Device.CPU) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _threads
        options.log_severity_level = 3
        # Waiting threads sleep: a photo goes through several models in turn, and those that wait
        # would otherwise keep the cores from the one that works.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        cpu = "CPUExecutionProvider"
        providers = ["CUDAExecutionProvider", cpu] if device is Device.CUDA else [cpu]
        self._session = onnxruntime.InferenceSession(path, options, providers=providers)
        self._input = self._session.get_inputs()[0].name

    def __call__(self, array: NDArray[Any]) -> list[Floats]:
        """array: N x ..., as the model wants it.

        Raises:
            OutOfMemory: not even one of the N fits.
        """
        return in_batches(self._call, array)

    def named(self, arrays: Mapping[str, NDArray[Any]]) -> list[Floats]:
        """The same of a model that takes several inputs, by their names."""
        outputs: list[Floats] = self._session.run(None, dict(arrays))
        return outputs

    def _call(self, array: NDArray[Any]) -> list[Floats]:
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

        try:
            outputs: list[Floats] = self._session.run(None, {self._input: array})
        except (Fail, RuntimeException) as error:
            if "allocate" in str(error) or "out of memory" in str(error):
                raise OutOfMemory("The device has no room for these faces.") from error
            raise
        return outputs


_open: WeakValueDictionary[tuple[Path, Device, int], Onnx] = WeakValueDictionary()


def shared(path: Path, device: Device) -> Onnx:
    """The model, loaded once for all that hold it at the same time."""
    key = path, device, _threads
    found = _open.get(key)
    if found is None:
        found = _open[key] = Onnx(path, device)
    return found


class TfLite:
    """A model in LiteRT. Called with one array, it gives its first output."""

    def __init__(self, path: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(str(path), num_threads=_threads)
        self._input = self._interpreter.get_input_details()[0]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self._batch = 0

    def __call__(self, array: Floats) -> Floats:
        """array: N x ... float32; the output is N x values."""
        return in_batches(self._call, array)[0]

    def _call(self, array: Floats) -> list[Floats]:
        if len(array) != self._batch:
            self._interpreter.resize_tensor_input(self._input["index"], array.shape)
            with unsaid(CHATTER):
                self._interpreter.allocate_tensors()
            self._batch = len(array)
        self._interpreter.set_tensor(self._input["index"], array)
        self._interpreter.invoke()
        output: Floats = self._interpreter.get_tensor(self._output)
        return [output.reshape(len(array), -1)]


@contextmanager
def unsaid(line: bytes) -> Iterator[None]:
    """Keep native code from writing the line to the terminal; all else it wrote comes after.

    For libraries that say on stderr that all is well and offer no way to be quieter.
    """
    sys.stderr.flush()
    terminal = os.dup(2)
    with TemporaryFile() as heard:
        os.dup2(heard.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
            heard.seek(0)
            for said in heard:
                if said.strip() != line:
                    os.write(2, said)


def in_batches(
    call: Callable[[NDArray[Any]], list[Floats]], array: NDArray[Any], most: int = BATCH
) -> list[Floats]:
    """What `call` gives for all of the array, `most` rows at a time; half as many when the device
    has no room for so many.

    Raises:
        OutOfMemory: it has no room for one.
    """
    parts: list[list[Floats]] = []
    at = 0
    while at < len(array):
        try:
            parts.append(call(array[at : at + most]))
        except OutOfMemory:
            if most == 1:
                raise
            most //= 2
        else:
            at += most
    return (
        parts[0] if len(parts) == 1 else [np.concatenate(part) for part in zip(*parts, strict=True)]
    )


def derived(weights: Weights, file: File, suffix: str, make: Callable[[Path], bytes]) -> Path:
    """A file made once from a weights file and kept beside it: a cache, no part of its identity.

    suffix: names what was made, with a number to raise when `make` changes ("dynamic-1.onnx").

    Raises:
        WeightsMissing: the weights file is not here.
    """
    source = weights.path(file)
    cached = source.with_name(f"{source.stem}-{suffix}")
    if not cached.exists():
        made = make(source)
        with NamedTemporaryFile(dir=cached.parent, delete=False) as part:
            part.write(made)
        Path(part.name).replace(cached)
    return cached
