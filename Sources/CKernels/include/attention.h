// Fused attention in shifted windows, as in Swin transformers: scores and masks exist only as a block in cache.
#pragma once

#include <stddef.h>
#include <stdint.h>

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

// Bytes of scratch for one call of either pass.
size_t tessera_attention_scratch_f32(const TesseraWindowAttention *problem);
size_t tessera_attention_scratch_f64(const TesseraWindowAttention *problem);

// One head, windows begin..<end. `bias` is the qkv bias (3 · heads · headSize) or null; `table` is [rows, heads].
// `out` is [tokens, heads · headSize] in the order of the volume, `logSums` [windows, heads, n] for backward.
void tessera_attention_f32(const TesseraWindowAttention *problem, const float *qkv, const float *bias,
                           const float *table, float *out, float *logSums, int64_t head, int64_t begin, int64_t end,
                           void *scratch);
void tessera_attention_f64(const TesseraWindowAttention *problem, const double *qkv, const double *bias,
                           const double *table, double *out, double *logSums, int64_t head, int64_t begin,
                           int64_t end, void *scratch);

// The gradients of the same part: writes its share of `dqkv`, and its sums for one column of the table (`dtable`,
// [rows]) and for the keys and values of padded tokens (`dbias`, [2 · headSize]).
void tessera_attention_backward_f32(const TesseraWindowAttention *problem, const float *qkv, const float *bias,
                                    const float *table, const float *out, const float *logSums, const float *dout,
                                    float *dqkv, float *dtable, float *dbias, int64_t head, int64_t begin,
                                    int64_t end, void *scratch);
void tessera_attention_backward_f64(const TesseraWindowAttention *problem, const double *qkv, const double *bias,
                                    const double *table, const double *out, const double *logSums,
                                    const double *dout, double *dqkv, double *dtable, double *dbias, int64_t head,
                                    int64_t begin, int64_t end, void *scratch);
