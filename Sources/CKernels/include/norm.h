// Layer normalization over the last axis, instance normalization of channels-last volumes.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// x is [rows, count]; mean and rstd (1 / sqrt(variance + epsilon), biased variance) are [rows].
// weight and bias have `count` elements or are null. A row's bits do not depend on the others.
void tessera_layer_norm_f32(int64_t rows, int64_t count, double epsilon, const float *x, const float *weight,
                            const float *bias, float *y, float *mean, float *rstd);
void tessera_layer_norm_f64(int64_t rows, int64_t count, double epsilon, const double *x, const double *weight,
                            const double *bias, double *y, double *mean, double *rstd);
void tessera_layer_norm_backward_f32(int64_t rows, int64_t count, const float *x, const float *mean,
                                     const float *rstd, const float *weight, const float *dy, float *dx);
void tessera_layer_norm_backward_f64(int64_t rows, int64_t count, const double *x, const double *mean,
                                     const double *rstd, const double *weight, const double *dy, double *dx);
// Sums of one slab of rows for weight and bias gradients; `dweight` and `dbias` have `count` elements.
void tessera_layer_norm_parameters_f32(int64_t rows, int64_t count, const float *x, const float *mean,
                                       const float *rstd, const float *dy, float *dweight, float *dbias);
void tessera_layer_norm_parameters_f64(int64_t rows, int64_t count, const double *x, const double *mean,
                                       const double *rstd, const double *dy, double *dweight, double *dbias);

// Instance normalization of one image [positions, channels]. A caller sums fixed slabs of positions into
// [slabs][2][channels] doubles, then finishes them in slab order.
// Sums of x and of x² about a channel's `pivot` (its first value: keeps the difference of squares accurate).
void tessera_instance_sums_f32(int64_t positions, int64_t channels, const float *x, const float *pivot,
                               double *sums);
void tessera_instance_sums_f64(int64_t positions, int64_t channels, const double *x, const double *pivot,
                               double *sums);
// mean and rstd from the sums; `positions` is that of the whole image.
void tessera_instance_statistics_f32(int64_t positions, int64_t channels, int64_t slabs, double epsilon,
                                     const float *pivot, const double *sums, float *mean, float *rstd);
void tessera_instance_statistics_f64(int64_t positions, int64_t channels, int64_t slabs, double epsilon,
                                     const double *pivot, const double *sums, double *mean, double *rstd);
// y = (x - mean) rstd weight + bias, then y < 0 ? y * slope : y. A slope of 1 applies no activation.
void tessera_instance_apply_f32(int64_t positions, int64_t channels, const float *x, const float *mean,
                                const float *rstd, const float *weight, const float *bias, float slope, float *y);
void tessera_instance_apply_f64(int64_t positions, int64_t channels, const double *x, const double *mean,
                                const double *rstd, const double *weight, const double *bias, double slope,
                                double *y);
// Sums of dy' and of dy' x̂ for one slab, where dy' is dy behind the activation and x̂ the normalized input.
// They are also the gradients of bias and weight.
void tessera_instance_gradient_sums_f32(int64_t positions, int64_t channels, const float *x, const float *mean,
                                        const float *rstd, const float *weight, const float *bias, float slope,
                                        const float *dy, double *sums);
void tessera_instance_gradient_sums_f64(int64_t positions, int64_t channels, const double *x, const double *mean,
                                        const double *rstd, const double *weight, const double *bias, double slope,
                                        const double *dy, double *sums);
// dx = rstd weight (dy' - mean(dy') - x̂ mean(dy' x̂)), with the totals [2][channels] of the whole image, already
// divided by its positions.
void tessera_instance_backward_f32(int64_t positions, int64_t channels, const float *x, const float *mean,
                                   const float *rstd, const float *weight, const float *bias, float slope,
                                   const float *dy, const double *means, float *dx);
void tessera_instance_backward_f64(int64_t positions, int64_t channels, const double *x, const double *mean,
                                   const double *rstd, const double *weight, const double *bias, double slope,
                                   const double *dy, const double *means, double *dx);

// Two branches of a residual block, each normalized: x̂ = (x - mean) rstd, or x itself where mean is null.
typedef struct {
  const float *x, *mean, *rstd;
} TesseraNormalized_f32;
typedef struct {
  const double *x, *mean, *rstd;
} TesseraNormalized_f64;

// y = â + b̂, then y < 0 ? y slope : y. The sums of one slab are [3][channels]: of dy' (dy behind the activation), dy' â
// and dy' b̂; with their totals divided by the positions, da = rstd (dy' - mean(dy') - â mean(dy' â)), and db alike, or
// dy' where b is no norm. da may lie where a does, db where b does, or either where dy does.
void tessera_residual_norm_f32(int64_t positions, int64_t channels, TesseraNormalized_f32 a, TesseraNormalized_f32 b,
                               float slope, float *y);
void tessera_residual_norm_sums_f32(int64_t positions, int64_t channels, TesseraNormalized_f32 a,
                                    TesseraNormalized_f32 b, float slope, const float *dy, double *sums);
void tessera_residual_norm_backward_f32(int64_t positions, int64_t channels, TesseraNormalized_f32 a,
                                        TesseraNormalized_f32 b, float slope, const float *dy, const double *means,
                                        float *da, float *db);
void tessera_residual_norm_f64(int64_t positions, int64_t channels, TesseraNormalized_f64 a, TesseraNormalized_f64 b,
                               double slope, double *y);
void tessera_residual_norm_sums_f64(int64_t positions, int64_t channels, TesseraNormalized_f64 a,
                                    TesseraNormalized_f64 b, double slope, const double *dy, double *sums);
void tessera_residual_norm_backward_f64(int64_t positions, int64_t channels, TesseraNormalized_f64 a,
                                        TesseraNormalized_f64 b, double slope, const double *dy, const double *means,
                                        double *da, double *db);
