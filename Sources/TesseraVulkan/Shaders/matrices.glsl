// Sums of products in tiles of 64 × 64 by cooperative matrices: fragments that the invocations of a subgroup hold
// together, of a shape that the device names. Operands of 16 bits go through shared memory, where zeros stand for what
// lies past an edge, so that any strides and extents will do. Each of a group's four subgroups adds up a quarter of the
// tile in float32. Whoever includes this says what an ELEMENT of the operands is, and has the specialization constants
// 0 to 4.
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#pragma use_vulkan_memory_model
#include "memory.glsl"
#include "types.glsl"
// Four subgroups.
layout(local_size_x_id = 5) in;
// The fragments' shape: ROWS × DEPTH of a by DEPTH × COLUMNS of b.
layout(constant_id = 6) const uint ROWS = 16;
layout(constant_id = 7) const uint COLUMNS = 16;
layout(constant_id = 8) const uint DEPTH = 16;

// Rows and columns of a tile and of a subgroup's quarter, and the depth of operands in shared memory at a time.
const uint TILE = 64, QUARTER = TILE / 2, STRIP = 32;
// Elements are stored in pairs along the depth. Lines are 4 words longer than they need be: without, those of a
// fragment would share banks.
const uint PAIRS = STRIP / 2, PITCH = PAIRS + 4;

// Rows of a, then columns of b.
shared uint operands[2 * TILE * PITCH];
shared float results[4 * ROWS * COLUMNS];

// Loads lines of an operand into shared memory from word `target` on, for depths from `begin` to before `end`.
void fill(uint target, uint64_t operand, int start, int lineStep, int depthStep, uint lines, uint begin, uint end) {
  for (uint i = gl_LocalInvocationIndex; i < TILE * PAIRS; i += gl_WorkGroupSize.x) {
    // Neighbours read neighbours, whichever axis they lie along.
    uint line = depthStep == 1 ? i / PAIRS : i % TILE, pair = depthStep == 1 ? i % PAIRS : i / TILE;
    uint k = begin + 2 * pair, word = 0;
    int at = start + int(line) * lineStep + int(k) * depthStep;
    if (line < lines && k < end) word = uint(Halves(operand).at[at]);
    if (line < lines && k + 1 < end) word |= uint(Halves(operand).at[at + depthStep]) << 16;
    operands[target + line * PITCH + pair] = word;
  }
}

void meetInSubgroup() {
  controlBarrier(gl_ScopeSubgroup, gl_ScopeSubgroup, gl_StorageSemanticsShared, gl_SemanticsAcquireRelease);
}

coopmat<float, gl_ScopeSubgroup, ROWS, COLUMNS, gl_MatrixUseAccumulator> sums[QUARTER / ROWS][QUARTER / COLUMNS];

void clearSums() {
  for (uint i = 0; i < QUARTER / ROWS; i++) {
    for (uint j = 0; j < QUARTER / COLUMNS; j++) {
      sums[i][j] = coopmat<float, gl_ScopeSubgroup, ROWS, COLUMNS, gl_MatrixUseAccumulator>(0.0);
    }
  }
}

// First row and column of the subgroup's quarter.
uvec2 corner() { return uvec2(gl_SubgroupID / 2, gl_SubgroupID % 2) * QUARTER; }

// Adds the products of the strips in shared memory; barriers before and after are the caller's.
void addStrips() {
  uvec2 from = corner() * PITCH;
  for (uint step = 0; step < PAIRS; step += DEPTH / 2) {
    coopmat<ELEMENT, gl_ScopeSubgroup, DEPTH, COLUMNS, gl_MatrixUseB> right[QUARTER / COLUMNS];
    for (uint j = 0; j < QUARTER / COLUMNS; j++) {
      uint at = TILE * PITCH + from.y + j * COLUMNS * PITCH + step;
      coopMatLoad(right[j], operands, at, PITCH, gl_CooperativeMatrixLayoutColumnMajor);
    }
    for (uint i = 0; i < QUARTER / ROWS; i++) {
      coopmat<ELEMENT, gl_ScopeSubgroup, ROWS, DEPTH, gl_MatrixUseA> left;
      coopMatLoad(left, operands, from.x + i * ROWS * PITCH + step, PITCH, gl_CooperativeMatrixLayoutRowMajor);
      for (uint j = 0; j < QUARTER / COLUMNS; j++) sums[i][j] = coopMatMulAdd(left, right[j], sums[i][j]);
    }
  }
}

// What becomes of a sum, at its row and column in the tile.
void storeSum(uint row, uint column, float sum);

// Which element of a fragment an invocation holds is the driver's secret: they go through shared memory.
void storeSums() {
  uint own = gl_SubgroupID * ROWS * COLUMNS;
  for (uint i = 0; i < QUARTER / ROWS; i++) {
    for (uint j = 0; j < QUARTER / COLUMNS; j++) {
      meetInSubgroup();
      coopMatStore(sums[i][j], results, own, COLUMNS, gl_CooperativeMatrixLayoutRowMajor);
      meetInSubgroup();
      uvec2 first = corner() + uvec2(i * ROWS, j * COLUMNS);
      for (uint e = gl_SubgroupInvocationID; e < ROWS * COLUMNS; e += gl_SubgroupSize) {
        storeSum(first.x + e / COLUMNS, first.y + e % COLUMNS, results[own + e]);
      }
    }
  }
}
