#version 460
// Zeros, to which elements are added at given positions of one axis. Each result looks for its own terms, in order:
// no atomics, and the same bits every time. Result and source walk the same outer loops; the index and the source
// have one more, over `count` elements along the axis.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "rows.glsl"
layout(constant_id = 1) const uint TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t y, source;
  Longs index;
  // Results are [outer loops, extent]; strides of the axis itself, then of the loops.
  uint results, extent, count, rank;
  int step, sourceStep, indexStep, padding;
  // A loop's extent in the source may be below the result's.
  int extents[8], sourceExtents[8], strides[8], sourceStrides[8], indexStrides[8];
};
layout(push_constant) uniform Push { Arguments arguments; };

void main() {
  for (EACH_RESULT(result, arguments.results)) {
    bool isReal = result < arguments.results;
    int place = int(result % arguments.extent), target = place * arguments.step, from = 0, which = 0;
    uint rest = result / arguments.extent;
    bool isInside = isReal;
    for (int loop = int(arguments.rank) - 1; loop >= 0; loop--) {
      int index = int(rest % uint(arguments.extents[loop]));
      rest /= uint(arguments.extents[loop]);
      isInside = isInside && index < arguments.sourceExtents[loop];
      target += index * arguments.strides[loop];
      from += index * arguments.sourceStrides[loop];
      which += index * arguments.indexStrides[loop];
    }
    float sum = 0.0;
    for (uint k = ROW; isInside && k < arguments.count; k += ROWS) {
      int index = int(arguments.index.at[which + int(k) * arguments.indexStep]);
      if (index < 0) index += int(arguments.extent);
      if (index == place) sum += mapAt(arguments.source, from + int(k) * arguments.sourceStep);
    }
    sum = sumOfRows(vec2(sum, 0.0)).x;
    if (ROW == 0 && isReal) setMap(arguments.y, target, sum);
  }
}
