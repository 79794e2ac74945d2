// Replaced by the first test of a layer.
