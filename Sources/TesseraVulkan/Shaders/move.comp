#version 460
// Elements of 1, 2, 4 or 8 bytes moved without looking at them. MODE: 0 copies operand 1, 1 writes `bits`, 2 takes
// operand 2 or 3 by the truth of operand 1, 3 writes `bits` where operand 1 is true, 4 where it is false, else operand 2.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "loops.glsl"
layout(constant_id = 0) const uint MODE = 0;
layout(constant_id = 1) const uint SIZE = 4;

int64_t load(uint64_t operand, int index) {
  switch (SIZE) {
    case 1: return int64_t(uint(Bytes(operand).at[index]));
    case 2: return int64_t(uint(Halves(operand).at[index]));
    case 4: return int64_t(Words(operand).at[index]);
    default: return Longs(operand).at[index];
  }
}

void store(uint64_t operand, int index, int64_t bits) {
  switch (SIZE) {
    case 1: Bytes(operand).at[index] = uint8_t(uint(bits)); break;
    case 2: Halves(operand).at[index] = uint16_t(uint(bits)); break;
    case 4: Words(operand).at[index] = uint(bits); break;
    default: Longs(operand).at[index] = bits; break;
  }
}

void main() {
  for (EACH(i, arguments.count)) {
    ivec4 at = locate(i);
    int64_t value = arguments.bits;
    if (MODE == 0) value = load(arguments.operands[1], at[1]);
    if (MODE >= 2) {
      bool truth = uint(Bytes(arguments.operands[1]).at[at[1]]) != 0;
      if (MODE == 2) value = truth ? load(arguments.operands[2], at[2]) : load(arguments.operands[3], at[3]);
      if (MODE >= 3 && truth == (MODE == 4)) value = load(arguments.operands[2], at[2]);
    }
    store(arguments.operands[0], at[0], value);
  }
}
