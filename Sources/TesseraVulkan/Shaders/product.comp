#version 460
// Matrix products of operands of any floating type. An invocation makes a block of 8 × 8 elements in registers without
// a barrier; neighbours in a group of 8 × 8 share rows and columns through the cache.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
layout(local_size_x = 64) in;

const uint BLOCK = 8, SIDE = 8, TILE = BLOCK * SIDE;

#include "product.glsl"

void tile(uint firstRow, uint firstColumn, uint matrix, uint part) {
  ivec2 starts = startsOf(matrix);
  uint row0 = firstRow + gl_LocalInvocationID.x / SIDE, column0 = firstColumn + gl_LocalInvocationID.x % SIDE;
  // Indices past the end repeat the last element; their results are not stored.
  int rows[BLOCK], columns[BLOCK];
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    rows[i] = starts.x + int(min(row0 + i * SIDE, arguments.rows - 1)) * arguments.aRow;
    columns[i] = starts.y + int(min(column0 + i * SIDE, arguments.columns - 1)) * arguments.bColumn;
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
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    uint row = row0 + i * SIDE;
    [[unroll]] for (uint j = 0; j < BLOCK; j++) {
      uint column = column0 + j * SIDE;
      if (!isInside(row, column)) continue;
      storeProduct(part, matrix, row, column, sums[i][j]);
    }
  }
}
