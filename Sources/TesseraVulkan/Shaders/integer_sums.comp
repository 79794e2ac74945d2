#version 460
// Sums of integers along an axis, as int64; and whether all (MODE 1) or any (MODE 2) are true, as a byte.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
layout(local_size_x = 256) in;
layout(constant_id = 0) const uint TYPE = 3;
layout(constant_id = 1) const uint MODE = 0;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, y;
  uint outer, count, inner;
};
layout(push_constant) uniform Push { Arguments arguments; };

void main() {
  for (EACH(result, arguments.outer * arguments.inner)) {
    uint start = result / arguments.inner * arguments.count * arguments.inner + result % arguments.inner;
    int64_t sum = 0, truths = 0;
    for (uint k = 0; k < arguments.count; k++) {
      int64_t value = loadInteger(arguments.x, int(start + k * arguments.inner), TYPE);
      sum += value;
      truths += value != 0 ? 1 : 0;
    }
    if (MODE == 0) {
      Longs(arguments.y).at[result] = sum;
    } else {
      bool truth = MODE == 1 ? truths == arguments.count : truths > 0;
      Bytes(arguments.y).at[result] = uint8_t(truth ? 1u : 0u);
    }
  }
}
