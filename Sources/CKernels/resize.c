// Linear resampling for both element types; the bodies are in resize.inc.
#include "resize.h"

#include "vector_math.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

// One output position of an axis: value = (1 - fraction) * input[low] + fraction * input[high].
typedef struct {
  int64_t low, high;
  double fraction;
} Tap;

static double sourceCoordinate(const TesseraResize *r, int axis, int64_t position) {
  if (r->alignCorners) {
    if (r->output[axis] == 1) return 0;
    return (double)position * (double)(r->input[axis] - 1) / (double)(r->output[axis] - 1);
  }
  double source = ((double)position + 0.5) * r->scale[axis] - 0.5;
  return source < 0 ? 0 : source;
}

static Tap tap(const TesseraResize *r, int axis, int64_t position) {
  const int64_t last = r->input[axis] - 1;
  double source = sourceCoordinate(r, axis, position);
  int64_t low = (int64_t)source < last ? (int64_t)source : last;
  double fraction = source - (double)low;
  return (Tap){low, low < last ? low + 1 : last, fraction > 1 ? 1 : fraction};
}

// Weight with which an output position reads input `position`, 0 where it does not.
static double weightOf(const TesseraResize *r, int axis, int64_t output, int64_t position) {
  Tap t = tap(r, axis, output);
  return (t.low == position ? 1 - t.fraction : 0) + (t.high == position ? t.fraction : 0);
}

// The first output position whose source coordinate is at least `coordinate`: it grows with the position.
static int64_t firstOutputAtLeast(const TesseraResize *r, int axis, double coordinate) {
  int64_t low = 0, high = r->output[axis];
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (sourceCoordinate(r, axis, middle) < coordinate) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Output positions that may read input `position`: begin..<end.
typedef struct {
  int64_t begin, end;
} Readers;

static Readers readers(const TesseraResize *r, int axis, int64_t position) {
  int64_t begin = position == 0 ? 0 : firstOutputAtLeast(r, axis, (double)(position - 1));
  bool last = position == r->input[axis] - 1;
  int64_t end = last ? r->output[axis] : firstOutputAtLeast(r, axis, (double)(position + 1));
  return (Readers){begin, end};
}

#define REAL float
#define NAME(x) JOIN(x, _f32)
#include "resize.inc"
#undef REAL
#undef NAME
#define REAL double
#define NAME(x) JOIN(x, _f64)
#include "resize.inc"
