// Matrix products: c = alpha * op(a) * op(b) (+ bias) (+ c), row-major, with leading dimensions in elements.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "half.h"

// op(a) is m × k, op(b) is k × n. A transposed operand is stored k × m or n × k.
typedef struct {
  int64_t m, n, k;
  bool transposeA, transposeB;
  int64_t lda, ldb, ldc;
  bool accumulate;  // add to what c holds instead of overwriting it
} TesseraProduct;

// Bytes of scratch one call needs; at most about 1.2 MiB for float.
size_t tessera_gemm_scratch_f32(const TesseraProduct *product);
size_t tessera_gemm_scratch_f64(const TesseraProduct *product);

// A caller makes slabs of rows by moving `a` and `c` and lowering m: a row's bits do not depend on the others.
// `bias` has n elements or is null.
void tessera_gemm_f32(const TesseraProduct *product, float alpha, const float *a, const float *b, const float *bias,
                      float *c, void *scratch);
void tessera_gemm_f64(const TesseraProduct *product, double alpha, const double *a, const double *b,
                      const double *bias, double *c, void *scratch);

// Of bfloat16 operands with sums in float, where the processor has instructions for their products; k is at least 1. The
// result is float, or rounded into `narrow` where k is at most `narrow_depth` and nothing is accumulated.
bool tessera_gemm_bf16_available(void);
int64_t tessera_gemm_bf16_narrow_depth(void);
size_t tessera_gemm_bf16_scratch(const TesseraProduct *product);
void tessera_gemm_bf16(const TesseraProduct *product, const TesseraBFloat16 *a, const TesseraBFloat16 *b,
                       const float *bias, float *c, TesseraBFloat16 *narrow, void *scratch);

// `count` products of one shape; operands of product i start at i times their step, in elements.
void tessera_gemm_batched_f32(const TesseraProduct *product, float alpha, const float *a, int64_t stepA,
                              const float *b, int64_t stepB, float *c, int64_t stepC, int64_t count, void *scratch);
void tessera_gemm_batched_f64(const TesseraProduct *product, double alpha, const double *a, int64_t stepA,
                              const double *b, int64_t stepB, double *c, int64_t stepC, int64_t count,
                              void *scratch);

// partial[j] = Σ over rows of x[row, j], for one slab of rows.
void tessera_column_sums_f32(int64_t rows, int64_t columns, const float *x, int64_t ldx, float *partial);
void tessera_column_sums_f64(int64_t rows, int64_t columns, const double *x, int64_t ldx, double *partial);
void tessera_column_sums_bf16(int64_t rows, int64_t columns, const TesseraBFloat16 *x, int64_t ldx, float *partial);
void tessera_column_sums_f16(int64_t rows, int64_t columns, const TesseraFloat16 *x, int64_t ldx, float *partial);

// out[i] = Σ over slabs, in slab order, of partials[slab * count + i]; for elements begin..<end.
void tessera_sum_slabs_f32(int64_t slabs, int64_t count, const float *partials, float *out, int64_t begin,
                           int64_t end);
void tessera_sum_slabs_f64(int64_t slabs, int64_t count, const double *partials, double *out, int64_t begin,
                           int64_t end);
