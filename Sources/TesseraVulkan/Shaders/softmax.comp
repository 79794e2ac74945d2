#version 460
// Softmax along an axis (MODE 0), its logarithm (1), and their gradients from the result (2, 3). All operands lie in one
// order: [outer, count, inner].
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "math.glsl"
#include "rows.glsl"
layout(constant_id = 1) const uint MODE = 0;
layout(constant_id = 2) const uint TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, y, dy;
  uint outer, count, inner;
};
layout(push_constant) uniform Push { Arguments arguments; };

void forward(uint start, uint count) {
  float largest = -INFINITY;
  for (uint k = ROW; k < count; k += ROWS) largest = max(largest, mapAt(arguments.x, start + k * arguments.inner));
  largest = maximumOfRows(largest);
  float sum = 0.0;
  for (uint k = ROW; k < count; k += ROWS) sum += exact_exp(mapAt(arguments.x, start + k * arguments.inner) - largest);
  sum = sumOfRows(vec2(sum, 0.0)).x;
  float shift = largest + exact_log(sum), scale = 1.0 / sum;
  for (uint k = ROW; k < count; k += ROWS) {
    uint at = start + k * arguments.inner;
    float x = mapAt(arguments.x, at);
    setMap(arguments.y, at, MODE == 1 ? x - shift : exact_exp(x - largest) * scale);
  }
}

// x is the result of the forward pass, y the gradient of its input.
void backward(uint start, uint count) {
  float sum = 0.0;
  for (uint k = ROW; k < count; k += ROWS) {
    uint at = start + k * arguments.inner;
    sum += MODE == 3 ? mapAt(arguments.dy, at) : mapAt(arguments.dy, at) * mapAt(arguments.x, at);
  }
  sum = sumOfRows(vec2(sum, 0.0)).x;
  for (uint k = ROW; k < count; k += ROWS) {
    uint at = start + k * arguments.inner;
    float result = mapAt(arguments.x, at), dy = mapAt(arguments.dy, at);
    setMap(arguments.y, at, MODE == 3 ? dy - exact_exp(result) * sum : result * (dy - sum));
  }
}

void main() {
  uint results = arguments.outer * arguments.inner;
  for (EACH_RESULT(result, results)) {
    uint start = result / arguments.inner * arguments.count * arguments.inner + result % arguments.inner;
    uint count = result < results ? arguments.count : 0;
    if (MODE < 2) {
      forward(start, count);
    } else {
      backward(start, count);
    }
  }
}
