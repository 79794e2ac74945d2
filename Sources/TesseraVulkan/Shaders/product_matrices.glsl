// Matrix products of operands of 16 bits by cooperative matrices.
#include "matrices.glsl"
#include "product.glsl"

// The tile at hand.
uint tileRow, tileColumn, tileMatrix, tilePart;

void storeSum(uint row, uint column, float sum) {
  row += tileRow;
  column += tileColumn;
  if (isInside(row, column)) storeProduct(tilePart, tileMatrix, row, column, sum);
}

void tile(uint firstRow, uint firstColumn, uint matrix, uint part) {
  tileRow = firstRow;
  tileColumn = firstColumn;
  tileMatrix = matrix;
  tilePart = part;
  clearSums();
  ivec2 starts = startsOf(matrix) + ivec2(firstRow, firstColumn) * ivec2(arguments.aRow, arguments.bColumn);
  uint rows = arguments.rows - firstRow, columns = arguments.columns - firstColumn;
  uint begin = part * arguments.partDepth, end = min(arguments.depth, begin + arguments.partDepth);
  for (uint k = begin; k < end; k += STRIP) {
    barrier();
    fill(0, arguments.a, starts.x, arguments.aRow, arguments.aDepth, rows, k, end);
    fill(TILE * PITCH, arguments.b, starts.y, arguments.bColumn, arguments.bDepth, columns, k, end);
    barrier();
    addStrips();
  }
  storeSums();
}
