#version 460
// Sums of integers along an axis in `parts`, as int64; and whether all (MODE 1) or any (MODE 2) are true, as a byte.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
layout(local_size_x = 256) in;
layout(constant_id = 0) const uint TYPE = 3;
layout(constant_id = 1) const uint MODE = 0;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, y;
  uint outer, count, inner, parts, partCount;
};
layout(push_constant) uniform Push { Arguments arguments; };

void main() {
  uint inner = arguments.inner, parts = arguments.parts;
  for (EACH(result, arguments.outer * parts * inner)) {
    uint start = result / inner / parts * arguments.count * inner + result % inner;
    uint begin = result / inner % parts * arguments.partCount;
    uint end = min(arguments.count, begin + arguments.partCount);
    int64_t sum = 0, truths = 0;
    for (uint k = begin; k < end; k++) {
      int64_t value = loadInteger(arguments.x, int(start + k * inner), TYPE);
      sum += value;
      truths += value != 0 ? 1 : 0;
    }
    if (MODE == 0) {
      Longs(arguments.y).at[result] = sum;
    } else {
      bool truth = MODE == 1 ? truths == end - begin : truths > 0;
      Bytes(arguments.y).at[result] = uint8_t(truth ? 1u : 0u);
    }
  }
}
