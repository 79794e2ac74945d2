#version 460
// Elements of SIZE bytes picked along one axis: operands are the output, the index and the source without its axis.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "loops.glsl"
layout(constant_id = 0) const uint SIZE = 4;

// `bits` has the stride of the picked axis in its upper half, and its extent in the lower.
void main() {
  int step = int(arguments.bits >> 32), extent = int(arguments.bits & int64_t(0xFFFFFFFFu));
  for (EACH(i, arguments.count)) {
    ivec4 at = locate(i);
    int index = int(Longs(arguments.operands[1]).at[at[1]]);
    int source = at[2] + (index < 0 ? index + extent : index) * step;
    uint64_t target = arguments.operands[0], from = arguments.operands[2];
    switch (SIZE) {
      case 1: Bytes(target).at[at[0]] = Bytes(from).at[source]; break;
      case 2: Halves(target).at[at[0]] = Halves(from).at[source]; break;
      case 4: Words(target).at[at[0]] = Words(from).at[source]; break;
      default: Longs(target).at[at[0]] = Longs(from).at[source]; break;
    }
  }
}
