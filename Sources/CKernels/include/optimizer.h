// One step of an optimizer over `count` parameters, in place. A slab is a shift of every pointer.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// AdamW with decoupled weight decay, as PyTorch: `step` counts from 1.
typedef struct {
  double learningRate, beta1, beta2, epsilon, weightDecay;
  int64_t step;
} TesseraAdamW;

void tessera_adamw_f32(const TesseraAdamW *rule, int64_t count, float *parameter, const float *gradient,
                       float *average, float *averageSquare);
void tessera_adamw_f64(const TesseraAdamW *rule, int64_t count, double *parameter, const double *gradient,
                       double *average, double *averageSquare);

// Stochastic gradient descent, as PyTorch. With momentum 0 `velocity` is not touched and may be null;
// `first` marks the first step, when the velocity starts as the gradient.
typedef struct {
  double learningRate, momentum, dampening, weightDecay;
  bool nesterov, first;
} TesseraSGD;

void tessera_sgd_f32(const TesseraSGD *rule, int64_t count, float *parameter, const float *gradient,
                     float *velocity);
void tessera_sgd_f64(const TesseraSGD *rule, int64_t count, double *parameter, const double *gradient,
                     double *velocity);
