#include "pointwise_walk.h"

static int64_t magnitude(int64_t value) { return value < 0 ? -value : value; }

static void swap_dimensions(ck_walk *walk, int a, int b) {
  int64_t size = walk->shape[a];
  walk->shape[a] = walk->shape[b];
  walk->shape[b] = size;
  for (int k = 0; k < walk->operands; k++) {
    int64_t stride = walk->strides[k][a];
    walk->strides[k][a] = walk->strides[k][b];
    walk->strides[k][b] = stride;
  }
}

// Stable, so that equal strides keep the caller's order and positions stay predictable.
static void sort_by_first_operand(ck_walk *walk) {
  for (int d = 1; d < walk->rank; d++)
    for (int e = d; e > 0 && magnitude(walk->strides[0][e - 1]) < magnitude(walk->strides[0][e]); e--)
      swap_dimensions(walk, e - 1, e);
}

static bool continues(const ck_walk *walk, int outer, int inner) {
  for (int k = 0; k < walk->operands; k++)
    if (walk->strides[k][outer] != walk->strides[k][inner] * walk->shape[inner]) return false;
  return true;
}

static void merge_dimensions(ck_walk *walk) {
  int kept = 0;
  for (int d = 1; d < walk->rank; d++) {
    if (continues(walk, kept, d)) {
      walk->shape[kept] *= walk->shape[d];
    } else {
      walk->shape[++kept] = walk->shape[d];
    }
    for (int k = 0; k < walk->operands; k++) walk->strides[k][kept] = walk->strides[k][d];
  }
  walk->rank = kept + 1;
}

void ck_walk_prepare(ck_walk *walk, int rank, const int64_t *shape, int operands, const int64_t *const *strides) {
  walk->rank = 0;
  walk->operands = operands;
  for (int d = 0; d < rank; d++) {
    if (shape[d] == 1) continue;
    walk->shape[walk->rank] = shape[d];
    for (int k = 0; k < operands; k++) walk->strides[k][walk->rank] = strides[k][d];
    walk->rank++;
  }
  if (walk->rank == 0) {  // a scalar: one run of one element
    walk->rank = 1;
    walk->shape[0] = 1;
    for (int k = 0; k < operands; k++) walk->strides[k][0] = 1;
    return;
  }
  sort_by_first_operand(walk);
  merge_dimensions(walk);
}

ck_cursor ck_cursor_at(const ck_walk *walk, int64_t begin, int64_t end) {
  ck_cursor cursor = {.position = begin, .end = end};
  int64_t rest = begin;
  for (int d = walk->rank - 1; d >= 0 && begin < end; d--) {
    cursor.index[d] = rest % walk->shape[d];
    rest /= walk->shape[d];
    for (int k = 0; k < walk->operands; k++) cursor.offset[k] += cursor.index[d] * walk->strides[k][d];
  }
  return cursor;
}

void ck_cursor_advance(const ck_walk *walk, ck_cursor *cursor, int64_t count) {
  cursor->position += count;
  int d = walk->rank - 1;
  cursor->index[d] += count;
  for (int k = 0; k < walk->operands; k++) cursor->offset[k] += count * walk->strides[k][d];
  while (d > 0 && cursor->index[d] == walk->shape[d]) {
    cursor->index[d] = 0;
    cursor->index[d - 1]++;
    for (int k = 0; k < walk->operands; k++)
      cursor->offset[k] += walk->strides[k][d - 1] - walk->shape[d] * walk->strides[k][d];
    d--;
  }
}
