#version 460
// The same values in another type.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "loops.glsl"
layout(constant_id = 0) const uint FROM = 0;
layout(constant_id = 1) const uint TO = 0;

void main() {
  for (EACH(i, arguments.count)) {
    ivec4 at = locate(i);
    uint64_t source = arguments.operands[1], target = arguments.operands[0];
    if (isInteger(FROM)) {
      int64_t value = loadInteger(source, at[1], FROM);
      if (isInteger(TO)) {
        storeInteger(target, at[0], TO, value);
      } else {
        storeFloat(target, at[0], TO, float(value));
      }
    } else {
      float value = loadFloat(source, at[1], FROM);
      if (TO == BOOL) {
        storeInteger(target, at[0], TO, value != 0.0 ? int64_t(1) : int64_t(0));
      } else if (isInteger(TO)) {
        storeInteger(target, at[0], TO, truncated(value, TO));
      } else {
        storeFloat(target, at[0], TO, value);
      }
    }
  }
}
