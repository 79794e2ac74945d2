// A batch of matrix products c = a b (+ bias on columns), in tiles of TILE × TILE. The depth is cut into `parts` whose
// results follow one another, where rows and columns alone are too few.
// Types of a, b and c; the bias is float32.
layout(constant_id = 0) const uint A_TYPE = FLOAT32;
layout(constant_id = 1) const uint B_TYPE = FLOAT32;
layout(constant_id = 2) const uint C_TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t a, b, bias, c;
  uint rows, columns, depth, parts, partDepth, batch, rank;
  int aRow, aDepth, bDepth, bColumn;
  int extents[8], aStrides[8], bStrides[8];
};
layout(push_constant) uniform Push { Arguments arguments; };

// Where a matrix of the batch begins in a and in b.
ivec2 startsOf(uint matrix) {
  ivec2 starts = ivec2(0);
  for (int loop = int(arguments.rank) - 1; loop >= 0; loop--) {
    int index = int(matrix % uint(arguments.extents[loop]));
    matrix /= uint(arguments.extents[loop]);
    starts += index * ivec2(arguments.aStrides[loop], arguments.bStrides[loop]);
  }
  return starts;
}

bool isInside(uint row, uint column) { return row < arguments.rows && column < arguments.columns; }

// Stores an element of a part's product, with the bias in the first part.
void storeProduct(uint part, uint matrix, uint row, uint column, float sum) {
  float bias = part == 0 ? valueOr(arguments.bias, column, 0.0) : 0.0;
  uint start = (part * arguments.batch + matrix) * arguments.rows * arguments.columns;
  storeFloat(arguments.c, int(start + row * arguments.columns + column), C_TYPE, sum + bias);
}

// Makes one tile of one part; all invocations of a group take part.
void tile(uint firstRow, uint firstColumn, uint matrix, uint part);

void main() {
  uint across = (arguments.columns + TILE - 1) / TILE, down = (arguments.rows + TILE - 1) / TILE;
  uint count = across * down * arguments.batch * arguments.parts;
  for (uint item = gl_WorkGroupID.x; item < count; item += gl_NumWorkGroups.x) {
    uint rest = item / across;
    tile(rest % down * TILE, item % across * TILE, rest / down % arguments.batch, rest / down / arguments.batch);
  }
}
