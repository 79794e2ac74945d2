// A GELU and a dropout in one pass, for rows of elements without gaps.
#pragma once

#include <stdint.h>

#include "half.h"

// Element i of the draw is kept where its uniform number is below `keep`, and then multiplied by `scale`: the mask of
// ck_random_bernoulli, drawn where it is needed and never stored.
typedef struct {
  uint64_t key, stream;
  float keep;
  double scale;
} TesseraDropout;

// Elements begin ..< end of x, y, dy and dx; dx may be dy.
#define TESSERA_DECLARE_GELU_DROPOUT(STORE, suffix)                                                                 \
  void tessera_gelu_dropout_##suffix(const TesseraDropout *rule, const STORE *x, STORE *y, int64_t begin,           \
                                     int64_t end);                                                                  \
  void tessera_gelu_dropout_backward_##suffix(const TesseraDropout *rule, const STORE *x, const STORE *dy, STORE *dx, \
                                              int64_t begin, int64_t end);

TESSERA_DECLARE_GELU_DROPOUT(float, f32)
TESSERA_DECLARE_GELU_DROPOUT(double, f64)
TESSERA_DECLARE_GELU_DROPOUT(TesseraBFloat16, bf16)
TESSERA_DECLARE_GELU_DROPOUT(TesseraFloat16, f16)

#undef TESSERA_DECLARE_GELU_DROPOUT
