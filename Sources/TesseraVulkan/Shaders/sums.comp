#version 460
// Sums along an axis in `parts`, each a result of its own: x is [outer, count, inner], a result is one of
// outer · inner. MODE says what is added:
//   0  x
//   1  x less the first element of its row, and its square (moments of instance norm)
//   2  the gradient g of a norm's output, and g · (x - mean) · rstd; the activation's slope is applied to g
//   3  dy and dy · (x - mean) · rstd, statistics one a row of `count` (parameters of layer norm)
//   4  the gradient g of a leaky ReLU over two branches, and its products with each behind its norm
// Modes 1 to 3 write the two sums of a part one after the other, [outer, parts, 2, inner], and mode 4 its three.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "rows.glsl"
layout(constant_id = 1) const uint MODE = 0;
layout(constant_id = 2) const uint TYPE = FLOAT32;
layout(constant_id = 3) const uint RESULT_TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, y, mean, rstd, weight, bias, dy, second, secondMean, secondRstd;
  uint outer, count, inner, parts, partCount;
  float divisor, slope;
};
layout(push_constant) uniform Push { Arguments arguments; };

vec3 term(uint at, uint row, uint statistics, uint channel, float pivot) {
  if (MODE == 0) return vec3(mapAt(arguments.x, at), 0.0, 0.0);
  if (MODE == 1) {
    float value = mapAt(arguments.x, at) - pivot;
    return vec3(value, value * value, 0.0);
  }
  uint index = MODE == 3 ? row : statistics;
  float centered = mapAt(arguments.x, at) - Floats(arguments.mean).at[index], rstd = Floats(arguments.rstd).at[index];
  float g = mapAt(arguments.dy, at);
  if (MODE == 2) {
    float scale = rstd * valueOr(arguments.weight, channel, 1.0);
    if (centered * scale + valueOr(arguments.bias, channel, 0.0) < 0.0) g *= arguments.slope;
  }
  if (MODE == 4) {
    float first = centered * rstd, other = mapAt(arguments.second, at) - valueOr(arguments.secondMean, statistics, 0.0);
    other *= valueOr(arguments.secondRstd, statistics, 1.0);
    if (first + other < 0.0) g *= arguments.slope;
    return vec3(g, g * first, g * other);
  }
  return vec3(g, g * (centered * rstd), 0.0);
}

void main() {
  uint results = arguments.outer * arguments.inner;
  for (EACH_RESULT(item, results * arguments.parts)) {
    bool isReal = item < results * arguments.parts;
    uint channel = item % arguments.inner, part = item / arguments.inner % arguments.parts;
    uint block = item / arguments.inner / arguments.parts;
    uint begin = part * arguments.partCount;
    uint end = isReal ? min(arguments.count, begin + arguments.partCount) : begin;
    uint start = block * arguments.count * arguments.inner + channel, statistics = block * arguments.inner + channel;
    float pivot = MODE == 1 ? mapAt(arguments.x, isReal ? start : 0) : 0.0;
    vec3 sum = vec3(0.0);
    for (uint k = begin + ROW; k < end; k += ROWS) {
      sum += term(start + k * arguments.inner, k, statistics, channel, pivot);
    }
    sum.xy = sumOfRows(sum.xy);
    if (MODE == 4) sum.z = sumOfRows(vec2(sum.z, 0.0)).x;
    if (ROW != 0 || !isReal) continue;
    if (MODE == 0) {
      storeFloat(arguments.y, int(item), RESULT_TYPE, sum.x / arguments.divisor);
      continue;
    }
    uint count = MODE == 4 ? 3 : 2, target = (block * arguments.parts + part) * count * arguments.inner + channel;
    for (uint i = 0; i < count; i++) Floats(arguments.y).at[target + i * arguments.inner] = sum[i];
  }
}
