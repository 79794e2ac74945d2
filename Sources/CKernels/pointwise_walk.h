#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "include/pointwise.h"

// A walk visits every element of an n-dimensional shape for several operands at once, as runs along one dimension.
// Dimensions are ordered by the first operand's strides and merged where all operands allow, so a pair of tensors stored
// channels-last becomes one run. Positions 0 ..< count number the elements in that order, and a slab is a range of them.

enum { CK_MAX_RANK = 8, CK_MAX_OPERANDS = 4 };

typedef struct {
  int rank;  // at least 1 after preparation
  int operands;
  int64_t shape[CK_MAX_RANK];
  int64_t strides[CK_MAX_OPERANDS][CK_MAX_RANK];  // in elements
} ck_walk;

typedef struct {
  int64_t position, end;
  int64_t index[CK_MAX_RANK];
  int64_t offset[CK_MAX_OPERANDS];  // of the current element, in elements
} ck_cursor;

// Strides of operand k are `strides[k]`, one a dimension.
void ck_walk_prepare(ck_walk *walk, int rank, const int64_t *shape, int operands, const int64_t *const *strides);

ck_cursor ck_cursor_at(const ck_walk *walk, int64_t begin, int64_t end);

// Elements left in the current run: at most one innermost dimension, and not past the end of the range.
static inline int64_t ck_cursor_run(const ck_walk *walk, const ck_cursor *cursor) {
  int last = walk->rank - 1;
  int64_t inRow = walk->shape[last] - cursor->index[last];
  int64_t inRange = cursor->end - cursor->position;
  return inRow < inRange ? inRow : inRange;
}

void ck_cursor_advance(const ck_walk *walk, ck_cursor *cursor, int64_t count);
