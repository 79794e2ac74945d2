// What Dice and cross entropy need of a prediction and its target: sums over positions, and the way back.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "half.h"

// How predictions become probabilities for Dice. Cross entropy takes the softmax whatever this is.
typedef enum { TesseraNoActivation = 0, TesseraSigmoid = 1, TesseraSoftmaxOfClasses = 2 } TesseraActivation;

enum { tesseraDiceClasses = 16 };

// One image: elements between positions and between classes of x (dx lies as x does) and of the target. There are at most
// `tesseraDiceClasses` classes.
typedef struct {
  int64_t classes, xPosition, xClass, targetPosition, targetClass;
  TesseraActivation activation;
  bool squared, entropy;
} TesseraDice;

// `sums` makes, for positions begin..<end, [3][classes]: Σ p t, Σ p + Σ t (or of their squares), and with `entropy`
// Σ t log softmax(x). `backward` makes dx of those positions from the gradients of the sums, [3][classes].
#define TESSERA_DECLARE_DICE(STORE, REAL, suffix)                                                                     \
  void tessera_dice_sums_##suffix(const TesseraDice *dice, const STORE *x, const REAL *target, int64_t begin,         \
                                  int64_t end, double *sums);                                                         \
  void tessera_dice_backward_##suffix(const TesseraDice *dice, const STORE *x, const REAL *target,                    \
                                      const REAL *gradients, int64_t begin, int64_t end, STORE *dx);

TESSERA_DECLARE_DICE(float, float, f32)
TESSERA_DECLARE_DICE(double, double, f64)
TESSERA_DECLARE_DICE(TesseraBFloat16, float, bf16)
TESSERA_DECLARE_DICE(TesseraFloat16, float, f16)

#undef TESSERA_DECLARE_DICE
