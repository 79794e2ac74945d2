#version 460
// A batch of matrix products c = a b (+ bias on columns). An invocation makes a block of 8 × 8 elements in registers
// without a barrier; neighbours in a group of 8 × 8 share rows and columns through the cache. The depth is cut into
// `parts` whose results follow one another, where rows and columns alone are too few.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
layout(local_size_x = 64) in;
// Types of a, b and c; the bias is float32.
layout(constant_id = 0) const uint A_TYPE = FLOAT32;
layout(constant_id = 1) const uint B_TYPE = FLOAT32;
layout(constant_id = 2) const uint C_TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t a, b;
  Floats bias;
  uint64_t c;
  uint rows, columns, depth, parts, partDepth, batch, rank;
  int aRow, aDepth, bDepth, bColumn;
  int extents[8], aStrides[8], bStrides[8];
};
layout(push_constant) uniform Push { Arguments arguments; };

const uint BLOCK = 8, SIDE = 8, TILE = BLOCK * SIDE;

void tile(uint firstRow, uint firstColumn, uint matrix, uint part) {
  int a = 0, b = 0;
  uint rest = matrix;
  for (int loop = int(arguments.rank) - 1; loop >= 0; loop--) {
    int index = int(rest % uint(arguments.extents[loop]));
    rest /= uint(arguments.extents[loop]);
    a += index * arguments.aStrides[loop];
    b += index * arguments.bStrides[loop];
  }
  uint row0 = firstRow + gl_LocalInvocationID.x / SIDE, column0 = firstColumn + gl_LocalInvocationID.x % SIDE;
  // Indices past the end repeat the last element; their results are not stored.
  int rows[BLOCK], columns[BLOCK];
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    rows[i] = a + int(min(row0 + i * SIDE, arguments.rows - 1)) * arguments.aRow;
    columns[i] = b + int(min(column0 + i * SIDE, arguments.columns - 1)) * arguments.bColumn;
  }
  float sums[BLOCK][BLOCK];
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    [[unroll]] for (uint j = 0; j < BLOCK; j++) sums[i][j] = 0.0;
  }
  uint begin = part * arguments.partDepth, end = min(arguments.depth, begin + arguments.partDepth);
  uint64_t as = arguments.a, bs = arguments.b;
  int aStep = arguments.aDepth, bStep = arguments.bDepth;
  for (uint k = begin; k < end; k++) {
    float left[BLOCK], right[BLOCK];
    int aDepth = int(k) * aStep, bDepth = int(k) * bStep;
    [[unroll]] for (uint i = 0; i < BLOCK; i++) {
      left[i] = loadFloat(as, rows[i] + aDepth, A_TYPE);
      right[i] = loadFloat(bs, columns[i] + bDepth, B_TYPE);
    }
    [[unroll]] for (uint i = 0; i < BLOCK; i++) {
      [[unroll]] for (uint j = 0; j < BLOCK; j++) sums[i][j] += left[i] * right[j];
    }
  }
  uint target = (part * arguments.batch + matrix) * arguments.rows * arguments.columns;
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    uint row = row0 + i * SIDE;
    [[unroll]] for (uint j = 0; j < BLOCK; j++) {
      uint column = column0 + j * SIDE;
      if (row >= arguments.rows || column >= arguments.columns) continue;
      float bias = part == 0 ? valueOr(arguments.bias, column, 0.0) : 0.0;
      storeFloat(arguments.c, int(target + row * arguments.columns + column), C_TYPE, sums[i][j] + bias);
    }
  }
}

void main() {
  uint across = (arguments.columns + TILE - 1) / TILE, down = (arguments.rows + TILE - 1) / TILE;
  uint count = across * down * arguments.batch * arguments.parts;
  for (uint item = gl_WorkGroupID.x; item < count; item += gl_NumWorkGroups.x) {
    uint rest = item / across;
    tile(rest % down * TILE, item % across * TILE, rest / down % arguments.batch, rest / down / arguments.batch);
  }
}
