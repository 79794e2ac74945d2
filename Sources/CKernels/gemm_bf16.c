// Matrix products of bfloat16 operands by the instruction that multiplies pairs of them and adds both products to a float
// (AVX-512-BF16: twice the multiplications of float32). It takes subnormal operands for zero.
#include <string.h>

#include "gemm.h"
#include "gemm_tile.h"

#if defined(__x86_64__) && defined(__linux__)
#include <immintrin.h>

#define PAIRS __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

enum {
  lanes = 16,
  tileHeight = 8,  // with three vectors of columns: 24 sums, three operands and a pair of 32 registers
  tileWidth = 3,
  // Panels of 256 depth steps × 480 columns are 240 KiB, rows 48 KiB.
  depthBlock = 256,
  columnBlock = 480,
  rowBlock = 96,
};

// Two neighbours in depth; the first is the lower half.
typedef uint32_t Pair;

static int64_t pairCount(int64_t depth) { return (depth + 1) / 2; }

bool tessera_gemm_bf16_available(void) {
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

int64_t tessera_gemm_bf16_narrow_depth(void) { return depthBlock; }

size_t tessera_gemm_bf16_scratch(const TesseraProduct *product) {
  int64_t pairs = pairCount(smaller(product->k, depthBlock));
  int64_t columns = roundUp(smaller(product->n, columnBlock), lanes);
  return (size_t)(pairs * (columns + roundUp(rowBlock, tileHeight))) * sizeof(Pair) + 64;
}

// Packs depth steps of op(b) for `count` columns: tile of columns, pair, column in the tile; what is missing is zero.
static void packPanels(const TesseraProduct *product, const uint16_t *b, int64_t depth, int64_t count, Pair *packed) {
  const int64_t columnStep = product->transposeB ? product->ldb : 1, depthStep = product->transposeB ? 1 : product->ldb;
  for (int64_t column = 0; column < count; column += tileWidth * lanes) {
    const int64_t width = smaller(tileWidth * lanes, roundUp(count - column, lanes));
    const int64_t present = smaller(width, count - column);
    for (int64_t p = 0; p < depth; p += 2, packed += width) {
      const uint16_t *first = b + column * columnStep + p * depthStep;
      const uint16_t *second = p + 1 < depth ? first + depthStep : NULL;
      for (int64_t c = 0; c < present; c++) {
        packed[c] = first[c * columnStep] | (Pair)(second ? second[c * columnStep] : 0) << 16;
      }
      for (int64_t c = present; c < width; c++) packed[c] = 0;
    }
  }
}

// Packs rows of op(a) as rows of pairs.
static void packRows(const TesseraProduct *product, const uint16_t *a, int64_t rows, int64_t depth, Pair *packed) {
  const int64_t pairs = pairCount(depth);
  for (int64_t r = 0; r < rows; r++) {
    Pair *row = packed + r * pairs;
    if (!product->transposeA) {
      row[pairs - 1] = 0;
      memcpy(row, a + r * product->lda, (size_t)depth * sizeof(uint16_t));
      continue;
    }
    for (int64_t p = 0; p < depth; p += 2) {
      const uint16_t *at = a + p * product->lda + r;
      row[p / 2] = at[0] | (Pair)(p + 1 < depth ? at[product->lda] : 0) << 16;
    }
  }
}

// Where a tile goes: `rows` × `columns` of c, plus a bias or what c holds; or rounded into `narrow`.
typedef struct {
  float *c;
  uint16_t *narrow;
  int64_t step;
  int rows, columns;
  const float *bias;
  bool accumulate;
} Target;

// The same from an element of the result on.
static Target moved(Target out, int64_t elements) {
  if (out.narrow) out.narrow += elements;
  else out.c += elements;
  return out;
}

PAIRS static inline __attribute__((always_inline)) void multiplyTile(const int vectors, const Pair *rows, int64_t pairs,
                                                                     const Pair *panel, Target out) {
  __m512 sums[tileHeight][tileWidth];
#pragma clang loop unroll(full)
  for (int r = 0; r < tileHeight; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_setzero_ps();
  }
  const Pair *row[tileHeight];
#pragma clang loop unroll(full)
  for (int r = 0; r < tileHeight; r++) row[r] = rows + (r < out.rows ? r : 0) * pairs;
  for (int64_t p = 0; p < pairs; p++, panel += vectors * lanes) {
    __m512bh columns[tileWidth];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) columns[v] = (__m512bh)_mm512_loadu_si512(panel + v * lanes);
#pragma clang loop unroll(full)
    for (int r = 0; r < tileHeight; r++) {
      __m512bh pair = (__m512bh)_mm512_set1_epi32((int)row[r][p]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_dpbf16_ps(sums[r][v], pair, columns[v]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < tileHeight; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors && r < out.rows; v++) {
      const int rest = out.columns - v * lanes;
      const __mmask16 present = rest >= lanes ? 0xffff : (__mmask16)((1u << rest) - 1);
      const int64_t at = r * out.step + v * lanes;
      __m512 sum = sums[r][v];
      if (out.bias) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(present, out.bias + v * lanes));
      if (out.narrow) {
        _mm256_mask_storeu_epi16(out.narrow + at, present, (__m256i)_mm512_cvtneps_pbh(sum));
        continue;
      }
      if (out.accumulate) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(present, out.c + at));
      _mm512_mask_storeu_ps(out.c + at, present, sum);
    }
  }
}

PAIRS static void multiplyTiles(const Pair *rows, int64_t pairs, const Pair *panel, int64_t rowCount, int vectors, Target out) {
  const Target whole = out;
  for (int64_t first = 0; first < rowCount; first += tileHeight) {
    out = moved(whole, first * out.step);
    out.rows = (int)smaller(tileHeight, rowCount - first);
    switch (vectors) {
      case 1: multiplyTile(1, rows + first * pairs, pairs, panel, out); break;
      case 2: multiplyTile(2, rows + first * pairs, pairs, panel, out); break;
      default: multiplyTile(3, rows + first * pairs, pairs, panel, out); break;
    }
  }
}

// One block of rows against the packed panels.
static void multiplyBlock(const Pair *rows, int64_t pairs, const Pair *panels, int64_t rowCount, int64_t columns, Target out) {
  const Target whole = out;
  for (int64_t column = 0; column < columns; column += tileWidth * lanes) {
    int64_t present = smaller(tileWidth * lanes, columns - column), width = roundUp(present, lanes);
    out = moved(whole, column);
    out.bias = whole.bias ? whole.bias + column : NULL;
    out.columns = (int)present;
    multiplyTiles(rows, pairs, panels, rowCount, (int)(width / lanes), out);
    panels += pairs * width;
  }
}

void tessera_gemm_bf16(const TesseraProduct *product, const TesseraBFloat16 *a, const TesseraBFloat16 *b, const float *bias,
                       float *c, TesseraBFloat16 *narrow, void *scratch) {
  const int64_t m = product->m, n = product->n, k = product->k;
  const uint16_t *left = &a->bits, *right = &b->bits;
  Pair *panels = (Pair *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63);
  Pair *rows = panels + pairCount(smaller(k, depthBlock)) * roundUp(smaller(n, columnBlock), lanes);
  for (int64_t column = 0; column < n; column += columnBlock) {
    const int64_t columns = smaller(columnBlock, n - column);
    for (int64_t p = 0; p < k; p += depthBlock) {
      const int64_t depth = smaller(depthBlock, k - p), pairs = pairCount(depth);
      packPanels(product, right + (product->transposeB ? column * product->ldb + p : p * product->ldb + column), depth,
                 columns, panels);
      const Target whole = {c, narrow ? &narrow->bits : NULL, product->ldc, 0, 0, p == 0 && bias ? bias + column : NULL,
                            p > 0 || product->accumulate};
      for (int64_t row = 0; row < m; row += rowBlock) {
        const int64_t count = smaller(rowBlock, m - row);
        packRows(product, left + (product->transposeA ? p * product->lda + row : row * product->lda + p), count, depth, rows);
        multiplyBlock(rows, pairs, panels, count, columns, moved(whole, row * product->ldc + column));
      }
    }
  }
}
#else
bool tessera_gemm_bf16_available(void) { return false; }
int64_t tessera_gemm_bf16_narrow_depth(void) { return 0; }
size_t tessera_gemm_bf16_scratch(const TesseraProduct *product) { return 0; }
void tessera_gemm_bf16(const TesseraProduct *product, const TesseraBFloat16 *a, const TesseraBFloat16 *b, const float *bias,
                       float *c, TesseraBFloat16 *narrow, void *scratch) {}
#endif
