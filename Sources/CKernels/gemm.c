// Matrix products for both types that are computed with (gemm.inc), and sums over rows for every stored one.
#include "gemm.h"

#include "element.h"
#include "gemm_tile.h"

// A panel of depthBlock × 24 floats is 24 KiB (first-level cache), a block of rows 96 KiB (second level).
enum { depthBlock = 256, columnBlock = 480, rowBlock = 96 };

#define BODY "gemm_tiles.inc"
#include "each_real.inc"
#define BODY "gemm.inc"
#include "each_real.inc"
#define BODY "column_sums.inc"
#include "each_element.inc"
