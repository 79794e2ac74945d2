// One step of an optimizer over `count` parameters, in place. A slab is a shift of every pointer.
#pragma once

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
