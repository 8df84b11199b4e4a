"""Reads TensorFlow.js graph models, and runs them as ONNX or in torch."""
