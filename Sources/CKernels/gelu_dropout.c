// A GELU and a dropout in one pass for every stored type; the bodies are in gelu_dropout.inc.
#include "gelu_dropout.h"

#include "element.h"
#include "include/random.h"
#include "pointwise_math.h"
#include "pointwise_target.h"

// The loops around double's libm calls cannot be vectorised, and the pragma asks for it everywhere.
#pragma clang diagnostic ignored "-Wpass-failed"

// Elements whose mask is drawn at once: whole groups of random blocks, and a page's share of the first-level cache.
enum { dropoutChunk = 1024 };

static void drawMask(const TesseraDropout *rule, int64_t begin, int64_t end, uint8_t *mask) {
  ck_random_bernoulli(rule->key, rule->stream, rule->keep, mask - begin, begin, end);
}

#define BODY "gelu_dropout.inc"
#include "each_element.inc"
