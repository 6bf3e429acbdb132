"""Training of the reader whose weights are `bot/ranking/reader.onnx`: `make reader`."""
