// Fused window attention for every stored type: attention_window.inc has what both passes share, attention_forward.inc
// and attention_backward.inc the passes.
#include "attention.h"

#include "element.h"
#include "gemm_tile.h"
#include "random.h"

enum {
  // Rows of scores in cache at a time: 16 × 344 floats are 22 KiB. A multiple of the tile heights 4 and 8.
  rowBlock = 16,
  // Partial sums of a row: a fixed order of addition.
  laneCount = 16,
};

// The windows of one axis.
typedef struct {
  int64_t window, shift, count;
} WindowAxis;

static WindowAxis windowAxis(const TesseraWindowAttention *p, int axis) {
  int64_t size = p->size[axis];
  if (size <= p->window[axis]) return (WindowAxis){size, 0, 1};
  return (WindowAxis){p->window[axis], p->shift[axis], (size + p->window[axis] - 1) / p->window[axis]};
}

int64_t tessera_attention_windows(const TesseraWindowAttention *problem) {
  int64_t count = problem->batch;
  for (int axis = 0; axis < 3; axis++) count *= windowAxis(problem, axis).count;
  return count;
}

int64_t tessera_attention_tokens(const TesseraWindowAttention *problem) {
  int64_t count = 1;
  for (int axis = 0; axis < 3; axis++) count *= windowAxis(problem, axis).window;
  return count;
}

int64_t tessera_attention_table_rows(const TesseraWindowAttention *problem) {
  const int64_t *w = problem->window;
  return (2 * w[0] - 1) * (2 * w[1] - 1) * (2 * w[2] - 1);
}

// Numbers tokens so that the bias table's row for query i and key j is number[i] - number[j] plus that of the centre: a row
// is linear in the distances along the axes. Tokens count through the nominal window even where the volume's is smaller:
// that is how the published models were trained.
static int64_t tokenNumber(const TesseraWindowAttention *p, int64_t token) {
  const int64_t *w = p->window;
  int64_t depth = token / (w[1] * w[2]), height = token / w[2] % w[1], width = token % w[2];
  return (depth * (2 * w[1] - 1) + height) * (2 * w[2] - 1) + width;
}

// Position of rolled coordinate `position` in the volume (-1 in the padding), and which of three regions it is in.
static int64_t unrolled(const TesseraWindowAttention *p, int axis, int64_t position, int64_t *region) {
  WindowAxis a = windowAxis(p, axis);
  int64_t padded = a.window * a.count;
  *region = position < padded - a.window ? 0 : (position < padded - a.shift ? 1 : 2);
  // Without a shift nothing wraps around, so the axis is one region.
  if (a.shift == 0) *region = 2;
  int64_t original = (position + a.shift) % padded;
  return original < p->size[axis] ? original : -1;
}

// Fills the volume index (-1 for padding) and the region of every token of a window; returns whether regions differ.
static bool findTokens(const TesseraWindowAttention *p, int64_t window, int64_t *tokens, int32_t *regions) {
  const WindowAxis d = windowAxis(p, 0), h = windowAxis(p, 1), w = windowAxis(p, 2);
  int64_t column = window % w.count, row = window / w.count % h.count;
  int64_t plane = window / w.count / h.count % d.count, image = window / w.count / h.count / d.count;
  bool differ = false;
  int64_t t = 0;
  for (int64_t i = 0; i < d.window; i++) {
    int64_t depthRegion, depth = unrolled(p, 0, plane * d.window + i, &depthRegion);
    for (int64_t j = 0; j < h.window; j++) {
      int64_t heightRegion, height = unrolled(p, 1, row * h.window + j, &heightRegion);
      for (int64_t k = 0; k < w.window; k++, t++) {
        int64_t widthRegion, width = unrolled(p, 2, column * w.window + k, &widthRegion);
        bool inside = depth >= 0 && height >= 0 && width >= 0;
        tokens[t] = inside ? ((image * p->size[0] + depth) * p->size[1] + height) * p->size[2] + width : -1;
        regions[t] = (int32_t)((depthRegion * 3 + heightRegion) * 3 + widthRegion);
        differ |= regions[t] != regions[0];
      }
    }
  }
  return differ;
}

// Hands out cache-line-aligned pieces of scratch; with a null base it only counts.
static void *carve(char *base, size_t *used, size_t bytes) {
  void *piece = base ? base + *used : NULL;
  *used += (bytes + 63) & ~(size_t)63;
  return piece;
}

#define BODY "gemm_tiles.inc"
#include "each_real.inc"
#define BODY "attention_window.inc"
#include "each_element.inc"
#define BODY "attention_forward.inc"
#include "each_element.inc"
#define BODY "attention_backward.inc"
#include "each_element.inc"
