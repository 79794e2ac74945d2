// Layer normalization over the last axis, instance normalization of channels-last volumes.
//
// STORE is what tensors hold, REAL what is computed with: weights, statistics and their gradients are REAL.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "half.h"

// Layer norm: x is [rows, count]; mean and rstd (1 / sqrt(variance + epsilon), biased variance) are [rows]; weight and
// bias have `count` elements or are null. A row's bits do not depend on the others. `parameters` makes the sums of one
// slab of rows for weight and bias gradients, of `count` elements each.
#define TESSERA_DECLARE_LAYER_NORM(STORE, REAL, suffix)                                                               \
  void tessera_layer_norm_##suffix(int64_t rows, int64_t count, double epsilon, const STORE *x, const REAL *weight,   \
                                   const REAL *bias, STORE *y, REAL *mean, REAL *rstd);                               \
  void tessera_layer_norm_backward_##suffix(int64_t rows, int64_t count, const STORE *x, const REAL *mean,            \
                                            const REAL *rstd, const REAL *weight, const STORE *dy, STORE *dx);        \
  void tessera_layer_norm_parameters_##suffix(int64_t rows, int64_t count, const STORE *x, const REAL *mean,          \
                                              const REAL *rstd, const STORE *dy, REAL *dweight, REAL *dbias);

// Instance normalization of one image [positions, channels]. A caller sums fixed slabs of positions into
// [slabs][2][channels] doubles, then finishes them in slab order.
// `sums`: of x and of x² about a channel's `pivot` (its first value: keeps the difference of squares accurate).
// `statistics`: mean and rstd from the sums; `positions` is that of the whole image.
// `apply`: y = (x - mean) rstd weight + bias, then y < 0 ? y * slope : y. A slope of 1 applies no activation.
// `gradient_sums`: of dy' and of dy' x̂ for one slab, where dy' is dy behind the activation and x̂ the normalized input.
// They are also the gradients of bias and weight.
// `backward`: dx = rstd weight (dy' - mean(dy') - x̂ mean(dy' x̂)), with the totals [2][channels] of the whole image,
// already divided by its positions.
#define TESSERA_DECLARE_INSTANCE_NORM(STORE, REAL, suffix)                                                            \
  void tessera_instance_sums_##suffix(int64_t positions, int64_t channels, const STORE *x, const STORE *pivot,        \
                                      double *sums);                                                                  \
  void tessera_instance_statistics_##suffix(int64_t positions, int64_t channels, int64_t slabs, double epsilon,       \
                                            const STORE *pivot, const double *sums, REAL *mean, REAL *rstd);          \
  void tessera_instance_apply_##suffix(int64_t positions, int64_t channels, const STORE *x, const REAL *mean,         \
                                       const REAL *rstd, const REAL *weight, const REAL *bias, REAL slope, STORE *y); \
  void tessera_instance_gradient_sums_##suffix(int64_t positions, int64_t channels, const STORE *x, const REAL *mean, \
                                               const REAL *rstd, const REAL *weight, const REAL *bias, REAL slope,    \
                                               const STORE *dy, double *sums);                                        \
  void tessera_instance_backward_##suffix(int64_t positions, int64_t channels, const STORE *x, const REAL *mean,      \
                                          const REAL *rstd, const REAL *weight, const REAL *bias, REAL slope,         \
                                          const STORE *dy, const double *means, STORE *dx);

// Two branches of a residual block, each normalized: x̂ = (x - mean) rstd, or x itself where mean is null.
// y = â + b̂, then y < 0 ? y slope : y. The sums of one slab are [3][channels]: of dy' (dy behind the activation), dy' â
// and dy' b̂; with their totals divided by the positions, da = rstd (dy' - mean(dy') - â mean(dy' â)), and db alike, or
// dy' where b is no norm. da may lie where a does, db where b does, or either where dy does.
#define TESSERA_DECLARE_RESIDUAL_NORM(STORE, REAL, suffix)                                                            \
  typedef struct {                                                                                                    \
    const STORE *x;                                                                                                   \
    const REAL *mean, *rstd;                                                                                          \
  } TesseraNormalized_##suffix;                                                                                       \
  void tessera_residual_norm_##suffix(int64_t positions, int64_t channels, TesseraNormalized_##suffix a,              \
                                      TesseraNormalized_##suffix b, REAL slope, STORE *y);                            \
  void tessera_residual_norm_sums_##suffix(int64_t positions, int64_t channels, TesseraNormalized_##suffix a,         \
                                           TesseraNormalized_##suffix b, REAL slope, const STORE *dy, double *sums);  \
  void tessera_residual_norm_backward_##suffix(int64_t positions, int64_t channels, TesseraNormalized_##suffix a,     \
                                               TesseraNormalized_##suffix b, REAL slope, const STORE *dy,             \
                                               const double *means, STORE *da, STORE *db);

#define TESSERA_DECLARE_NORMS(STORE, REAL, suffix)    \
  TESSERA_DECLARE_LAYER_NORM(STORE, REAL, suffix)     \
  TESSERA_DECLARE_INSTANCE_NORM(STORE, REAL, suffix)  \
  TESSERA_DECLARE_RESIDUAL_NORM(STORE, REAL, suffix)

TESSERA_DECLARE_NORMS(float, float, f32)
TESSERA_DECLARE_NORMS(double, double, f64)
TESSERA_DECLARE_NORMS(TesseraBFloat16, float, bf16)
TESSERA_DECLARE_NORMS(TesseraFloat16, float, f16)

#undef TESSERA_DECLARE_LAYER_NORM
#undef TESSERA_DECLARE_INSTANCE_NORM
#undef TESSERA_DECLARE_RESIDUAL_NORM
#undef TESSERA_DECLARE_NORMS
