#version 460
// Layer norm over rows of `count` neighbours (IS_BACKWARD 0), and its gradient for the input.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "rows.glsl"
layout(constant_id = 1) const uint IS_BACKWARD = 0;
layout(constant_id = 2) const uint TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, weight, bias, y, mean, rstd, dy;
  uint rows, count;
  float epsilon;
};
layout(push_constant) uniform Push { Arguments arguments; };

void forward(uint row, uint start, uint count) {
  float sum = 0.0, squares = 0.0, width = float(arguments.count);
  for (uint k = ROW; k < count; k += ROWS) sum += mapAt(arguments.x, start + k);
  float mean = sumOfRows(vec2(sum, 0.0)).x / width;
  for (uint k = ROW; k < count; k += ROWS) {
    float centered = mapAt(arguments.x, start + k) - mean;
    squares += centered * centered;
  }
  float rstd = 1.0 / sqrt(sumOfRows(vec2(squares, 0.0)).x / width + arguments.epsilon);
  if (ROW == 0 && count > 0) {
    Floats(arguments.mean).at[row] = mean;
    Floats(arguments.rstd).at[row] = rstd;
  }
  for (uint k = ROW; k < count; k += ROWS) {
    float normal = (mapAt(arguments.x, start + k) - mean) * rstd;
    setMap(
      arguments.y, start + k, normal * valueOr(arguments.weight, k, 1.0) + valueOr(arguments.bias, k, 0.0));
  }
}

// y is the gradient of the input.
void backward(uint row, uint start, uint count) {
  uint known = min(row, arguments.rows - 1);
  float mean = Floats(arguments.mean).at[known], rstd = Floats(arguments.rstd).at[known];
  vec2 sums = vec2(0.0);
  for (uint k = ROW; k < count; k += ROWS) {
    float g = mapAt(arguments.dy, start + k) * valueOr(arguments.weight, k, 1.0);
    sums += vec2(g, g * ((mapAt(arguments.x, start + k) - mean) * rstd));
  }
  sums = sumOfRows(sums) / float(arguments.count);
  for (uint k = ROW; k < count; k += ROWS) {
    float g = mapAt(arguments.dy, start + k) * valueOr(arguments.weight, k, 1.0);
    float normal = (mapAt(arguments.x, start + k) - mean) * rstd;
    setMap(arguments.y, start + k, rstd * (g - sums.x - normal * sums.y));
  }
}

void main() {
  for (EACH_RESULT(row, arguments.rows)) {
    uint count = row < arguments.rows ? arguments.count : 0;
    if (IS_BACKWARD == 1) {
      backward(row, row * arguments.count, count);
    } else {
      forward(row, row * arguments.count, count);
    }
  }
}
