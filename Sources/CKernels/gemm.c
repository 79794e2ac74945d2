// Matrix products for both element types; the bodies are in gemm.inc.
#include "gemm.h"

#include "gemm_tile.h"
#include "vector_math.h"

// A panel of depthBlock × 24 floats is 24 KiB (first-level cache), a block of rows 96 KiB (second level).
enum { depthBlock = 256, columnBlock = 480, rowBlock = 96 };

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#define REAL float
#define NAME(x) JOIN(x, _f32)
#include "gemm_tiles.inc"
#include "gemm.inc"
#undef REAL
#undef NAME
#define REAL double
#define NAME(x) JOIN(x, _f64)
#include "gemm_tiles.inc"
#include "gemm.inc"
