#version 460
// Relations between two elements (FUNCTION is the number of a CKCompareOp), and truth functions (100 more than the
// number of a CKLogicalOp; 103 negates). The result is a byte, 0 or 1.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "loops.glsl"
layout(constant_id = 0) const uint FUNCTION = 0;
layout(constant_id = 1) const uint TYPE = 0;

#define RELATION(x, y)                 \
  switch (FUNCTION) {                  \
    case 0: return (x) == (y);         \
    case 1: return (x) != (y);         \
    case 2: return (x) < (y);          \
    case 3: return (x) <= (y);         \
    case 4: return (x) > (y);          \
    case 5: return (x) >= (y);         \
    case 100: return (x) != 0 && (y) != 0; \
    case 101: return (x) != 0 || (y) != 0; \
    case 102: return ((x) != 0) != ((y) != 0); \
    default: return (x) == 0;          \
  }

bool relation(ivec4 at) {
  if (isInteger(TYPE)) {
    int64_t x = loadInteger(arguments.operands[1], at[1], TYPE);
    int64_t y = FUNCTION == 103 ? int64_t(0) : loadInteger(arguments.operands[2], at[2], TYPE);
    RELATION(x, y)
  }
  float x = loadFloat(arguments.operands[1], at[1], TYPE), y = loadFloat(arguments.operands[2], at[2], TYPE);
  RELATION(x, y)
}

void main() {
  for (EACH(i, arguments.count)) {
    ivec4 at = locate(i);
    Bytes(arguments.operands[0]).at[at[0]] = uint8_t(relation(at) ? 1u : 0u);
  }
}
