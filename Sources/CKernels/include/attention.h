// Fused attention in shifted windows, as in Swin transformers: scores and masks exist only as a block in cache.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "half.h"

// A volume of tokens [batch, size…, 3 · heads · headSize], unpadded and unrolled; 2-D volumes have size[0] = 1.
// An axis no longer than the window takes a window of its own size and no shift. The volume is thought to be padded at
// its far ends to whole windows (a padded token's q, k and v are the qkv bias) and rolled back by the shift; tokens
// that the roll brought together from different regions see each other through a score of -100.
typedef struct {
  int64_t batch, size[3], window[3], shift[3];
  int64_t heads, headSize;
  double scale;  // of q, before the product
  // Attention dropout: element ((window · heads + head) · n + row) · n + column of draw (seed, stream).
  double dropout;
  uint64_t seed, stream;
} TesseraWindowAttention;

// Windows of the whole batch, tokens n of a window, rows of the table of relative position biases.
int64_t tessera_attention_windows(const TesseraWindowAttention *problem);
int64_t tessera_attention_tokens(const TesseraWindowAttention *problem);
int64_t tessera_attention_table_rows(const TesseraWindowAttention *problem);

// STORE is what tensors hold, REAL what is computed with: table, bias, logarithms and parameters' gradients are REAL.
//
// `scratch` is the bytes that one call of either pass needs. A call does one head, windows begin..<end. `bias` is the qkv
// bias (3 · heads · headSize) or null; `table` is [rows, heads]. `out` is [tokens, heads · headSize] in the order of the
// volume, `logSums` [windows, heads, n] for backward.
//
// `backward` makes the gradients of the same part: writes its share of `dqkv`, and its sums for one column of the table
// (`dtable`, [rows]) and for the keys and values of padded tokens (`dbias`, [2 · headSize]).
#define TESSERA_DECLARE_ATTENTION(STORE, REAL, suffix)                                                                \
  size_t tessera_attention_scratch_##suffix(const TesseraWindowAttention *problem);                                   \
  void tessera_attention_##suffix(const TesseraWindowAttention *problem, const STORE *qkv, const REAL *bias,          \
                                  const REAL *table, STORE *out, REAL *logSums, int64_t head, int64_t begin,          \
                                  int64_t end, void *scratch);                                                        \
  void tessera_attention_backward_##suffix(const TesseraWindowAttention *problem, const STORE *qkv, const REAL *bias, \
                                           const REAL *table, const STORE *out, const REAL *logSums,                  \
                                           const STORE *dout, STORE *dqkv, REAL *dtable, REAL *dbias, int64_t head,   \
                                           int64_t begin, int64_t end, void *scratch);

TESSERA_DECLARE_ATTENTION(float, float, f32)
TESSERA_DECLARE_ATTENTION(double, double, f64)
TESSERA_DECLARE_ATTENTION(TesseraBFloat16, float, bf16)
TESSERA_DECLARE_ATTENTION(TesseraFloat16, float, f16)

#undef TESSERA_DECLARE_ATTENTION
