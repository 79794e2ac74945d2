#version 460
// Functions of integers. FUNCTION is the number of a CKIntegerUnaryOp, or 100 more than that of a CKIntegerBinaryOp;
// the scalars lie after the truncation that the CPU makes, `bits` for the first and operand 3 for the second.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "loops.glsl"
layout(constant_id = 0) const uint FUNCTION = 0;
layout(constant_id = 1) const uint TYPE = 2;

// Rounds towards minus infinity; a zero divisor gives 0.
int64_t floorDivide(int64_t x, int64_t y) {
  if (y == 0) return 0;
  int64_t quotient = x / y;
  return x - quotient * y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient;
}

int64_t apply(int64_t x, int64_t y, int64_t p, int64_t q) {
  switch (FUNCTION) {
    case 0: return -x;
    case 1: return x < 0 ? -x : x;
    case 2: return x > 0 ? int64_t(1) : x < 0 ? int64_t(-1) : int64_t(0);
    case 3: return x < 0 ? int64_t(0) : x;
    case 4: return x + p;
    case 5: return x * p;
    case 6: return p - x;
    case 7: return x < p ? p : x > q ? q : x;
    case 100: return x + y;
    case 101: return x - y;
    case 102: return x * y;
    case 103: return floorDivide(x, y);
    case 104: return y == 0 ? int64_t(0) : x - floorDivide(x, y) * y;
    case 105: return x > y ? x : y;
    default: return x < y ? x : y;
  }
}

void main() {
  for (EACH(i, arguments.count)) {
    ivec4 at = locate(i);
    int64_t x = loadInteger(arguments.operands[1], at[1], TYPE);
    int64_t y = FUNCTION >= 100 ? loadInteger(arguments.operands[2], at[2], TYPE) : int64_t(0);
    storeInteger(
      arguments.operands[0], at[0], TYPE, apply(x, y, arguments.bits, int64_t(arguments.operands[3])));
  }
}
