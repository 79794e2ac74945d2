// Loops over up to four operands of one shape; the output is operand 0. Strides count elements.
layout(local_size_x = 256) in;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t operands[4];
  int64_t bits;
  uint count, rank;
  float p, q;
  int extents[8];
  int strides[4][8];
};
layout(push_constant) uniform Push { Arguments arguments; };

// The offset of a position in each operand.
ivec4 locate(uint position) {
  // Most tensors are one loop over neighbours or a few strides.
  if (arguments.rank == 1) {
    return int(position) * ivec4(
      arguments.strides[0][0], arguments.strides[1][0], arguments.strides[2][0], arguments.strides[3][0]);
  }
  ivec4 offsets = ivec4(0);
  for (int loop = int(arguments.rank) - 1; loop >= 0; loop--) {
    uint extent = uint(arguments.extents[loop]);
    // The outermost loop has what is left.
    int index = int(loop == 0 ? position : position % extent);
    position /= extent;
    [[unroll]] for (int k = 0; k < 4; k++) offsets[k] += index * arguments.strides[k][loop];
  }
  return offsets;
}
